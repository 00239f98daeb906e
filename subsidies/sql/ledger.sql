-- The ledger: entries are facts. What the check constraints cannot say about them stands here.

create function subsidies_check_entry() returns trigger language plpgsql as $$
declare
  earlier subsidies_entry;
begin
  if new.payee_line_id is not null and not exists (
    select 1 from subsidies_payeeline where id = new.payee_line_id and application_id = new.application_id
  ) then
    raise exception 'the payee line belongs to another application'
      using errcode = 'check_violation', constraint = 'entry_payee_of_application';
  end if;
  if new.settles_id is null then
    return new;
  end if;
  select * into earlier from subsidies_entry where id = new.settles_id;
  if earlier.line_id <> new.line_id or earlier.payee_line_id <> new.payee_line_id
    or (new.kind in ('release', 'pay') and earlier.kind not in ('reserve', 'return'))
    or (new.kind in ('return', 'recover') and earlier.kind <> 'pay')
    or (new.kind <> 'recover' and earlier.amount <> new.amount)
    or new.amount > earlier.amount
  then
    raise exception 'a % of % cannot settle entry % (% of %)',
      new.kind, new.amount, earlier.id, earlier.kind, earlier.amount
      using errcode = 'check_violation', constraint = 'entry_settles_its_like';
  end if;
  return new;
end $$;

create trigger entry_checked before insert on subsidies_entry
  for each row execute function subsidies_check_entry();
create trigger entry_append_only before update or delete or truncate on subsidies_entry
  for each statement execute function subsidies_refuse_change();

create function subsidies_check_payment() returns trigger language plpgsql as $$
begin
  if not exists (
    select 1 from subsidies_entry
    where id = new.entry_id and kind = 'pay' and payee_line_id = new.payee_line_id
      and application_id = new.application_id and amount = new.amount
  ) then
    raise exception 'a payment must be what its ledger entry says'
      using errcode = 'check_violation', constraint = 'payment_as_its_entry';
  end if;
  return new;
end $$;

create trigger payment_checked before insert on subsidies_payment
  for each row execute function subsidies_check_payment();

-- From approval on, payees and accounts stand still: money goes where it was approved to go.
create function subsidies_freeze_payees() returns trigger language plpgsql as $$
declare
  app bigint := case when tg_op = 'DELETE' then old.application_id else new.application_id end;
begin
  if exists (
    select 1 from subsidies_entry e
    where e.application_id = app and e.kind in ('reserve', 'return', 'pay')
      and not exists (select 1 from subsidies_entry s where s.settles_id = e.id)
  ) then
    raise exception 'payees of application % are fixed since its approval', app
      using errcode = 'check_violation', constraint = 'payees_fixed_by_approval';
  end if;
  return coalesce(new, old);
end $$;

create trigger payeeline_frozen before insert or update or delete on subsidies_payeeline
  for each row execute function subsidies_freeze_payees();

alter table subsidies_entry enable always trigger entry_checked;
alter table subsidies_entry enable always trigger entry_append_only;
alter table subsidies_payment enable always trigger payment_checked;
alter table subsidies_payeeline enable always trigger payeeline_frozen;
