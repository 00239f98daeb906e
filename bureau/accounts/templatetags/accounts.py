"""What the account page shows of a session."""

from datetime import UTC, datetime

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bureau.common.clock import ZONE

register = template.Library()

#: What browsers call themselves → what people call the device.
DEVICES = (
    ("MicroMessenger", gettext_noop("WeChat")),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", gettext_noop("Android phone")),
    ("Windows", gettext_noop("Windows computer")),
    ("Macintosh", "Mac"),
    ("Linux", gettext_noop("Linux computer")),
)


@register.filter
def device(agent: str) -> str:
    """A word for the device, from what its browser says."""
    return next((_(word) for mark, word in DEVICES if mark in (agent or "")), _("Unknown device"))


@register.filter
def moment(seconds: int | None) -> datetime | None:
    """Unix seconds, as sessions keep them, in the portal's time zone."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(ZONE) if seconds else None
