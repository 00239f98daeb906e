-- Loans: what the bank paid is a fact, its sum stays within what the bank approved, and lists that went out stand still.

create sequence subsidies_loan_number;

create function subsidies_draw() returns trigger language plpgsql as $$
begin
  -- One statement under the row's lock: the check constraint holds at any concurrency.
  update subsidies_loanrequest set drawn = drawn + new.amount
  where id = new.request_id and enterprise_id = new.enterprise_id and product_id = new.product_id;
  if not found then
    raise exception 'the loan request belongs to another shop or product'
      using errcode = 'check_violation', constraint = 'drawdown_of_its_request';
  end if;
  return new;
end $$;

create function subsidies_keep_loan() returns trigger language plpgsql as $$
begin
  if new.drawn <> old.drawn and pg_trigger_depth() = 1 then
    raise exception 'what has been drawn follows from the drawdowns'
      using errcode = 'check_violation', constraint = 'loanrequest_drawn_by_drawdowns';
  end if;
  if (new.number, new.product_id, new.enterprise_id, new.amount_wished, new.consent_text, new.consent_at,
      new.region_id, new.operating_region_id, new.unit_id, new.entered_by_id, new.channel)
    is distinct from
     (old.number, old.product_id, old.enterprise_id, old.amount_wished, old.consent_text, old.consent_at,
      old.region_id, old.operating_region_id, old.unit_id, old.entered_by_id, old.channel)
    or old.decided_on is not null and (new.decided_on, new.amount_approved) is distinct from (old.decided_on, old.amount_approved)
  then
    raise exception 'what was asked for, agreed to and decided stands still'
      using errcode = 'check_violation', constraint = 'loanrequest_kept';
  end if;
  return new;
end $$;

create function subsidies_birth_of_loan() returns trigger language plpgsql as $$
begin
  new.drawn := 0;
  return new;
end $$;

create function subsidies_fix_loan_back_entry() returns trigger language plpgsql as $$
begin
  if old.state <> 'proposed'
    or (new.product_id, new.unit_id, new.source_id, new.proposed_by_id)
      is distinct from (old.product_id, old.unit_id, old.source_id, old.proposed_by_id)
  then
    raise exception 'a roster of loans can only be confirmed or discarded, once'
      using errcode = 'check_violation', constraint = 'loanbackentry_fixed';
  end if;
  return new;
end $$;

create function subsidies_fix_loan_back_row() returns trigger language plpgsql as $$
begin
  if (new.back_entry_id, new.number, new.enterprise_id, new.amount, new.paid_on, new.serial)
    is distinct from (old.back_entry_id, old.number, old.enterprise_id, old.amount, old.paid_on, old.serial)
    or old.request_id is not null
    or not exists (
      select 1 from subsidies_loanbackentry b join subsidies_loanrequest r on r.id = new.request_id
      where b.id = new.back_entry_id and b.state = 'confirmed' and r.entered_by_id = b.proposed_by_id
        and r.enterprise_id = new.enterprise_id
    )
  then
    raise exception 'a row of a roster becomes a loan when another person has confirmed it'
      using errcode = 'check_violation', constraint = 'loanbackrow_two_people';
  end if;
  return new;
end $$;

create trigger drawdown_adds after insert on subsidies_drawdown
  for each row execute function subsidies_draw();
create trigger drawdown_append_only before update or delete or truncate on subsidies_drawdown
  for each statement execute function subsidies_refuse_change();
create trigger loanrequest_begins before insert on subsidies_loanrequest
  for each row execute function subsidies_birth_of_loan();
create trigger loanrequest_keeps before update on subsidies_loanrequest
  for each row execute function subsidies_keep_loan();
create trigger referrallist_append_only before update or delete or truncate on subsidies_referrallist
  for each statement execute function subsidies_refuse_change();
create trigger referralrow_append_only before update or delete or truncate on subsidies_referralrow
  for each statement execute function subsidies_refuse_change();
create trigger loanbackentry_fixed before update on subsidies_loanbackentry
  for each row execute function subsidies_fix_loan_back_entry();
create trigger loanbackrow_fixed before update on subsidies_loanbackrow
  for each row execute function subsidies_fix_loan_back_row();

alter table subsidies_drawdown enable always trigger drawdown_adds;
alter table subsidies_drawdown enable always trigger drawdown_append_only;
alter table subsidies_loanrequest enable always trigger loanrequest_keeps;
alter table subsidies_referrallist enable always trigger referrallist_append_only;
alter table subsidies_referralrow enable always trigger referralrow_append_only;
alter table subsidies_loanbackentry enable always trigger loanbackentry_fixed;
alter table subsidies_loanbackrow enable always trigger loanbackrow_fixed;
