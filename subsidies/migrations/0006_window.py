"""An application is handed in while its scheme version takes applications, by the clock of the database at that moment:
not that of a web server, nor the hour at which a long transaction began."""

from django.db import migrations

WINDOW = """
create function subsidies_within_window() returns trigger language plpgsql as $$
declare
  today date := (portal_now() at time zone 'Asia/Shanghai')::date;
begin
  if not exists (
    select from subsidies_schemeversion v join subsidies_scheme s on s.id = v.scheme_id
    where v.id = new.scheme_version_id and s.is_open and v.opens_on <= today and coalesce(v.closes_on >= today, true)
  ) then
    raise exception 'scheme version % takes no applications on %', new.scheme_version_id, today
      using errcode = 'check_violation', constraint = 'application_within_window';
  end if;
  return new;
end $$;

create trigger application_window before update of state on subsidies_application
  for each row when (old.state = 'draft' and new.state = 'submitted') execute function subsidies_within_window();
alter table subsidies_application enable always trigger application_window;
"""
REMOVED = "drop trigger application_window on subsidies_application; drop function subsidies_within_window()"


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0005_lists"), ("common", "0002_sql")]
    operations = [migrations.RunSQL(WINDOW, REMOVED)]
