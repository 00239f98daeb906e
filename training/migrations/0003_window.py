"""Who enrolls by himself in a session that is open does so up to its last day to enroll, by the clock of the database
at that moment. Offices may enter latecomers, and sessions of earlier years are loaded with who enrolled then."""

from django.db import migrations

WINDOW = """
create function training_enrolled_in_time() returns trigger language plpgsql as $$
declare
  today date := (portal_now() at time zone 'Asia/Shanghai')::date;
begin
  if exists (
    select from training_session
    where id = new.session_id and state = 'open' and coalesce(enroll_until, begins_on - 1) < today
  ) then
    raise exception 'session % takes no enrollments on %', new.session_id, today
      using errcode = 'check_violation', constraint = 'enrollment_within_window';
  end if;
  return new;
end $$;

create trigger enrollment_window before insert on training_enrollment
  for each row when (new.channel = 'online') execute function training_enrolled_in_time();
alter table training_enrollment enable always trigger enrollment_window;
"""
REMOVED = "drop trigger enrollment_window on training_enrollment; drop function training_enrolled_in_time()"


class Migration(migrations.Migration):
    dependencies = [("training", "0002_placements"), ("common", "0002_sql")]
    operations = [migrations.RunSQL(WINDOW, REMOVED)]
