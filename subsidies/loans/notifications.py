"""What owners are told about their loans. Nothing personal and no amounts: it may arrive on a lost phone."""

from django.utils.translation import gettext_lazy as _

from bureau.notifications import NoticeKind, register

register(
    NoticeKind(
        "loans.requested",
        title=_("Loan request handed in"),
        body=_("Your loan request {number} has been handed in. Log in to see where it stands."),
        sms=True,
    ),
    NoticeKind(
        "loans.listed",
        title=_("Passed on to the bank"),
        body=_("Your loan request {number} has been passed on to the bank, which will decide on it."),
        sms=True,
    ),
    NoticeKind(
        "loans.accepted",
        title=_("The bank has approved your loan"),
        body=_("The bank has approved your loan request {number}. Log in to see the amount."),
        sms=True,
    ),
    NoticeKind(
        "loans.declined",
        title=_("The bank has declined your request"),
        body=_("The bank has declined your loan request {number}. Log in to read its reason."),
        sms=True,
    ),
    NoticeKind(
        "loans.drawn",
        title=_("Loan paid out"),
        body=_("The bank has paid out on your loan {number}. Log in to see how much."),
        sms=True,
    ),
)
