from django.contrib.auth.hashers import make_password
from django.db import migrations


def make(apps, schema_editor):
    """The account under which beat and the sweeper act is there from the beginning."""
    apps.get_model("accounts", "User").objects.get_or_create(
        username="system", defaults={"kind": "machine", "name": "System", "password": make_password(None)},
    )


class Migration(migrations.Migration):

    dependencies = [("accounts", "0004_guide_closed_at")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
