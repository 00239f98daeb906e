insert into audit_audithead (id, seq, hash) values (1, 0, ''::bytea);

-- What is hashed: the previous hash and every column of the event, in one unambiguous text.
create function audit_hash(prev bytea, e audit_auditevent) returns bytea
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select sha256(prev || convert_to(jsonb_build_array(
        e.id, (extract(epoch from e.at) * 1000000)::bigint, e.event, e.actor_id, e.actor_label,
        e.object_type, e.object_id, e.object_label, e.data, e.request_id)::text, 'UTF8'))
$$;

create function audit_stamp() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    new.at := clock_timestamp();
    return new;
end $$;

create function audit_link() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    head audit_audithead;
    this bytea;
begin
    select * into strict head from audit_audithead where id = 1 for update;
    this := audit_hash(head.hash, new);
    insert into audit_auditlink (seq, event_id, prev, hash) values (head.seq + 1, new.id, head.hash, this);
    update audit_audithead set seq = head.seq + 1, hash = this where id = 1;
    return null;
end $$;

create function audit_refuse() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    raise exception 'The audit log is only ever added to (% on %).', tg_op, tg_table_name;
end $$;

-- Links and the head move only from inside audit_link().
create function audit_only_by_chain() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if pg_trigger_depth() < 2 then
        raise exception 'The audit chain is written by the database alone (% on %).', tg_op, tg_table_name;
    end if;
    return new;
end $$;

create trigger audit_stamp before insert on audit_auditevent for each row execute function audit_stamp();
create constraint trigger audit_link after insert on audit_auditevent
    deferrable initially deferred for each row execute function audit_link();
create trigger audit_keep before update or delete on audit_auditevent for each row execute function audit_refuse();
create trigger audit_keep_all before truncate on audit_auditevent execute function audit_refuse();
create trigger audit_keep before update or delete on audit_auditlink for each row execute function audit_refuse();
create trigger audit_keep_all before truncate on audit_auditlink execute function audit_refuse();
create trigger audit_chain before insert on audit_auditlink for each row execute function audit_only_by_chain();
create trigger audit_keep before delete on audit_audithead for each row execute function audit_refuse();
create trigger audit_keep_all before truncate on audit_audithead execute function audit_refuse();
create trigger audit_chain before insert or update on audit_audithead
    for each row execute function audit_only_by_chain();

alter table audit_auditevent enable always trigger audit_stamp, enable always trigger audit_link,
    enable always trigger audit_keep, enable always trigger audit_keep_all;
alter table audit_auditlink enable always trigger audit_keep, enable always trigger audit_keep_all,
    enable always trigger audit_chain;
alter table audit_audithead enable always trigger audit_keep, enable always trigger audit_keep_all,
    enable always trigger audit_chain;

-- Every broken place; a chain that was re-hashed as a whole is found by the heads noted outside only.
create function audit_bad() returns table (seq bigint, problem text)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    with links as (
        select l.*, lag(l.seq, 1, 0::bigint) over w as seq_before, lag(l.hash, 1, ''::bytea) over w as hash_before
        from audit_auditlink l window w as (order by l.seq)
    )
    select l.seq, 'links before it are missing' from links l where l.seq <> l.seq_before + 1
    union all select l.seq, 'does not follow the link before it' from links l where l.prev <> l.hash_before
    union all select l.seq, 'the event is missing' from links l
        where not exists (select from audit_auditevent e where e.id = l.event_id)
    union all select l.seq, 'the event was altered' from links l
        join audit_auditevent e on e.id = l.event_id where audit_hash(l.prev, e) <> l.hash
    union all select 0, 'event ' || e.id || ' is not linked' from audit_auditevent e
        where not exists (select from audit_auditlink l where l.event_id = e.id)
    union all select h.seq, 'the head is not the last link' from audit_audithead h
        left join lateral (select * from links l order by l.seq desc limit 1) last on true
        where h.seq <> coalesce(last.seq, 0) or h.hash <> coalesce(last.hash, ''::bytea)
    order by 1
$$;

revoke update, delete, truncate on audit_auditevent, audit_auditlink, audit_audithead from public;
do $$
begin
    if exists (select from pg_roles where rolname = 'portal_app') and current_user <> 'portal_app' then
        revoke all on audit_auditevent, audit_auditlink, audit_audithead from portal_app;
        grant select, insert on audit_auditevent to portal_app;
        grant select on audit_auditlink, audit_audithead to portal_app;
    end if;
end $$;
