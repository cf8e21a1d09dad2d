from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("live", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="livestream",
            name="improve",
            field=models.BooleanField(default=False, db_default=False),
        ),
    ]
