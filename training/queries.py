"""Lists of sessions and participants for pages and papers."""

from django.db.models import Case, Count, IntegerField, OuterRef, Q, Subquery, When
from django.utils.translation import gettext as _

from bureau.common import clock
from bureau.common.crypto import mask_phone
from enterprises.enums import MembershipState
from enterprises.models import Enterprise
from training.enums import COMING, Kind, Mark, Place, State
from training.models import Attendance, Enrollment, Session

LIVESTREAMS_SHOWN = 6
COMING_SHOWN = 60


def coming():
    """Open for enrollment, the nearest first."""
    rows = Session.objects.filter(state=State.OPEN).select_related("place", "unit")
    return rows.order_by("begins_on", "id")[:COMING_SHOWN]


def in_session():
    return Session.objects.filter(state=State.RUNNING).select_related("place", "unit").order_by("ends_on", "id")[:COMING_SHOWN]


def ended():
    """Classes and lectures, the latest first."""
    return Session.objects.attended().filter(state=State.ENDED).select_related("place", "unit").order_by("-ended_on", "-id")


def livestreams():
    """Apart from the sessions, as they are counted."""
    rows = Session.objects.filter(state=State.ENDED, kind=Kind.LIVESTREAM).select_related("place", "unit")
    return rows.order_by("-ended_on", "-id")[:LIVESTREAMS_SHOWN]


def shops_of(user):
    """Shops an owner has been confirmed for."""
    mine = user.memberships.filter(state=MembershipState.CONFIRMED).values("enterprise")
    return Enterprise.objects.listed().filter(pk__in=mine).order_by("name_py", "id")


def enrollments_of(user):
    """An owner's enrollments, the newest first; `position` is the place in the line of those who wait for a session
    that has not begun, himself included."""
    ahead = Enrollment.objects.filter(
        session=OuterRef("session"), state=Place.WAITING, pk__lte=OuterRef("pk"), session__state__in=COMING
    ).order_by().values("session").annotate(count=Count("pk")).values("count")
    waits = Case(When(state=Place.WAITING, then=Subquery(ahead)), output_field=IntegerField())
    rows = Enrollment.objects.of_owner(user).annotate(position=waits)
    return rows.select_related("session__place", "person", "enterprise").order_by("-id")


def seat_text(session) -> str:
    """What a visitor wants to know first."""
    if session.state != State.OPEN or session.last_day_to_enroll < clock.today():
        return ""
    if session.seats_left:
        return _("%(left)s of %(all)s seats free") % {"left": session.seats_left, "all": session.capacity}
    return _("All seats taken; a waiting list is kept")


def participants(session, *, unmasked=False):
    """[{enrollment, name, id_number, county, phone, marks}] of the seated, in the order of enrollment;
    numbers are masked unless `unmasked`."""
    rows = session.enrollments.seated().select_related("person__home_county", "enterprise").order_by("id")
    marks: dict[int, dict[str, str]] = {}
    for mark in Attendance.objects.filter(enrollment__session=session, enrollment__state=Place.ENROLLED):
        marks.setdefault(mark.enrollment_id, {})[mark.key] = mark.mark
    found = []
    for row in rows:
        person = row.person
        number = (person.id_number.reveal() if unmasked else str(person.id_number)) if person.id_number else ""
        phone = row.phone or person.phone
        found.append({
            "enrollment": row, "name": person.name, "id_number": number, "county": person.home_county,
            "phone": phone if unmasked else mask_phone(phone), "marks": marks.get(row.pk, {}),
        })
    return found


def tallies(session):
    """By half-day of the plan: {key: {"present": n, "leave": n}}."""
    counted = Attendance.objects.filter(enrollment__session=session).order_by().values("day", "half").annotate(
        present=Count("pk", filter=Q(mark=Mark.PRESENT)), leave=Count("pk", filter=Q(mark=Mark.LEAVE))
    )
    return {f"{row['day'].isoformat()}{row['half']}": row for row in counted}


def search(queryset, text):
    """By number, else by part of the title, teacher or organizer."""
    text = text.strip()[:60]
    if not text:
        return queryset
    return queryset.filter(
        Q(number__startswith=text.upper()) | Q(title__icontains=text) | Q(teacher__icontains=text) | Q(organizer__icontains=text)
    )
