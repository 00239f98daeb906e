"""Functions and triggers: every file of `subsidies/sql/` in the order of its name, and the guard of the states."""

from pathlib import Path

from django.db import migrations

from bureau.workflow.migrations import GuardStates

FILES = sorted((Path(__file__).parents[1] / "sql").glob("*.sql"))


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0001_initial"), ("common", "0002_sql")]
    operations = [
        *(migrations.RunSQL(file.read_text(encoding="utf-8")) for file in FILES),
        GuardStates(
            "application",
            log="applicationlog",
            births=["draft"],
            edges={
                "approved": ["paid"],
                "draft": ["submitted", "withdrawn"],
                "in_review": ["approved", "in_review", "refused", "returned", "withdrawn"],
                "returned": ["in_review", "submitted", "withdrawn"],
                "submitted": ["in_review", "refused", "returned", "withdrawn"],
            },
        ),
    ]
