"""Planning, changing and ending sessions."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bureau import audit
from bureau.common import clock
from bureau.workflow import AlreadyMoved, NotDone, perform
from training import permissions
from training.actions import notices
from training.enums import COMING, Kind, State
from training.models import Session
from training.models.session import MOST_DAYS, every_half_day
from training.numbers import next_number

#: What the people enrolled are told when it changes.
TOLD = ("begins_on", "ends_on", "place", "address")


def plan_of(data, before=()) -> list[str]:
    """The half-days of a session from its days; what is still within them stays as it was chosen."""
    if data["kind"] == Kind.LIVESTREAM:
        return []
    if (data["ends_on"] - data["begins_on"]).days >= MOST_DAYS:
        raise ValidationError({"ends_on": _("A session lasts at most %(days)s days.") % {"days": MOST_DAYS}})
    every = every_half_day(data["begins_on"], data["ends_on"])
    chosen = data.get("plan") or before
    return [key for key in every if key in set(chosen)] or every


@transaction.atomic
def plan(*, by, data, **recorded) -> Session:
    """A new session, planned. `data` holds its fields; without `plan` all its days are whole days."""
    fields = dict(data)
    fields["plan"] = plan_of(fields)
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
    before = {name: getattr(row, name) for name in data}
    for name, value in data.items():
        setattr(row, name, value)
    row.plan = plan_of({**data, **_days(row)}, row.plan if _same_days(row, before) else ())
    _check_seats(row)
    _check_plan(row)
    changed = sorted(name for name, value in before.items() if getattr(row, name) != value)
    row.rev += 1
    row.save(update_fields=[*{*data, "plan", "rev"}])
    audit.record("training.session.changed", row, by=by, fields=changed)
    if row.is_under_way and set(changed) & set(TOLD):
        notices.tell_all(row, "training.changed", dedupe=f"rev:{row.rev}")
    from training.actions import enrollments

    enrollments.fill_seats(row)
    return row


def _days(row):
    return {"kind": row.kind, "begins_on": row.begins_on, "ends_on": row.ends_on}


def _same_days(row, before) -> bool:
    return all(getattr(row, name) == before.get(name, getattr(row, name)) for name in ("begins_on", "ends_on"))


def _check_seats(row) -> None:
    if row.capacity < row.seats_taken:
        raise ValidationError(
            {"capacity": _("%(count)s people are enrolled already.") % {"count": row.seats_taken}}
        )
    if row.kind == Kind.LIVESTREAM and row.enrollments.exists():
        raise ValidationError({"kind": _("People have enrolled: it cannot become a livestream.")})


def _check_plan(row) -> None:
    from training.models import Attendance

    kept = set(row.plan)
    marks = Attendance.objects.filter(enrollment__session=row).values_list("day", "half").distinct()
    if any(f"{day.isoformat()}{half}" not in kept for day, half in marks):
        raise ValidationError({"ends_on": _("There is attendance of a half-day that would no longer take place.")})


# --- effects of the transition table ----------------------------------------------------------------


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
