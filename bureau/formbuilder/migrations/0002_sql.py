"""A published form never changes: running cases point at it."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION formbuilder_formversion_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'published forms are never changed or removed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER formversion_kept BEFORE UPDATE OR DELETE ON formbuilder_formversion
    FOR EACH ROW EXECUTE FUNCTION formbuilder_formversion_kept();
"""
BACKWARDS = """
DROP TRIGGER formversion_kept ON formbuilder_formversion;
DROP FUNCTION formbuilder_formversion_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("formbuilder", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
