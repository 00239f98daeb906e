"""Planning, changing and ending sessions."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bureau import audit
from bureau.common import clock
from bureau.workflow import AlreadyMoved, NotDone, perform
from training import permissions
from training.actions import enrollments, notices
from training.enums import COMING, Kind, State
from training.models import Attendance, Session
from training.models.session import MOST_DAYS, every_half_day, half_day, key_of
from training.numbers import next_number

#: What the people enrolled are told when it changes.
TOLD = ("begins_on", "ends_on", "place", "address")


def plan_of(kind, first, last, *, chosen=(), known=()) -> list[str]:
    """The half-days from the first to the last day: of the `known` ones those that were `chosen`, new ones all."""
    if kind == Kind.LIVESTREAM:
        return []
    if (last - first).days >= MOST_DAYS:
        raise ValidationError({"ends_on": _("A session lasts at most %(days)s days.") % {"days": MOST_DAYS}})
    chosen, known = set(chosen), set(known)
    found = [key for key in every_half_day(first, last) if key in chosen or key not in known]
    if not found:
        raise ValidationError({"ends_on": _("At least one half-day takes place.")})
    return found


def changed_plan(row, data) -> list[str]:
    """The half-days of `row` with the new values of `data`. A session that is moved as a whole keeps its shape."""
    kind, first, last = (data.get(name, getattr(row, name)) for name in ("kind", "begins_on", "ends_on"))
    chosen = data.get("plan") or row.plan
    known = every_half_day(row.begins_on, row.ends_on) if row.plan else []
    if last - first == row.ends_on - row.begins_on:
        chosen, known = (moved(keys, first - row.begins_on) for keys in (chosen, known))
    return plan_of(kind, first, last, chosen=chosen, known=known)


def moved(keys, by: timedelta) -> list[str]:
    """The same half-days so many days later."""
    return [key_of(day + by, half) for day, half in map(half_day, keys)]


@transaction.atomic
def plan(*, by, data, **recorded) -> Session:
    """A new session, planned. `data` holds its fields; without `plan` all its days are whole days."""
    fields = dict(data)
    first, last = fields["begins_on"], fields["ends_on"]
    known = every_half_day(first, last) if fields.get("plan") else []
    fields["plan"] = plan_of(fields["kind"], first, last, chosen=fields.get("plan", ()), known=known)
    session = Session(**fields, entered_by=by, **{"effective_date": fields["ends_on"], **recorded})
    session.number = next_number(session.begins_on.year)
    session.save()
    session.refresh_from_db(fields=["days", "half_days"])
    audit.record("training.session.planned", session, by=by)
    return session


@transaction.atomic
def change(session, *, by, data, rev) -> Session:
    """New values for its fields. Raises AlreadyMoved when somebody else has saved since `rev`, and
    ValidationError where enrollments or marks stand against it. Enrolled people hear of a new date or place."""
    row = Session.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)
    if row.rev != rev:
        raise AlreadyMoved([_("Somebody else has changed this in the meantime. Please look at it again.")])
    if reasons := permissions.edit_reasons(row, by):
        raise ValidationError(reasons)
    if row.state not in COMING and any(name in data and getattr(row, name) != data[name] for name in ("begins_on", "kind")):
        raise ValidationError(_("A session that has begun keeps its kind and its first day."))
    if row.state == State.ENDED and data.get("ends_on", row.ends_on) != row.ends_on:
        raise ValidationError({"ends_on": _("A session that has ended keeps its last day.")})
    data = {**data, "plan": changed_plan(row, data)}
    before = {name: getattr(row, name) for name in data}
    for name, value in data.items():
        setattr(row, name, value)
    _check_seats(row)
    _check_plan(row)
    changed = sorted(name for name, value in before.items() if getattr(row, name) != value)
    row.rev += 1
    row.save(update_fields=[*data, "rev"])
    audit.record("training.session.changed", row, by=by, fields=changed)
    if row.is_under_way and set(changed) & set(TOLD):
        notices.tell_all(row, "training.changed", dedupe=f"rev:{row.rev}")
    enrollments.fill_seats(row)
    return row


def _check_seats(row) -> None:
    if row.capacity < row.seats_taken:
        raise ValidationError(
            {"capacity": _("%(count)s people are enrolled already.") % {"count": row.seats_taken}}
        )
    if row.kind == Kind.LIVESTREAM and row.enrollments.exists():
        raise ValidationError({"kind": _("People have enrolled: it cannot become a livestream.")})


def _check_plan(row) -> None:
    kept = set(row.plan)
    marks = Attendance.objects.filter(enrollment__session=row).values_list("day", "half").distinct()
    if any(f"{day.isoformat()}{half}" not in kept for day, half in marks):
        raise ValidationError({"ends_on": _("There is attendance of a half-day that would no longer take place.")})


# --- effects of the transition table ----------------------------------------------------------------


def on_begin(session, by, data, log) -> None:
    """Whoever still waits hears that no seat became free."""
    for enrollment in session.enrollments.in_line().select_related("user", "session__place"):
        notices.tell(enrollment, "training.no_seat", dedupe="no_seat")


def on_end(session, by, data, log) -> None:
    """It counts on its last day, whenever the step is made."""
    session.ended_on = session.ends_on
    log.effective_date = session.ends_on
    if session.kind == Kind.LIVESTREAM:
        session.viewers = data.get("viewers", session.viewers)
        session.sales = data.get("sales", session.sales)


def on_cancel(session, by, data, log) -> None:
    session.canceled_at = clock.now()
    session.cancel_reason = data["comment"][:200]
    notices.tell_all(session, "training.canceled", dedupe="canceled")


def on_close_marks(session, by, data, log) -> None:
    session.marks_closed_at, session.marks_closed_by = clock.now(), by


def on_reopen_marks(session, by, data, log) -> None:
    session.marks_closed_at = session.marks_closed_by = None


# --- what the calendar does by itself ---------------------------------------------------------------


def move_on(day: date) -> int:
    """Begin what begins and end what is over on this day; returns how many moved. One by one, each alone."""
    due = [
        *((row, "begin_due") for row in Session.objects.filter(state__in=COMING, begins_on__lte=day).order_by("pk")),
        *((row, "end_due") for row in Session.objects.filter(state=State.RUNNING, ends_on__lt=day).order_by("pk")),
    ]
    return sum(_moved(row, name) for row, name in due)


def _moved(row, name: str) -> bool:
    try:
        perform(row, name, by=None)
    except NotDone:  # a clerk was faster
        return False
    return True
