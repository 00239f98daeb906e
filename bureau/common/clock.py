"""The business clock: all the portal's own dates come from here.

Outside the demo business time is real time. The demo stores one offset, which the SQL function
`portal_now()` reads too. Audit events and sessions keep real time.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from bureau.common.remembered import Remembered

ZONE = ZoneInfo("Asia/Shanghai")


def _stored() -> timedelta:
    from bureau.common.models import Clock

    return Clock.objects.values_list("offset", flat=True).get(pk=1)


_offset = Remembered(_stored)


def real_now() -> datetime:
    return datetime.now(UTC).astimezone(ZONE)


def offset() -> timedelta:
    """How far business time is ahead of real time; zero outside the demo."""
    return _offset() if settings.DEMO else timedelta()


def now() -> datetime:
    """Business time, aware, in Asia/Shanghai."""
    return real_now() + offset()


def today() -> date:
    return now().date()


def start_at(moment: datetime) -> bool:
    """Let business time begin at `moment`, on the first run of a demo only. True if it did."""
    _refuse_outside_demo()
    from bureau.common.models import Clock

    with transaction.atomic():
        real = real_now()
        started = Clock.objects.filter(pk=1, started_at=None).update(offset=moment - real, started_at=real)
    _offset.forget()
    return bool(started)


def shift(by: timedelta) -> None:
    """Move business time (tests and the demo's own scripts)."""
    _refuse_outside_demo()
    from django.db.models import F

    from bureau.common.models import Clock

    Clock.objects.filter(pk=1).update(offset=F("offset") + by)
    _offset.forget()


def _refuse_outside_demo() -> None:
    if not settings.DEMO:
        raise ImproperlyConfigured("The business clock can be moved in a demo only.")
