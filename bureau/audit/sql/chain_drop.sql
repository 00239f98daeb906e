drop function audit_bad();
drop function audit_link() cascade;
drop function audit_stamp() cascade;
drop function audit_refuse() cascade;
drop function audit_only_by_chain() cascade;
drop function audit_hash(bytea, audit_auditevent);
delete from audit_audithead;
