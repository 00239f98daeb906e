from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("formbuilder", "0003_imports")]

    operations = [
        migrations.AddField("importrun", "sheets", models.JSONField(default=list)),
        migrations.AddField("importrun", "chosen", models.JSONField(default=list)),
    ]
