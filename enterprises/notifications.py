"""What owners are told about their shops."""

from django.utils.translation import gettext_lazy as _

from bureau.notifications import NoticeKind, register

register(
    NoticeKind(
        "enterprises.claim_confirmed",
        title=_("Your shop is confirmed"),
        body=_("You may now act online for {shop}."),
        sms=True,
    ),
    NoticeKind(
        "enterprises.claim_refused",
        title=_("Your shop could not be confirmed"),
        body=_("{shop}: {reason}"),
        sms=True,
    ),
)

from enterprises.credentials import notifications as credential_notifications  # noqa: E402, F401
