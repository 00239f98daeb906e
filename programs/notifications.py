"""What citizens and offices are told. Nothing personal: it may arrive on a lost phone."""

from django.utils.translation import gettext_lazy as _

from bureau.notifications import NoticeKind, register

register(
    NoticeKind(
        "programs.answered",
        title=_("Your comment was answered"),
        body=_("The office has answered what you said about pledge {number}."),
        sms=True,
    ),
    NoticeKind(
        "programs.hidden",
        title=_("Your comment is not shown"),
        body=_("What you said about pledge {number} is not shown. Log in to read why."),
    ),
    NoticeKind(
        "programs.due_soon",
        title=_("A pledge falls due"),
        body=_("Pledge {number} is due on {day}. Please report its progress."),
    ),
    NoticeKind(
        "programs.overdue",
        title=_("A pledge is overdue"),
        body=_("Pledge {number} was due on {day}. Please report on it, or change the date with the reason."),
    ),
)
