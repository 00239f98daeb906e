"""Where a case waits and how long the office has: one running `Wait` per case, none while the owner has the ball."""

from django.db import transaction

from bureau.common import clock, workdays
from subsidies.models import Wait


def begin(application, *, at):
    """The first stage of the scheme, with its clock. The caller saves the application."""
    application.stage = application.scheme_version.first_stage()
    _open(application, at=at, days=application.stage.limit_days)


def move_on(application, *, at):
    """Close the stage and open the next one. The caller saves the application."""
    _close(application, at=at)
    application.stage = application.stage.following()
    if application.stage is not None:
        _open(application, at=at, days=application.stage.limit_days)


def pause(application, *, at):
    """The owner has the ball. Returns the working days the office has left (0 or less: it is late)."""
    wait = application.current_wait()
    _close(application, at=at)
    return workdays.between(local_day(at), wait.due_on) if wait else 0


def resume(application, *, at, days):
    """The answer is there: the clock goes on with the days that were left, but at least one."""
    _open(application, at=at, days=max(days, 1))


def finish(application, *, at):
    """The case is closed: no stage, no clock. The caller saves the application."""
    _close(application, at=at)
    application.stage = None


def local_day(at):
    return at.astimezone(clock.ZONE).date()


def _close(application, *, at):
    Wait.objects.filter(application=application, ended_at=None).update(ended_at=at)


def _open(application, *, at, days):
    Wait.objects.create(
        application=application,
        stage=application.stage,
        region_id=application.region_id,
        unit=application.unit if application.stage.level == "county" else _bureau(application.unit),
        began_at=at,
        days=days,
        due_on=workdays.add(local_day(at), days),
    )


def recount():
    """Due days of all running clocks by the calendar as it is now. Returns how many moved."""
    workdays.table.forget()
    moved = []
    with transaction.atomic():
        for wait in Wait.objects.select_for_update(of=("self",), no_key=True).filter(ended_at=None).order_by("pk"):
            due = workdays.add(local_day(wait.began_at), wait.days)
            if due != wait.due_on:
                wait.due_on = due
                moved.append(wait)
        Wait.objects.bulk_update(moved, ["due_on"], batch_size=2000)
    return len(moved)


def _bureau(unit):
    from subsidies.permissions import root_of

    return root_of(unit)
