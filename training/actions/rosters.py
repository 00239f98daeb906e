"""A whole class from a list: the session, its participants and their marks, in bulk and in one transaction."""

from collections import Counter
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bureau import audit
from bureau.accounts.enums import UnitKind
from bureau.accounts.models import SiteProfile
from bureau.accounts.roles import Permission
from bureau.attachments.enums import Channel
from bureau.common import clock
from enterprises.models import Enterprise
from enterprises.people import PersonRow, people_for
from training.actions import marks as attendance
from training.actions.enrollments import hold, region_of
from training.enums import Kind, Place, State
from training.models import Attendance, Enrollment, Session, SessionLog
from training.models.session import every_half_day
from training.numbers import next_number


@dataclass(frozen=True)
class Line:
    """One participant of a list; `marks`: {half-day key: mark or ""}."""

    person: PersonRow
    phone: str
    marks: dict[str, str]


@dataclass
class Standing:
    """What a session holds of a person already."""

    pk: int
    seated: bool
    marks: dict[str, str] = field(default_factory=dict)


def find(title, begins_on) -> Session | None:
    """The session that a list is about: the same title on the same first day."""
    rows = Session.objects.filter(title=title, begins_on=begins_on).exclude(state=State.CANCELED)
    return rows.select_related("unit").order_by("pk").first()


def standing(session, indexes) -> dict[str, Standing]:
    """{index of the person: what stands} for those who are enrolled."""
    rows = session.enrollments.held().filter(person__id_index__in=indexes)
    found = {
        index: Standing(pk, state == Place.ENROLLED)
        for index, pk, state in rows.values_list("person__id_index", "pk", "state")
    }
    by_pk = {one.pk: one for one in found.values()}
    for mark in Attendance.objects.filter(enrollment__in=by_pk):
        by_pk[mark.enrollment_id].marks[mark.key] = mark.mark
    return found


@transaction.atomic
def write(session, head, lines, *, by, source) -> Session:
    """Enter everybody of the list and his marks, as imported from `source`. A session that is not kept here yet is
    made as it stands today by its days. Seats grow with the list: whoever was there had one."""
    session = hold(session) if session else _new_session(head, by, source, len(lines))
    known = standing(session, [line.person.index for line in lines])
    people = people_for(line.person for line in lines)
    fresh = [line for line in lines if line.person.index not in known]
    if session.seats_taken + len(fresh) > session.capacity:
        session.capacity = session.seats_taken + len(fresh)
        session.save(update_fields=["capacity"])
    shops = shops_of_people([person.pk for person in people.values()])
    root = SiteProfile.get().root
    made = Enrollment.objects.bulk_create(
        [_enrollment(session, people[line.person.index], line, shops, root, by=by, source=source) for line in fresh]
    )
    keys = {index: one.pk for index, one in known.items()}
    keys |= {line.person.index: row.pk for line, row in zip(fresh, made, strict=True)}
    audit.record("training.roster.imported", session, by=by, people=len(fresh), file=source.name)
    rows = {keys[line.person.index]: line.marks for line in lines if any(line.marks.values()) or line.person.index in known}
    if any(mark for marks in rows.values() for mark in marks.values()):
        if session.state not in (State.RUNNING, State.ENDED):
            raise ValidationError(_("The session has not begun yet."))
        attendance.write(
            session, by=by, rows=rows, channel=Channel.IMPORTED, source=source,
            effective_date=min(session.ends_on, clock.today()),
        )
    return session


def _enrollment(session, person, line, shops, root, *, by, source) -> Enrollment:
    return Enrollment(
        session=session, person=person, enterprise_id=shops.get(person.pk), phone=line.phone or person.phone,
        region_id=region_of(person, session, root), unit_id=session.unit_id, entered_by=by, channel=Channel.IMPORTED,
        source=source, effective_date=session.begins_on,
    )


def shops_of_people(people) -> dict[int, int]:
    """{person: shop} for those who run exactly one shop of the register."""
    pairs = Enterprise.objects.listed().filter(operator__in=people).values_list("operator", "pk")
    count = Counter(person for person, _shop in pairs)
    return {person: shop for person, shop in pairs if count[person] == 1}


def _new_session(head, by, source, rows) -> Session:
    """Born as its days say: ended, in session, or planned; one log row tells that it was entered afterwards."""
    unit = by.granted_units(Permission.TRAINING_EDIT)[0]
    today = clock.today()
    state = State.ENDED if head.ends_on < today else State.RUNNING if head.begins_on <= today else State.PLANNED
    session = Session(
        number=next_number(head.begins_on.year), kind=Kind.CLASS, title=head.title, begins_on=head.begins_on,
        ends_on=head.ends_on, plan=every_half_day(head.begins_on, head.ends_on), place=head.place,
        region=unit.region if unit.kind == UnitKind.COUNTY else SiteProfile.get().root, unit=unit,
        capacity=max(head.people, rows, 1), state=state, ended_on=head.ends_on if state == State.ENDED else None,
        entered_by=by, channel=Channel.IMPORTED, source=source, effective_date=head.ends_on,
    )
    session.save()
    if state != State.PLANNED:
        SessionLog.objects.create(
            subject=session, name="imported", before="", after=state, version=session.version, by=by, unit=unit,
            at=clock.now(), effective_date=head.ends_on if state == State.ENDED else head.begins_on, comment=source.name,
        )
    session.refresh_from_db()
    return session


