-- Back-entry: what was proposed stands still, and nothing of it counts before a second person confirmed it.

create or replace function subsidies_fix_back_entry() returns trigger language plpgsql as $$
begin
  if old.state <> 'proposed'
    or (new.scheme_version_id, new.line_id, new.unit_id, new.source_id, new.imported_by_id)
      is distinct from
      (old.scheme_version_id, old.line_id, old.unit_id, old.source_id, old.imported_by_id)
  then
    raise exception 'a back-entry can only be confirmed or discarded, once'
      using errcode = 'check_violation', constraint = 'backentry_fixed';
  end if;
  return new;
end $$;

create or replace function subsidies_fix_back_entry_row() returns trigger language plpgsql as $$
begin
  if (new.back_entry_id, new.number, new.enterprise_id, new.amount, new.account, new.paid_on, new.voucher)
    is distinct from
    (old.back_entry_id, old.number, old.enterprise_id, old.amount, old.account, old.paid_on, old.voucher)
    or old.application_id is not null
    or not exists (
      select 1 from subsidies_backentry b join subsidies_application a on a.id = new.application_id
      where b.id = new.back_entry_id and b.state = 'confirmed' and a.entered_by_id = b.imported_by_id
        and a.enterprise_id = new.enterprise_id
    )
  then
    raise exception 'a row of a back-entry becomes an award when another person has confirmed it'
      using errcode = 'check_violation', constraint = 'backentryrow_two_people';
  end if;
  return new;
end $$;

drop trigger if exists backentry_fixed on subsidies_backentry;
drop trigger if exists backentryrow_fixed on subsidies_backentryrow;

create trigger backentry_fixed before update on subsidies_backentry
  for each row execute function subsidies_fix_back_entry();
create trigger backentryrow_fixed before update on subsidies_backentryrow
  for each row execute function subsidies_fix_back_entry_row();

alter table subsidies_backentry enable always trigger backentry_fixed;
alter table subsidies_backentryrow enable always trigger backentryrow_fixed;
