"""A statistic stands as it was decided: reports quote it, and a correction is a further revision."""

from django.db import migrations

STANDS = """
create function targets_stated_stands() returns trigger language plpgsql as $$
begin
  if old.state <> 'proposed' then
    raise exception 'the stated value % has been decided', old.id
      using errcode = 'check_violation', constraint = 'targets_stated_stands';
  end if;
  if tg_op = 'UPDATE' and row(new.series_id, new.region_id, new.start, new."end", new.value, new.proposed_by_id,
      new.document) is distinct from row(old.series_id, old.region_id, old.start, old."end", old.value,
      old.proposed_by_id, old.document) then
    raise exception 'the stated value % waits for confirmation as it was proposed', old.id
      using errcode = 'check_violation', constraint = 'targets_stated_stands';
  end if;
  return coalesce(new, old);
end $$;
create trigger stated_stands before update or delete on targets_statedvalue
  for each row execute function targets_stated_stands();
alter table targets_statedvalue enable always trigger stated_stands;
"""
UNDO = "drop trigger stated_stands on targets_statedvalue; drop function targets_stated_stands();"


class Migration(migrations.Migration):
    dependencies = [("targets", "0001_initial")]
    operations = [migrations.RunSQL(STANDS, UNDO)]
