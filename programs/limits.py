"""How much may be said: counted in the database, so that nothing is let through while Redis is away."""

import math
from datetime import datetime, timedelta

from django.db import connection

from bureau.common import clock
from programs.models import Feedback

#: (window, how many). Many people share the address of a mobile network, so it may say more than a phone.
PER_PHONE = ((timedelta(minutes=1), 3), (timedelta(days=1), 20))
PER_ADDRESS = ((timedelta(minutes=1), 10), (timedelta(hours=1), 60))
PER_PLEDGE = ((timedelta(minutes=1), 30), (timedelta(days=1), 1000))


class TooMany(Exception):
    """Too much was said; `seconds` until the next may be."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    @property
    def minutes(self) -> int:
        return math.ceil(self.seconds / 60)


def hold(phone_index: str, address: str, pledge: int) -> datetime:
    """Inside a transaction: wait in line with everybody of the same phone, address or pledge, then count.
    Returns the moment that was counted at; raises TooMany. What was taken back still counts."""
    counted = (("phone_index", phone_index, PER_PHONE), ("address", address, PER_ADDRESS),
               ("pledge", pledge, PER_PLEDGE))
    with connection.cursor() as cursor:
        for key in sorted(f"feedback:{field}:{value}" for field, value, _limits in counted):
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    now = clock.real_now()
    waits = [wait for field, value, limits in counted for wait in _waits(field, value, limits, now)]
    if waits:
        raise TooMany(math.ceil(max(waits).total_seconds()))
    return now


def _waits(field: str, value: object, limits: tuple, now: datetime) -> list[timedelta]:
    """For each window that is full, how long until its oldest entry leaves it."""
    longest, most = max(window for window, _n in limits), max(n for _window, n in limits)
    rows = Feedback.objects.filter(**{field: value}, sent_at__gt=now - longest).order_by("-sent_at")
    sent = list(rows.values_list("sent_at", flat=True)[:most])
    return [sent[n - 1] + window - now for window, n in limits if len(sent) >= n and sent[n - 1] > now - window]
