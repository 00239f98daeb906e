"""Makes thousands of rows out of the first one of a table, in one statement, so that lists can be tried at size.

Triggers and foreign keys sleep meanwhile (`session_replication_role`): the copies are for looking at. Columns that
must differ are given as SQL; `g` is the number of the copy, `r` the row that is copied.
"""

from django.apps import apps
from django.db import connection, models

NEW_SHOP = "(select max(id) from enterprises_enterprise) - {n} + g"
NEW_CASE = "(select max(id) from subsidies_application) - {n} + g"
#: In this order, since later tables point at earlier ones.
TABLES: dict[str, dict[str, str]] = {
    "accounts.Unit": {"code": "'copy-{n}-' || g", "path": "r.path || 'x{n}x' || g || '.'"},
    "accounts.User": {"username": "'copy-{n}-' || g"},
    "accounts.Grant": {"user_id": "(select max(id) from accounts_user) - {n} + g"},
    "common.CalendarDay": {"date": "date '2031-01-01' + {n} + g"},
    "enterprises.Enterprise": {"uscc": "null"},
    "enterprises.Membership": {"enterprise_id": NEW_SHOP},
    "enterprises.CredentialKind": {
        "key": "'copy_' || translate({n} || '_' || g, '0123456789', 'abcdefghij')",
        "number_prefix": "translate(lpad(({n} % 97 * 10000 + g)::text, 6, '0'), '0123456789', 'ABCDEFGHIJ')",
    },
    "enterprises.CredentialRound": {"name_zh": "'第{n}-' || g || '轮'"},
    "enterprises.Credential": {
        "number": "'LT{n:04d}' || lpad(g::text, 6, '0')", "code": "rpad(translate('c{n}x' || g, '01', 'ab'), 20, 'z')",
        "enterprise_id": NEW_SHOP, "plaque_number": "null", "plaque_on": "null", "predecessor_id": "null",
    },
    "training.Agreement": {"ref": "gen_random_uuid()"},
    "training.MonthSheet": {"agreement_id": "(select max(id) from training_agreement) - {n} + g"},
    "subsidies.Application": {
        "ref": "gen_random_uuid()", "number": "'COPY{n}x' || g", "submit_key": "gen_random_uuid()",
        "enterprise_id": NEW_SHOP,
    },
    "subsidies.Wait": {"application_id": NEW_CASE},
    "subsidies.Review": {"application_id": NEW_CASE},
    "subsidies.BudgetLine": {"name_zh": "'行{n}-' || g", "name_en": "'line ' || g"},
    "subsidies.Entry": {"key": "'copy-{n}-' || g", "settles_id": "-({n} * 10000 + g)"},
    "subsidies.Payment": {"entry_id": "(select max(id) from subsidies_entry) - {n} + g"},
    "subsidies.SchemeVersion": {"digest": "md5({n}::text) || md5(g::text)", "number": "r.number + {n} + g"},
    "subsidies.BackEntry": {},
    "training.Session": {"ref": "gen_random_uuid()", "number": "'PX{n:04d}' || lpad(g::text, 6, '0')"},
    "training.Enrollment": {
        "ref": "gen_random_uuid()", "session_id": "(select max(id) from training_session) - {n} + g", "user_id": "null",
    },
    "programs.Pledge": {},
    "programs.Feedback": {"phone_index": "md5('{n}') || md5(g::text)"},
    "subsidies.LoanProduct": {"key": "'copy-{n}-' || g"},
    "subsidies.LoanRequest": {"ref": "gen_random_uuid()", "number": "'COPY{n}x' || g", "enterprise_id": NEW_SHOP},
    "subsidies.ReferralList": {"number": "'COPY{n}x' || g"},
    "subsidies.Drawdown": {"serial": "'copy-{n}-' || g", "amount": "0.01"},  # each is added to its request, awake or not
    "subsidies.LoanBackEntry": {},
    "notifications.Notification": {"dedupe": "''"},
    "jobs.Job": {"id": "gen_random_uuid()", "key": "null"},
    "formbuilder.ImportRun": {"id": "gen_random_uuid()"},
    "reports.ReportTemplate": {"key": "'copy-{n}-' || g"},
    "reports.Report": {"template_id": "(select max(id) from reports_reporttemplate) - {n} + g"},
    "targets.Target": {"metric": "'copy-{n}-' || g"},
    "targets.StatedValue": {"revision": "{n} + g"},
    "audit.AuditEvent": {},
}
#: Which row is copied, where the first one is not the one that lists show most of.
COPIED = {
    "training.Agreement": "state = 'running'",
    "accounts.User": "username is not null and phone is null",
    "accounts.Grant": "role = 'clerk'",
    "accounts.Unit": "parent_id is not null",
    "enterprises.Membership": "state = 'confirmed'",
    "subsidies.Application": "state = 'submitted'",
    "subsidies.Wait": "ended_at is null",
    "subsidies.Entry": "kind = 'pay'",
    "reports.Report": "state = 'issued'",
    "subsidies.LoanRequest": "state = 'requested'",
    "programs.Pledge": "state = 'published'",
    "programs.Feedback": "state = 'waiting'",
    "training.Session": "state = 'open'",
    "targets.StatedValue": "state = 'confirmed'",
    "enterprises.Credential": "state = 'named'",
}


def grow(n: int) -> None:
    """`n` more rows in every table that a list shows."""
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        for label, differing in TABLES.items():
            copy(cursor, apps.get_model(label), n, differing, COPIED.get(label, "true"))
        cursor.execute("set local session_replication_role = origin")
        cursor.execute("analyze")


def copy(cursor, model: type[models.Model], n: int, differing: dict[str, str], which: str) -> None:
    columns = [
        field.column for field in model._meta.concrete_fields
        if not field.generated and (field.column in differing or not field.primary_key)
    ]
    values = ", ".join(differing.get(name, f'r."{name}"').format(n=n) for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    table, key = model._meta.db_table, model._meta.pk.column
    cursor.execute(
        f"insert into {table} ({names}) select {values} from "
        f"(select * from {table} where {which} order by {key} limit 1) r, generate_series(1, {n}) g"
    )
    assert cursor.rowcount == n, f"{table} had no row to copy"
