-- Separation of duties, kept for every path into the database: view, ORM, bulk insert, raw SQL.

insert into subsidies_dutyfloor (first, second) values
  ('enter', 'approval'),
  ('first_review', 'approval'),
  ('check', 'approval'),
  ('approval', 'payment');

create function subsidies_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% rows are never changed or deleted', tg_table_name
    using errcode = 'check_violation', constraint = tg_table_name || '_append_only';
end $$;

-- Who holds which step on an application, compared with the floor and with the scheme's own pairs.
create function subsidies_check_duties(app bigint) returns void language plpgsql as $$
declare
  clash record;
begin
  perform 1 from subsidies_application where id = app for no key update;
  with steps (step, person) as (
    select 'enter', entered_by_id from subsidies_application where id = app
    union select step, by_id from subsidies_review where application_id = app
    union select 'payment', by_id from subsidies_payment where application_id = app
  ), pairs (a, b) as (
    select first, second from subsidies_dutyfloor
    union select pair ->> 0, pair ->> 1
    from subsidies_application, subsidies_schemeversion, jsonb_array_elements(duties) pair
    where subsidies_application.id = app and subsidies_schemeversion.id = scheme_version_id
  )
  select a.step as one, b.step as other into clash
  from steps a join pairs on pairs.a = a.step join steps b on b.step = pairs.b and b.person = a.person
  limit 1;
  if found then
    raise exception 'one person may not hold both % and % on application %', clash.one, clash.other, app
      using errcode = 'check_violation', constraint = 'subsidies_duty_floor';
  end if;
end $$;

-- Nobody acts on the case of a shop of which he is a member, or which he runs.
create function subsidies_check_own_case(app bigint, person bigint) returns void language plpgsql as $$
begin
  if exists (
    select 1 from subsidies_application a join enterprises_membership m on m.enterprise_id = a.enterprise_id
    where a.id = app and m.user_id = person and m.state in ('asked', 'confirmed')
  ) or exists (
    select 1 from subsidies_application a
    join enterprises_enterprise e on e.id = a.enterprise_id
    left join enterprises_person p on p.id in (e.operator_id, e.actual_operator_id)
    join accounts_user u on u.phone in (p.phone, e.phone, e.second_phone)
    where a.id = app and u.id = person and u.phone <> ''
  ) then
    raise exception 'nobody acts on his own case (application %)', app
      using errcode = 'check_violation', constraint = 'subsidies_not_own_case';
  end if;
end $$;

create function subsidies_step_taken() returns trigger language plpgsql as $$
begin
  perform subsidies_check_duties(new.application_id);
  perform subsidies_check_own_case(new.application_id, new.by_id);
  return null;
end $$;

create function subsidies_entered_by_changed() returns trigger language plpgsql as $$
begin
  perform subsidies_check_duties(new.id);
  return null;
end $$;

create trigger review_duties after insert on subsidies_review
  for each row execute function subsidies_step_taken();
create trigger payment_duties after insert on subsidies_payment
  for each row execute function subsidies_step_taken();
create trigger application_duties after update of entered_by_id on subsidies_application
  for each row when (old.entered_by_id is distinct from new.entered_by_id)
  execute function subsidies_entered_by_changed();

create trigger review_append_only before update or delete or truncate on subsidies_review
  for each statement execute function subsidies_refuse_change();
create trigger payment_append_only before update or delete or truncate on subsidies_payment
  for each statement execute function subsidies_refuse_change();
create trigger dutyfloor_append_only before update or delete or truncate on subsidies_dutyfloor
  for each statement execute function subsidies_refuse_change();

alter table subsidies_review enable always trigger review_duties;
alter table subsidies_review enable always trigger review_append_only;
alter table subsidies_payment enable always trigger payment_duties;
alter table subsidies_payment enable always trigger payment_append_only;
alter table subsidies_application enable always trigger application_duties;
alter table subsidies_dutyfloor enable always trigger dutyfloor_append_only;
