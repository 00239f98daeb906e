-- An application of a scheme for placements names its agreement, once and for all; one of any other scheme has none.
create function subsidies_agreement_checked() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if new.agreement_id is distinct from old.agreement_id then
      raise exception 'the agreement of an application stays'
        using errcode = 'check_violation', constraint = 'application_agreement_keeps';
    end if;
    return new;
  end if;
  if (new.agreement_id is not null) is distinct from coalesce((
    select amounts ->> 'kind' = 'placement' from subsidies_schemeversion where id = new.scheme_version_id), false)
  then
    raise exception 'an application names an agreement exactly where its scheme pays for placements'
      using errcode = 'check_violation', constraint = 'application_agreement_of_scheme';
  end if;
  if new.agreement_id is not null and not exists (
    select 1 from training_agreement where id = new.agreement_id and host_id = new.enterprise_id
  ) then
    raise exception 'the agreement is another shop''s'
      using errcode = 'check_violation', constraint = 'application_agreement_of_shop';
  end if;
  return new;
end $$;

-- A trainee's line is a placement of the agreement, and knows whose; it is live from handing in until it is given up.
create function subsidies_payee_placed() returns trigger language plpgsql as $$
declare
  app record;
  place record;
begin
  if new.placement_id is null then
    new.live := false;
    return new;
  end if;
  select a.agreement_id, a.state into app from subsidies_application a where a.id = new.application_id;
  select p.agreement_id, p.person_id, p.cancelled_at into place from training_placement p where p.id = new.placement_id;
  if place.agreement_id is distinct from app.agreement_id or place.cancelled_at is not null then
    raise exception 'this placement is not one of the agreement that is applied for'
      using errcode = 'check_violation', constraint = 'payeeline_placement_of_agreement';
  end if;
  new.person_id := place.person_id;
  new.live := app.state not in ('draft', 'refused', 'withdrawn');
  return new;
end $$;

-- Claims follow the state of their application, in the order of the people, so that two applications with the same
-- people wait for each other and never in a circle.
create function subsidies_claims_follow() returns trigger language plpgsql as $$
declare
  stands boolean := new.state not in ('draft', 'refused', 'withdrawn');
  claim bigint;
begin
  for claim in
    select id from subsidies_payeeline
    where application_id = new.id and placement_id is not null and live <> stands order by person_id
  loop
    update subsidies_payeeline set live = stands where id = claim;
  end loop;
  return null;
end $$;

create trigger application_agreement before insert or update on subsidies_application
  for each row execute function subsidies_agreement_checked();
create trigger payeeline_placed before insert or update on subsidies_payeeline
  for each row execute function subsidies_payee_placed();
create trigger application_claims after update of state on subsidies_application
  for each row when (new.agreement_id is not null and new.state is distinct from old.state)
  execute function subsidies_claims_follow();

alter table subsidies_application enable always trigger application_agreement;
alter table subsidies_payeeline enable always trigger payeeline_placed;
alter table subsidies_application enable always trigger application_claims;
