"""Messages to people: a row in the transaction of the event, shown in the portal and sent by SMS."""

from typing import TYPE_CHECKING, Any

from bureau.notifications.registry import NoticeKind, register

if TYPE_CHECKING:
    from bureau.accounts.models import User
    from bureau.notifications.models import Notification

__all__ = ["NoticeKind", "notify", "register"]


def notify(
    key: str,
    *,
    to: "User | None" = None,
    phone: str = "",
    subject: Any = None,
    context: dict | None = None,
    dedupe: str = "",
) -> "Notification | None":
    """See `bureau.notifications.actions.notify`; models are not loaded yet when Django imports this package."""
    from bureau.notifications import actions

    return actions.notify(key, to=to, phone=phone, subject=subject, context=context, dedupe=dedupe)
