"""What owners are told about their applications. Nothing personal: it may arrive on a lost phone."""

from django.utils.translation import gettext_lazy as _

from bureau.notifications import NoticeKind, register

register(
    NoticeKind(
        "subsidies.entered",
        title=_("An application has been entered for you"),
        body=_("An office has entered an award application for you. Log in with this number to look or take it over."),
        sms=True,
    ),
    NoticeKind(
        "subsidies.submitted",
        title=_("Application handed in"),
        body=_("Your application {number} has been handed in. Log in to see where it stands."),
        sms=True,
    ),
    NoticeKind(
        "subsidies.accepted",
        title=_("Application accepted"),
        body=_("Your application {number} has been accepted and is being reviewed."),
        sms=True,
    ),
    NoticeKind(
        "subsidies.correction",
        title=_("Corrections needed"),
        body=_("Your application {number} needs {count} corrections. Log in to see which, and by when."),
        sms=True,
    ),
    NoticeKind(
        "subsidies.approved",
        title=_("Application approved"),
        body=_("Your application {number} has been approved; the payment comes next."),
        sms=True,
    ),
    NoticeKind(
        "subsidies.refused",
        title=_("Application not approved"),
        body=_("Your application {number} could not be approved. Log in to read the reason."),
        sms=True,
    ),
    NoticeKind(
        "subsidies.paid",
        title=_("Award paid"),
        body=_("The award of your application {number} has been paid to the account you gave."),
        sms=True,
    ),
)
from subsidies.loans import notifications as loans  # noqa: E402, F401
