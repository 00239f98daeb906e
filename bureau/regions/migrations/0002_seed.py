from django.db import migrations

from bureau.regions.seed import seed


def forward(apps, schema_editor):
    seed(apps.get_model("regions", "Region"), schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial")]

    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
