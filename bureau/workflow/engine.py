"""The one door to a change of state."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bureau.accounts.enums import UserKind
from bureau.audit import record
from bureau.common import clock
from bureau.jobs.errors import Unfinished
from bureau.workflow.table import Text, Transition, Workflow, workflow_of

SHIFT = 300  # seconds that one run of a job moves rows; Celery ends it after 15 minutes
LOCKED = "55P03"  # PostgreSQL: somebody has held the row for longer than a statement waits


class NotDone(Exception):
    """The move was not made; `reasons` are sentences for the person who asked."""

    def __init__(self, reasons: Iterable[Text]):
        self.reasons = [str(reason) for reason in reasons]
        super().__init__(" ".join(self.reasons))


class AlreadyMoved(NotDone):
    """Somebody else was faster: the row is no longer as it was shown."""


class Refused(NotDone):
    """Not in this state, not by this person, or not yet."""


@dataclass(frozen=True)
class Step:
    """A move that leaves the present state, with what stands in its way for this user."""

    transition: Transition
    reasons: list[str]

    @property
    def enabled(self) -> bool:
        return not self.reasons

    @property
    def name(self) -> str:
        return self.transition.name


def perform(
    obj: Any,
    name: str,
    *,
    by: Any,
    data: Mapping | None = None,
    version: int | None = None,
    at: date | None = None,
) -> Any:
    """Make one move, in one transaction, and return the row as it is now.

    Locks the row, then asks: version, state, permission, guards; then the effect, the row, its log, the audit.
    `version`: what the user saw (None: whatever it is). `at`: the day it counts for, when it is entered
    afterwards. Raises AlreadyMoved or Refused; after either nothing has happened.
    """
    workflow = workflow_of(obj)
    step = workflow[name]
    data = dict(data or {})
    with transaction.atomic():
        # Not the instance we were given: its state may be from before somebody else's commit.
        row: Any = workflow.model._default_manager.select_for_update(of=("self",), no_key=True).get(pk=obj.pk)
        if version is not None and row.version != version:
            raise AlreadyMoved([moved_meanwhile()])
        if reasons := why_not(workflow, step, row, by):
            raise Refused(reasons)
        return _move(workflow, step, row, by=by, data=data, day=at)


def moved_meanwhile() -> str:
    return _("Somebody else has changed this in the meantime. Please look at it again.")


def _move(workflow: Workflow, step: Transition, row: Any, *, by: Any, data: dict, day: date | None) -> Any:
    before, after = workflow.state(row), step.end(row, data)
    shown = dict(row.__dict__)
    row.version += 1
    log: Any = workflow.log_model(
        subject=row,
        name=step.name,
        before=before,
        after=after,
        version=row.version,
        by=by,
        unit=_acting_unit(workflow, step, row, by),
        at=clock.now(),
        effective_date=day or clock.today(),
        comment=str(data.get("comment") or ""),
    )
    setattr(row, workflow.state_field, after)
    if step.effect:
        step.effect(row, by, data, log)
    row.save(update_fields=_changed(row, shown))
    log.save(force_insert=True)
    record(
        f"{workflow.app_label}.{workflow.model_name}.{step.name}",
        row,
        by=by,
        before=before,
        after=after,
        version=row.version,
        effective_date=log.effective_date.isoformat(),
    )
    return row


def _changed(row: Any, before: Mapping) -> list[str]:
    """Columns that are no longer as they were read. What may have changed within (lists, answers) counts as changed."""
    return [
        field.name for field in row._meta.concrete_fields
        if (value := row.__dict__.get(field.attname)) != before.get(field.attname) or isinstance(value, list | dict)
    ]


def _acting_unit(workflow: Workflow, step: Transition, row: Any, by: Any) -> Any:
    """The office in whose name it was done: of the actor's own the one nearest to the row's."""
    if by is None or not step.permissions:
        return None
    own = by.granted_units(*step.permissions)
    places = _places(workflow, step, row)
    near = [unit for unit in own if any(place.path.startswith(unit.path) for place in places)]
    return max(near or own, key=lambda unit: len(unit.path), default=None)


def why_not(workflow: Workflow, step: Transition, obj: Any, by: Any) -> list[str]:
    """Everything that keeps `by` from making the move now. The first kind of obstacle hides the later ones:
    whoever may not act is not told what the case lacks."""
    state = workflow.state(obj)
    if state not in map(str, step.sources):
        return [_("This step is not possible in the present state.")]
    if not may(workflow, step, obj, by):
        return [_("Your role does not include this step for this case.")]
    return [str(reason) for guard in step.guards for reason in guard(obj, by) or ()]


def may(workflow: Workflow, step: Transition, obj: Any, by: Any) -> bool:
    """Is it his by role? Steps without a permission are the portal's own."""
    portal = by is None or by.kind == UserKind.MACHINE
    if portal or not step.permissions:
        return portal and not step.permissions
    if not by.is_active:
        return False
    places = _places(workflow, step, obj) or [None]
    return any(by.can(permission, unit=place) for permission in step.permissions for place in places)


