"""What goes into an SMS, when it goes, and whether it goes."""

import re
from datetime import datetime, time, timedelta

from django.conf import settings

from bureau.accounts.models import SiteProfile
from bureau.common import clock
from bureau.common.i18n import localized
from bureau.common.remembered import Remembered
from bureau.notifications.enums import SmsState
from bureau.notifications.models import Notification, filled
from bureau.notifications.registry import NoticeKind

LIMIT = 70  # one SMS with Chinese characters
LIMIT_LATIN = 160
QUIET_FROM, QUIET_TO = time(21), time(8)
# Identity, card and phone numbers do not travel by SMS, whoever put them into a text.
PERSONAL = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx]|\d{16,19})(?!\d)")


def compose(kind: NoticeKind, context: dict) -> str:
    """The signed text in the current language: the body if it fits and names no numbers of people, else the title."""
    signature = f"【{name}】" if (name := sender()) else ""
    texts = [kind.body if kind.sms is True else kind.sms, kind.title]
    for text in (signature + filled(text, context) for text in texts):
        if len(text) <= limit_for(text) and not PERSONAL.search(text):
            return text
    return PERSONAL.sub("…", signature + filled(kind.title, context))[: LIMIT - 1] + "…"


def limit_for(text: str) -> int:
    return LIMIT_LATIN if text.replace("【", "").replace("】", "").isascii() else LIMIT


profile = Remembered(lambda: SiteProfile.objects.first())


def sender() -> str:
    return localized(site, "name") if (site := profile()) else ""


def pause_until_allowed(kind: NoticeKind, now: datetime) -> timedelta | None:
    """How long an SMS waits for the morning; None when it may go now."""
    if kind.urgent or QUIET_TO <= now.timetz().replace(tzinfo=None) < QUIET_FROM:
        return None
    morning = now.replace(hour=QUIET_TO.hour, minute=0, second=0, microsecond=0)
    return (morning if now < morning else morning + timedelta(days=1)) - now


def is_capped(kind: NoticeKind, phone: str) -> bool:
    """Has this phone had its number of messages for the last day?"""
    if kind.urgent:
        return False
    sent = Notification.objects.filter(
        phone=phone, sms_state=SmsState.SENT, sms_sent_at__gt=clock.now() - timedelta(days=1)
    )
    return sent.count() >= getattr(settings, "SMS_DAILY_CAP", 10)
