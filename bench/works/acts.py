"""What a client of the race does, ours and the floor's: each gives a function that a thread calls once to connect."""

from collections.abc import Callable
from typing import Any

import psycopg2
from django.db import connection

from bureau.accounts.models import User
from bureau.notifications import sms
from bureau.workflow import Refused, perform
from subsidies.models import Application, BudgetLine

Act = Callable[[Any], bool]
UPDATE = "UPDATE bench_line SET reserved = reserved + 5000 WHERE id = 1 AND cap - reserved >= 5000 RETURNING id"
INSERT = "INSERT INTO bench_entry (line_id, amount) VALUES (1, 5000)"


def ours(warm: list[int]) -> Callable[[], Act]:
    """`warm`: a case for each client, approved before: a web server's connections live long, and what a connection
    and a process load with the first approval is no part of the thousandth."""
    sms.pause_until_allowed = lambda kind, now: None  # as by day, whenever this runs: each message is sent on at once

    def connect() -> Act:
        approve(warm.pop(), "热身")
        return lambda pk: approve(pk, "争用")

    return connect


def approve(pk: int, line: str) -> bool:
    """The step as its view makes it: who, the case, guards, review, money, message, audit."""
    by = User.objects.get(username="bench.approver")
    case = Application.objects.get(pk=pk)
    data = {"line": BudgetLine.objects.get(name_zh=line), "opinion": ""}
    try:
        perform(case, "approve", by=by, version=case.version, data=data)
    except Refused:
        return False
    return True


def floor(_warm: list[int]) -> Callable[[], Act]:
    names = ("dbname", "user", "password", "host", "port")
    address = {key: value for key, value in connection.get_connection_params().items() if key in names}

    def connect() -> Act:
        own = psycopg2.connect(**address)

        def bare(_item: Any) -> bool:
            with own, own.cursor() as cursor:
                cursor.execute(UPDATE)
                if not cursor.fetchone():
                    return False
                cursor.execute(INSERT)
            return True

        bare(None)
        return bare

    return connect