def _places(workflow: Workflow, step: Transition, obj: Any) -> list[Any]:
    names = (workflow.unit, workflow.entry_unit) if step.owner else (workflow.unit,)
    return [place for name in names if (place := getattr(obj, name, None)) is not None]


def steps(obj: Any, user: Any) -> list[Step]:
    """The moves that leave the present state and are the user's by role, possible now or not."""
    workflow = workflow_of(obj)
    state = workflow.state(obj)
    return [
        Step(step, why_not(workflow, step, obj, user))
        for step in workflow.transitions
        if state in map(str, step.sources) and may(workflow, step, obj, user)
    ]


def other_steps(obj: Any, user: Any) -> list[Step]:
    """The moves that leave the present state but belong to others, with the reason."""
    workflow = workflow_of(obj)
    state = workflow.state(obj)
    return [
        Step(step, why_not(workflow, step, obj, user))
        for step in workflow.transitions
        if state in map(str, step.sources) and step.permissions and not may(workflow, step, obj, user)
    ]


@dataclass(frozen=True)
class Outcome:
    """What became of one row of a batch: `reasons` is empty when it moved."""

    pk: Any
    label: str
    reasons: list[str]

    @property
    def done(self) -> bool:
        return not self.reasons


def perform_all(rows: Iterable[Any], name: str, *, by: Any, data: Mapping | None = None,
                at: date | None = None) -> list[Outcome]:
    """The same move for many rows, each in its own transaction: one refusal does not hold up the others.
    Rows are taken in the order of their keys, like everywhere, so two batches cannot block each other."""
    run = partial(perform, by=by, data=data, at=at)
    return [_outcome(row, name, run) for row in sorted(rows, key=lambda row: row.pk)]


def perform_in_job(job: Any, report: Any, rows: QuerySet, name: str, *, column: Any, data: Mapping | None = None) -> dict:
    """`perform_all` for the rows of `job.params["ids"]`, told row by row; what was refused is a fault with its reason.

    After a crash it goes on where it was: what this job has moved already stands in the log, and counts as done. So
    it also ends before a worker's time is over, and goes on in a next run.
    """
    until = time.monotonic() + SHIFT
    ids, workflow = job.params["ids"], workflow_of(rows.model)
    log: Any = workflow.log_model
    before = log.objects.filter(subject__in=ids, name=name, by=job.asked_by, at__gte=job.asked_at)
    moved = set(before.values_list("subject", flat=True))
    done = len(moved)
    todo = [row for row in rows.filter(pk__in=ids).order_by("pk") if row.pk not in moved]
    for number, row in enumerate(todo, start=done + 1):
        outcome = perform_all([row], name, by=job.asked_by, data=data)[0]
        done += outcome.done
        for reason in outcome.reasons:
            report.fault(None, column, outcome.label, reason)
        report.step(number, len(ids), outcome.label)
        if done > len(moved) and time.monotonic() > until and row is not todo[-1]:
            raise Unfinished
    return {"done": done, "refused": len(ids) - done}


def _outcome(row: Any, name: str, run: Any) -> Outcome:
    try:
        run(row, name, version=row.version)
    except NotDone as refusal:
        return Outcome(row.pk, str(row), refusal.reasons)
    except IntegrityError:
        return Outcome(row.pk, str(row), [_("The database refused this step for this row.")])
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != LOCKED:
            raise
        return Outcome(row.pk, str(row), [_("Somebody else is working on this at the moment. Please try again.")])
    return Outcome(row.pk, str(row), [])
