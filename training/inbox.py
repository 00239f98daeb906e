"""What training puts on the desk, on the front page and on an owner's page."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.common import clock
from bureau.common.i18n import localized
from bureau.common.shelves import HomeItem, HomeSource, InboxSource, SearchSource, register
from bureau.common.templatetags.ui import day
from training import queries
from training.enums import COMING, Kind, Place, State
from training.models import Session
from training.placements import inbox as placements  # noqa: F401

SOON = timedelta(days=7)
SHOWN = 5


def of_my_offices(user):
    """Sessions of the very offices at which the user keeps them."""
    units = user.granted_units(Permission.TRAINING_EDIT)
    return Session.objects.filter(unit__in=units).exclude(kind=Kind.LIVESTREAM).select_related("place", "unit")


def marks_to_close(user):
    """Ended sessions whose attendance may still change."""
    return of_my_offices(user).filter(state=State.ENDED, marks_closed_at=None).order_by("ended_on", "id")


def soon(user):
    today = clock.today()
    return of_my_offices(user).filter(state__in=COMING, begins_on__range=(today, today + SOON)).order_by("begins_on", "id")


def find(user, text, limit):
    if not user.can(Permission.TRAINING_VIEW) or not text.strip():
        return []
    return queries.search(Session.objects.visible_to(user), text).select_related("place").order_by("-id")[:limit]


def session_url(session) -> str:
    return reverse("admin:training_session_change", args=[session.pk])


def coming_items(user):
    return [
        HomeItem(
            row.title, row.get_absolute_url(), note=f"{day(row.begins_on)} · {localized(row.place, 'name')}",
            pill=(queries.seat_text(row), "good" if row.seats_left else "attention"),
        )
        for row in queries.coming()[:SHOWN] if queries.seat_text(row)
    ]


def my_items(user):
    rows = queries.enrollments_of(user).filter(
        state__in=(Place.ENROLLED, Place.WAITING), session__state__in=(State.OPEN, State.PLANNED, State.RUNNING)
    )
    return [
        HomeItem(
            row.session.title, row.session.get_absolute_url(),
            note=f"{day(row.session.begins_on)} · {localized(row.session.place, 'name')}", pill=(row.state_label, row.tone),
        )
        for row in rows[:SHOWN]
    ]


register(
    InboxSource(
        "training.marks", _("Attendance to close"), marks_to_close, url=session_url, title=lambda row: row.title,
        note=lambda row: f"{row.number} · {localized(row.place, 'name')}",
        all_url=lambda user: reverse("admin:training_session_changelist") + "?desk=marks",
    ),
    InboxSource(
        "training.soon", _("Sessions that begin within a week"), soon, url=session_url, due="begins_on",
        title=lambda row: row.title, note=lambda row: f"{row.seats_taken}/{row.capacity} · {localized(row.place, 'name')}",
        all_url=lambda user: reverse("admin:training_session_changelist") + "?desk=coming",
    ),
    SearchSource(
        "training.sessions", _("Training sessions"), find, session_url, title=lambda row: row.title,
        note=lambda row: f"{row.number} · {day(row.begins_on)} · {row.state_label}",
    ),
    HomeSource(
        "training.coming", _("Training"), coming_items, audience="public", order=30,
        empty=_("No session takes enrollments at the moment"), more_url="training:sessions",
    ),
    HomeSource(
        "training.mine", _("My trainings"), my_items, audience="owner", order=40,
        empty=_("You have not enrolled for anything yet"), more_url="training:mine", first_step=_("Find a session"),
    ),
)
