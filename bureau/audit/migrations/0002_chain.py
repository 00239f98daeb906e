"""The chain is kept by the database, so that bulk inserts and raw SQL are in it too.

A constraint trigger deferred to the commit takes the head after every other lock of the transaction and
therefore cannot be part of a deadlock. Functions run with their owner's rights: in production an app role
that may only insert events writes links all the same. With a single role the log is tamper-evident only.
"""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL((SQL / "chain.sql").read_text("utf-8"), (SQL / "chain_drop.sql").read_text("utf-8")),
    ]
