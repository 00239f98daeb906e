-- What check constraints cannot say, since it lies in two tables.

create function training_days_in_month(first date, last date, month date) returns integer language sql immutable as $$
  select greatest(0, least(last, (month + interval '1 month')::date - 1) - greatest(first, month) + 1)
$$;

-- From the signature on an agreement says what it says.
create function training_agreement_keeps() returns trigger language plpgsql as $$
begin
  if old.state <> 'draft' and
    (new.host_id, new.unit_id, new.starts_on, new.ends_on, new.monthly_wage, new.trainer, new.signed_on, new.scan_id)
      is distinct from
    (old.host_id, old.unit_id, old.starts_on, old.ends_on, old.monthly_wage, old.trainer, old.signed_on, old.scan_id)
  then
    raise exception 'a signed agreement stays as it was signed'
      using errcode = 'check_violation', constraint = 'agreement_keeps';
  end if;
  if old.state = 'draft' and (new.starts_on > old.starts_on or new.ends_on < old.ends_on) and exists (
    select 1 from training_placement
    where agreement_id = new.id and cancelled_at is null and (starts_on < new.starts_on or ends_on > new.ends_on)
  ) then
    raise exception 'somebody is placed outside this term'
      using errcode = 'check_violation', constraint = 'placement_within_term';
  end if;
  return new;
end $$;

-- A placement lies within its agreement, and never moves to another one or to another person.
create function training_placement_checked() returns trigger language plpgsql as $$
declare
  term training_agreement;
begin
  select * into term from training_agreement where id = new.agreement_id for share;
  if new.cancelled_at is null
    and (new.starts_on < term.starts_on or new.ends_on > coalesce(term.stopped_on, term.ends_on)) then
    raise exception 'a placement lies within the term of its agreement'
      using errcode = 'check_violation', constraint = 'placement_within_term';
  end if;
  if tg_op = 'UPDATE' and (new.agreement_id, new.person_id) is distinct from (old.agreement_id, old.person_id) then
    raise exception 'a placement stays with its person and agreement'
      using errcode = 'check_violation', constraint = 'placement_keeps';
  end if;
  if tg_op = 'UPDATE' and exists (
    select 1 from training_monthrow r join training_monthsheet s on s.id = r.sheet_id
    where r.placement_id = new.id and s.state = 'confirmed' and (
      new.cancelled_at is not null or r.days > training_days_in_month(new.starts_on, new.ends_on, s.month))
  ) then
    raise exception 'days of this placement have been confirmed already'
      using errcode = 'check_violation', constraint = 'placement_confirmed_days';
  end if;
  return new;
end $$;

-- No more days than the person was there, only in months of his agreement, and nothing once it is confirmed.
create function training_monthrow_checked() returns trigger language plpgsql as $$
declare
  row_now training_monthrow := case when tg_op = 'DELETE' then old else new end;
  sheet training_monthsheet;
  place training_placement;
begin
  select * into sheet from training_monthsheet where id = row_now.sheet_id for share;
  if sheet.state = 'confirmed' then
    raise exception 'a confirmed month stays as it was confirmed'
      using errcode = 'check_violation', constraint = 'monthrow_confirmed';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  select * into place from training_placement where id = new.placement_id;
  if place.agreement_id <> sheet.agreement_id or place.cancelled_at is not null
    or new.days > training_days_in_month(place.starts_on, place.ends_on, sheet.month) then
    raise exception 'nobody worked more days than he was there'
      using errcode = 'check_violation', constraint = 'monthrow_within_placement';
  end if;
  return new;
end $$;

create trigger agreement_keeps before update on training_agreement
  for each row execute function training_agreement_keeps();
create trigger placement_checked before insert or update on training_placement
  for each row execute function training_placement_checked();
create trigger monthrow_checked before insert or update or delete on training_monthrow
  for each row execute function training_monthrow_checked();

alter table training_agreement enable always trigger agreement_keeps;
alter table training_placement enable always trigger placement_checked;
alter table training_monthrow enable always trigger monthrow_checked;
