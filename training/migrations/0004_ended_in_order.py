"""The sessions that ended last come from the index in their order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0003_window")]

    operations = [
        migrations.RemoveIndex("session", "session_ended"),
        migrations.AddIndex("session", models.Index(fields=["ended_on", "id"], name="session_ended")),
    ]
