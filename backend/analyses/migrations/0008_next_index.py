from django.db import migrations, models
from django.db.models import F


def count_on(apps, schema_editor):
    apps.get_model("analyses", "Analysis").objects.update(next_index=F("utterance_count"))


class Migration(migrations.Migration):
    dependencies = [("analyses", "0007_speakers")]

    operations = [
        migrations.AddField(
            model_name="analysis",
            name="next_index",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="analysis",
            name="discards_edits",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(count_on, migrations.RunPython.noop),
    ]
