"""A quota never falls below what was selected."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql" / "credential_quotas.sql"
UNDO = """
DROP TRIGGER enterprises_credential_quota_kept ON enterprises_credentialquota;
DROP FUNCTION enterprises_credential_quota_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0002_credentials")]
    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), UNDO)]
