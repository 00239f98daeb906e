"""The states of a report move along its table only; what has been issued stands still."""

from django.db import migrations

from bureau.workflow.migrations import GuardStates

# The figures, rows and text of a report stand from the moment its draft is finished.
STANDS = """
create function reports_stands() returns trigger language plpgsql as $$
declare
  held bigint := case when tg_op = 'DELETE' then old.report_id else new.report_id end;
begin
  if exists (select 1 from reports_report where id = held and state not in ('due', 'draft')) then
    raise exception 'the content of report % stands since its draft was finished', held
      using errcode = 'check_violation', constraint = 'reports_content_stands';
  end if;
  return coalesce(new, old);
end $$;
create trigger figure_stands before insert or update or delete on reports_frozenfigure
  for each row execute function reports_stands();
create trigger source_stands before insert or update or delete on reports_frozensource
  for each row execute function reports_stands();
create trigger paragraph_stands before insert or update or delete on reports_paragraph
  for each row execute function reports_stands();
create function reports_chunk_stands() returns trigger language plpgsql as $$
declare
  held bigint := case when tg_op = 'DELETE' then old.source_id else new.source_id end;
begin
  if exists (
    select 1 from reports_frozensource s join reports_report r on r.id = s.report_id
    where s.id = held and r.state not in ('due', 'draft')
  ) then
    raise exception 'frozen rows stand since their report was finished'
      using errcode = 'check_violation', constraint = 'reports_content_stands';
  end if;
  return coalesce(new, old);
end $$;
create trigger chunk_stands before insert or update or delete on reports_frozenchunk
  for each row execute function reports_chunk_stands();
alter table reports_frozenfigure enable always trigger figure_stands;
alter table reports_frozensource enable always trigger source_stands;
alter table reports_paragraph enable always trigger paragraph_stands;
alter table reports_frozenchunk enable always trigger chunk_stands;
"""
UNDO = """
drop trigger chunk_stands on reports_frozenchunk;
drop trigger paragraph_stands on reports_paragraph;
drop trigger source_stands on reports_frozensource;
drop trigger figure_stands on reports_frozenfigure;
drop function reports_chunk_stands();
drop function reports_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("common", "0002_sql")]
    operations = [
        GuardStates(
            "report",
            log="reportlog",
            births=["due"],
            edges={
                "checked": ["draft", "issued"],
                "draft": ["draft", "in_check"],
                "due": ["draft"],
                "in_check": ["checked", "draft"],
            },
        ),
        migrations.RunSQL(STANDS, UNDO),
    ]
