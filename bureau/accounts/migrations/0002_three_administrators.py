"""System, security and audit administrator exclude each other on every single day, not only today.

A trigger, since an exclusion constraint over (user, daterange) needs btree_gist. It locks the user's row first, so
two security administrators cannot slip through together.
"""

from django.db import migrations

FORWARD = """
create function accounts_three_administrators() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
    if new.role not in ('system', 'security', 'auditor') then
        return new;
    end if;
    perform 1 from public.accounts_user where id = new.user_id for no key update;
    if exists (
        select 1 from public.accounts_grant held
        where held.user_id = new.user_id
          and held.id <> coalesce(new.id, 0)
          and held.role in ('system', 'security', 'auditor')
          and held.role <> new.role
          and held.valid_from <= coalesce(new.valid_to, 'infinity')
          and new.valid_from <= case
              when held.ended_by_id is null then coalesce(held.valid_to, 'infinity')
              else held.valid_to - 1
          end
    ) then
        raise exception 'one person holds at most one of the three administrators'
            using errcode = 'check_violation', constraint = 'grant_one_of_three_administrators';
    end if;
    return new;
end $$;
create trigger accounts_three_administrators before insert or update on accounts_grant
    for each row execute function accounts_three_administrators();
"""
BACKWARD = "drop trigger accounts_three_administrators on accounts_grant; drop function accounts_three_administrators;"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
