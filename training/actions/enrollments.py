"""Seats. Every change of them holds the session's row first, so nobody is counted twice and nobody overtakes;
the check on the session (seats taken, kept by a trigger, are never above its seats) stands behind it."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from bureau import audit
from bureau.accounts.models import SiteProfile
from bureau.attachments.enums import Channel
from bureau.common import clock
from bureau.common.dates import Today
from bureau.workflow import perform
from training import permissions
from training.actions import notices
from training.enums import Place, State
from training.models import Enrollment, Session

LOCK_TIMEOUT = "55P03"


def hold(session) -> Session:
    """The session's row, locked until the transaction ends, with the day of the database as `today`."""
    return Session.objects.select_for_update(of=("self",), no_key=True).annotate(today=Today()).get(pk=session.pk)


class Busy(ValidationError):
    """The session is held by others for longer than anybody should wait; nothing has happened."""


def enroll(**given) -> Enrollment:
    """As `_enroll` says; raises Busy where so many come at once that the wait is too long."""
    try:
        with transaction.atomic():
            return _enroll(**given)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != LOCK_TIMEOUT:
            raise
        raise Busy(_("Many people are enrolling at this moment. Please try again in a few seconds.")) from None


def _enroll(*, session, person, by, user=None, phone="", enterprise=None, entry_unit=None) -> Enrollment:
    """A seat for `person`, or the next place on the waiting list of a session that is still open.

    `user`: the owner whose enrollment it is. Raises ValidationError with the reasons why not.
    """
    row = hold(session)
    if reasons := permissions.enroll_reasons(row, by, today=row.today):
        raise ValidationError(reasons)
    if row.enrollments.held().filter(person=person).exists():
        raise ValidationError(_("This person is enrolled in this session already."))
    if user and row.enrollments.held().filter(user=user).exists():
        raise ValidationError(_("You are enrolled in this session already."))
    if clash := other_class_of(person, row):
        raise ValidationError(
            _("This person has a seat in %(title)s on the same half-days (%(number)s).")
            % {"title": clash.title, "number": clash.number}
        )
    free = row.seats_left > 0
    if not free and row.state != State.OPEN:
        raise ValidationError(_("All seats are taken: raise the number of seats first."))
    enrollment = Enrollment(
        session=row, person=person, user=user, phone=phone or person.phone, enterprise=enterprise,
        region_id=region_of(person, row), unit_id=row.unit_id, entry_unit=entry_unit, entered_by=by,
        state=Place.ENROLLED if free else Place.WAITING,
        channel=Channel.ONLINE if user == by else Channel.ON_BEHALF,
    )
    try:
        with transaction.atomic():
            enrollment.save()
    except IntegrityError:
        raise ValidationError(_("The records don't allow this enrollment. Please look at the session again.")) from None
    audit.record("training.enrollment.entered", enrollment, by=by, session=row.number, state=str(enrollment.state))
    notices.tell(enrollment, "training.enrolled" if free else "training.waiting", dedupe="entered")
    return enrollment


def other_class_of(person, session) -> Session | None:
    """Another session of some of these half-days in which the person has a seat: nobody sits in two at a time."""
    others = Session.objects.exclude(pk=session.pk).exclude(state=State.CANCELED)
    seated = Enrollment.objects.seated().filter(person=person)
    return others.filter(enrollments__in=seated, plan__has_any_keys=session.plan).first() if session.plan else None


def region_of(person, session, root=None) -> int:
    """Where the person counts: his home county if the bureau looks after it, else the region of the session."""
    home = person.home_county
    root = root or SiteProfile.get().root
    return home.pk if home and home.path.startswith(root.path) else session.region_id


@transaction.atomic
def cancel(enrollment, *, by, version=None) -> Enrollment:
    """Give the seat, or the place in the line, back; the first of the line moves up. Raises NotDone."""
    session = hold(enrollment.session)
    enrollment = perform(enrollment, "cancel", by=by, version=version)
    fill_seats(session)
    return enrollment


def on_cancel(enrollment, by, data, log) -> None:
    enrollment.canceled_at = clock.now()


def fill_seats(session) -> int:
    """Move up from the waiting list while there are seats; the caller holds the session. Returns how many."""
    session.refresh_from_db(fields=["seats_taken", "capacity", "state"])
    if session.state != State.OPEN or not session.seats_left:
        return 0
    first = list(session.enrollments.in_line().select_related("user", "session__place")[: session.seats_left])
    for enrollment in first:
        moved = perform(enrollment, "move_up", by=None)
        notices.tell(moved, "training.moved_up", dedupe="moved_up")
    return len(first)
