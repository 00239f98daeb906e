"""What owners and offices are told about credentials; nothing personal, short enough for an SMS."""

from django.utils.translation import gettext_lazy as _

from bureau.notifications import NoticeKind, register

register(
    NoticeKind(
        "enterprises.credential_named", title=_("Your shop has been named"),
        body=_("Your shop holds the title “{kind}” ({number}). The certificate is in the portal."), sms=True,
    ),
    NoticeKind(
        "enterprises.credential_revoked", title=_("A title of your shop was revoked"),
        body=_("The title “{kind}” ({number}) was revoked. Please ask the office for the reason."), sms=True,
    ),
    NoticeKind(
        "enterprises.credential_ends", title=_("A title of your shop ends soon"),
        body=_("The title “{kind}” ({number}) ends on {day}. Ask your county office about its renewal."), sms=True,
    ),
    NoticeKind(
        "enterprises.credential_ends_office", title=_("A title ends soon"),
        body=_("{shop}: “{kind}” ({number}) ends on {day}."), sms=False,
    ),
)
