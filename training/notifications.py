"""What participants are told. Nothing personal: it may arrive on a lost phone."""

from django.utils.translation import gettext_lazy as _

from bureau.notifications import NoticeKind, register

register(
    NoticeKind(
        "training.enrolled",
        title=_("You are enrolled in a training"),
        body=_("You are enrolled in {title}. It begins on {month}/{day} in {place}."),
        sms=True,
    ),
    NoticeKind(
        "training.waiting",
        title=_("You are on the waiting list"),
        body=_("All seats of {title} are taken. You are on the waiting list and will hear when a seat is free."),
        sms=True,
    ),
    NoticeKind(
        "training.moved_up",
        title=_("A seat is free: you are enrolled"),
        body=_("A seat of {title} has become free and is yours. It begins on {month}/{day} in {place}."),
        sms=True,
    ),
    NoticeKind(
        "training.no_seat",
        title=_("No seat became free"),
        body=_("{title} has begun and no seat became free. Log in to find another session."),
        sms=True,
    ),
    NoticeKind(
        "training.changed",
        title=_("Your training has a new date or place"),
        body=_("{title} has changed: it begins on {month}/{day} in {place}. Log in to see more."),
        sms=True,
    ),
    NoticeKind(
        "training.canceled",
        title=_("Your training has been canceled"),
        body=_("{title} has been canceled. Log in to read why and to find another session."),
        sms=True,
    ),
    NoticeKind(
        "training.tomorrow",
        title=_("Your training begins tomorrow"),
        body=_("{title} begins tomorrow ({month}/{day}) in {place}. Please bring your identity card."),
        sms=True,
    ),
)

from training.placements import notifications as placements  # noqa: E402, F401
