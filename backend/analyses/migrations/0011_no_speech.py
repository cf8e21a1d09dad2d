from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analyses", "0010_worker_clock")]

    operations = [
        migrations.AddField(
            "analysis",
            "no_speech",
            models.JSONField(default=list, db_default=models.Value([], models.JSONField())),
        ),
        migrations.AddField("analysis", "vocabulary_used", models.BooleanField(null=True)),
    ]
