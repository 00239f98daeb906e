"""What host shops are told. Nothing personal: it may arrive on a lost phone."""

from django.utils.translation import gettext_lazy as _

from bureau.notifications import NoticeKind, register

register(
    NoticeKind(
        "training.agreement_signed",
        title=_("Placement agreement signed"),
        body=_("Agreement {number} has been registered. Log in after each month to say who worked how many days."),
        sms=True,
    ),
    NoticeKind(
        "training.month_due",
        title=_("A month is to be confirmed"),
        body=_("Agreement {number}: please log in and say who worked how many days in {month}."),
        sms=True,
    ),
    NoticeKind(
        "training.month_late",
        title=_("A month has not been confirmed"),
        body=_("Agreement {number}: {month} is still to be confirmed. Months that are missing do not count for the allowance."),
        sms=True,
    ),
    NoticeKind(
        "training.month_confirmed",
        title=_("Month confirmed"),
        body=_("The office has confirmed {month} of agreement {number}."),
    ),
    NoticeKind(
        "training.month_returned",
        title=_("A month is to be corrected"),
        body=_("The office has sent {month} of agreement {number} back. Log in to see why."),
        sms=True,
    ),
)
