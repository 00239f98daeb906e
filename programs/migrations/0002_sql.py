"""Functions and triggers: every file of `programs/sql/` in the order of its name, and the guards of the states."""

from pathlib import Path

from django.db import migrations

from bureau.workflow.migrations import GuardStates

FILES = sorted((Path(__file__).parents[1] / "sql").glob("*.sql"))


class Migration(migrations.Migration):
    dependencies = [("programs", "0001_initial")]
    operations = [
        *(migrations.RunSQL(file.read_text(encoding="utf-8")) for file in FILES),
        GuardStates(
            "pledge",
            log="pledgelog",
            births=["draft"],
            edges={"draft": ["published", "withdrawn"], "published": ["fulfilled", "published", "withdrawn"]},
        ),
        GuardStates(
            "feedback",
            log="feedbacklog",
            births=["waiting"],
            edges={
                "hidden": ["shown", "withdrawn"],
                "shown": ["hidden", "shown", "withdrawn"],
                "waiting": ["hidden", "shown", "withdrawn"],
            },
        ),
    ]
