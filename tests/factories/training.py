"""Sessions, enrollments and marks for tests."""

from datetime import date, timedelta
from itertools import count

from bureau.accounts.roles import Role
from bureau.common import clock
from bureau.common.identity import id_check_digit
from bureau.regions.models import Region
from bureau.workflow import perform
from enterprises.models import Person
from tests.factories import accounts
from training.actions import enrollments, sessions
from training.enums import Kind, State
from training.models import Enrollment, Session

_serial = count(1)


def id_number(number: int | None = None) -> str:
    """An identity number that passes its check, different on each call."""
    first = f"63022419800101{(number or next(_serial)) % 1000:03d}"
    return first + id_check_digit(first)


def clerk(unit=None):
    """A clerk of the bureau, or of the unit."""
    accounts.site()
    return accounts.staff(Role.CLERK, unit=unit or accounts.bureau())


def session(state: str = State.OPEN, *, by=None, days: int = 5, begins_on: date | None = None, **fields) -> Session:
    """A class that was planned by a clerk and went its way up to `state`; a past state has past days."""
    by = by or clerk()
    today = clock.today()
    begins_on = begins_on or {State.RUNNING: today - timedelta(days=1), State.ENDED: today - timedelta(days=days)}.get(
        state, today + timedelta(days=10)
    )
    data = {
        "kind": Kind.CLASS, "title": "拉面匠技能培训班", "begins_on": begins_on,
        "ends_on": begins_on + timedelta(days=days - 1), "place": Region.objects.by_code("630100"),
        "region": Region.objects.by_code("630200"), "unit": accounts.bureau(), "capacity": 30,
    } | fields
    if data["kind"] == Kind.LIVESTREAM:
        data["capacity"] = 0
    made = sessions.plan(by=by, data=data)
    return to(made, state, by)


def to(made: Session, state: str, by) -> Session:
    """Onward to `state` by the steps that lead there."""
    steps = {State.OPEN: ["open"], State.RUNNING: ["begin"], State.ENDED: ["begin", "end"], State.CANCELED: ["cancel"]}
    for name in steps.get(state, []):
        made = perform(made, name, by=by, data={"comment": "天气原因"} if name == "cancel" else {})
    return made


def person(name: str = "马文明", number: str = "") -> Person:
    made = Person(name=name, phone="13900001111", home_county=Region.objects.by_code("630224"))
    made.set_id_number(number or id_number())
    made.save()
    return made


def enroll(session: Session, *, by=None, person=None, **more) -> Enrollment:
    """A seat, or the next place on the waiting list."""
    from tests.factories import training as own

    return enrollments.enroll(session=session, person=person or own.person(), by=by or clerk(), **more)
