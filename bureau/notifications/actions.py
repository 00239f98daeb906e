"""Writing a message, sending it, reading it."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import override

from bureau.accounts.enums import UserKind
from bureau.accounts.models import User
from bureau.common import clock
from bureau.common.insertion import insert_once
from bureau.jobs.actions import ask
from bureau.jobs.models import Job
from bureau.notifications import gateways, sms
from bureau.notifications.enums import SmsState
from bureau.notifications.models import Notification
from bureau.notifications.registry import KINDS, NoticeKind


def notify(
    key: str,
    *,
    to: User | None = None,
    phone: str = "",
    subject: models.Model | None = None,
    context: dict[str, Any] | None = None,
    dedupe: str = "",
) -> Notification | None:
    """Write a message in the caller's transaction; SMS are sent after its commit.

    To an account, or to a phone without one. The same `dedupe` is the same message. None when there is nobody to tell.
    """
    kind = KINDS[key]
    if to is not None and not phone and to.kind == UserKind.OWNER:
        phone = to.phone or ""
    if to is None and not phone:
        return None
    context = context or {}
    fields = {
        "kind": key,
        "to": to,
        "phone": phone,
        "context": context,
        "url": _url(subject),
        "subject_type": subject._meta.label_lower if subject is not None else "",
        "subject_id": str(subject.pk) if subject is not None else "",
        "created_at": clock.now(),
        "sms_state": SmsState.WAITING if kind.sms and phone else SmsState.NONE,
    }
    if fields["sms_state"] == SmsState.WAITING:
        with override(to.language if to else settings.LANGUAGE_CODE):
            fields["sms_text"] = sms.compose(kind, context)
    message = Notification(**fields, dedupe=dedupe)
    with transaction.atomic(savepoint=False):
        if not insert_once(message):
            return Notification.objects.get(dedupe=dedupe)
        if message.sms_state == SmsState.WAITING:
            _ask_to_send(message, kind)
    return message


def _url(subject: models.Model | None) -> str:
    address = getattr(subject, "get_absolute_url", None)
    return address()[:200] if address else ""


def _ask_to_send(message: Notification, kind: NoticeKind) -> Job:
    return ask(
        "notifications.sms", by=User.objects.machine(), params={"id": message.pk}, key=f"sms:{message.pk}",
        after=sms.pause_until_allowed(kind, clock.now()),
    )


def send_sms(pk: int) -> SmsState:
    """Hand one message to the gateway; GatewayError when it is to be tried again.

    Killed between the gateway's answer and our note of it, the message goes out again under the same key, which
    providers drop; none is lost.
    """
    message = Notification.objects.get(pk=pk)
    kind = KINDS[message.kind]
    if message.sms_state != SmsState.WAITING:
        return SmsState(message.sms_state)
    if sms.is_capped(kind, message.phone):
        return _note(message, SmsState.CAPPED, kind)
    receipt = gateways.gateway().send(message.phone, message.sms_text, f"sms-{pk}")
    return _note(message, SmsState.SENT, kind, receipt)


def _note(message: Notification, state: SmsState, kind: NoticeKind, receipt: str = "") -> SmsState:
    values: dict[str, Any] = {"sms_state": state, "sms_receipt": receipt}
    if state == SmsState.SENT:
        values["sms_sent_at"] = Greatest(F("created_at"), clock.now())
    if kind.secret and not settings.DEMO:
        values |= {"sms_text": "", "context": {}}
    Notification.objects.filter(pk=message.pk, sms_state=SmsState.WAITING).update(**values)
    return state


def give_up(pk: int) -> None:
    """No attempt reached the gateway; the message stays in the portal."""
    message = Notification.objects.get(pk=pk)
    _note(message, SmsState.FAILED, KINDS[message.kind])


def read(messages: models.QuerySet[Notification]) -> int:
    return messages.unread().update(read_at=Greatest(F("created_at"), clock.now()))
