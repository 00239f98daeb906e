import re
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.common import constraints
from bureau.common.templatetags.ui import day
from bureau.notifications.enums import TONES, SmsState
from bureau.notifications.registry import KINDS


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User) -> "NotificationQuerySet":
        return self.filter(to=user.pk)

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)


class Notification(models.Model):
    """One message to one person, or to a phone that has no account yet."""

    kind = models.CharField(_("kind"), max_length=80)
    to = models.ForeignKey(User, models.PROTECT, null=True, related_name="notifications", verbose_name=_("recipient"))
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    context = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    url = models.CharField(max_length=200, blank=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    dedupe = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(_("time"))
    read_at = models.DateTimeField(_("read at"), null=True)

    sms_state = models.CharField(_("SMS"), max_length=10, choices=SmsState, default=SmsState.NONE)
    sms_text = models.CharField(_("SMS text"), max_length=200, blank=True)
    sms_sent_at = models.DateTimeField(_("sent at"), null=True)
    sms_receipt = models.CharField(_("receipt of the gateway"), max_length=100, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["to", "-id"], name="notification_to"),
            models.Index(fields=["to"], condition=Q(read_at=None), name="notification_unread"),
            models.Index(fields=["phone", "sms_sent_at"], name="notification_phone"),
            models.Index(fields=["subject_type", "subject_id"], name="notification_subject"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dedupe"], condition=~Q(dedupe=""), name="notification_once"),
            models.CheckConstraint(condition=Q(to__isnull=False) | ~Q(phone=""), name="notification_to_somebody"),
            models.CheckConstraint(
                condition=Q(sms_state=SmsState.NONE) | ~Q(phone=""), name="notification_sms_needs_phone"
            ),
            *constraints.choices("sms_state", SmsState.values, prefix="notification"),
            *constraints.iff_state("sms_state", [SmsState.SENT], "sms_sent_at", prefix="notification"),
            *constraints.ordered("created_at", "read_at", prefix="notification"),
            *constraints.ordered("created_at", "sms_sent_at", prefix="notification"),
            *constraints.sane_dates("created_at", "read_at", "sms_sent_at", prefix="notification"),
        ]

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        """In the reader's language."""
        kind = KINDS.get(self.kind)
        return filled(kind.title, self.context) if kind else self.kind

    @property
    def body(self) -> str:
        kind = KINDS.get(self.kind)
        return filled(kind.body, self.context) if kind else ""

    @property
    def tone(self) -> str:
        return TONES[SmsState(self.sms_state)]


class _Open(dict):
    """A placeholder without a value shows nothing rather than failing a page."""

    def __missing__(self, key):
        return ""


def filled(text: object, context: dict) -> str:
    return str(text).format_map(_Open({key: _in_words(value) for key, value in context.items()}))


def _in_words(value: Any) -> Any:
    """A day is kept as 2021-06-19 and read as 2021年6月19日 or 19 Jun 2021. What only looks like one stays as typed."""
    if not (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        return value
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value
