"""Keeping house: what logging in leaves behind goes after its time."""

from datetime import timedelta

from axes.models import AccessAttempt

from bureau.accounts.models import LoginCode, PortalSession
from bureau.common import clock

#: Codes and failures are needed for the limits (a day) and for looking into an attack (a month).
KEPT_DAYS = 30


def purge() -> dict[str, int]:
    """Delete old login codes, failed attempts and sessions that are over; returns how many of each."""
    now = clock.real_now()
    before = now - timedelta(days=KEPT_DAYS)
    return {
        "codes": LoginCode.objects.filter(created_at__lt=before).delete()[0],
        "attempts": AccessAttempt.objects.filter(attempt_time__lt=before).delete()[0],
        "sessions": PortalSession.objects.filter(expire_date__lt=now).delete()[0],
    }
