"""Sessions beside the classes that have ended, as many whatever the number of shops: livestreams, classes that are
under way, and what is to come or was to begin already, held anywhere in China."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.db import transaction
from django.db.models import Max, Model

from bench.bureau import Bureau
from bench.rows.classes import plan
from bench.rows.filling import fill, reset_serials
from bench.rows.register import Shop
from bench.rows.times import at
from bureau.common import clock
from training.enums import Kind, Place, State
from training.models import Enrollment, Session, SessionLog

LIVESTREAMS, RUNNING, OPEN, PLANNED, SEATS, SINCE = 120, 24, 36, 36, 40, 700
WAYS: dict[str, tuple[str, ...]] = {State.PLANNED: (), State.OPEN: ("open",), State.RUNNING: ("open", "begin"),
                                    State.ENDED: ("open", "begin", "end")}
ENDS = {"open": State.OPEN, "begin": State.RUNNING, "end": State.ENDED}


@dataclass(frozen=True)
class Meeting:
    pk: int
    kind: str
    state: str
    day: date
    place: int
    county: int

    @property
    def last(self) -> date:
        """Classes under way take some weeks, so that the last month ended within them too."""
        return self.day + timedelta(days=45 if self.state == State.RUNNING else 1)


def build(bureau: Bureau, shops: list[Shop], chance: Random) -> None:
    meetings = list(_meetings(_after(Session), shops, chance))
    office, clerk = [bureau.offices[region.code] for region in bureau.counties], bureau.people["clerk"].pk
    with transaction.atomic():
        fill(Session, ("id", "ref", "number", "kind", "title", "begins_on", "ends_on", "plan", "place_id", "region_id",
                       "unit_id", "capacity", "state", "ended_on", "version", "entered_by_id", "effective_date"), (
            (one.pk, f"{one.pk:032x}", f"PX{one.day.year}{one.pk:06d}", one.kind, f"推广与培训第{one.pk}场", one.day, one.last,
             plan(one.day), one.place, office[one.county].region_id, office[one.county].pk,
             0 if one.kind == Kind.LIVESTREAM else SEATS, one.state, one.last if one.state == State.ENDED else None,
             1 + len(WAYS[one.state]), clerk, min(one.day, clock.today())) for one in meetings))
        fill(SessionLog, ("subject_id", "name", "before", "after", "version", "by_id", "at", "effective_date"), (
            (one.pk, *move, clerk, at(min(one.day, clock.today())), min(one.day, clock.today()))
            for one in meetings for move in _moves(one.state)))
    held = [one for one in meetings if one.kind != Kind.LIVESTREAM and one.state != State.PLANNED]
    fill(Enrollment, ("id", "ref", "session_id", "person_id", "enterprise_id", "phone", "region_id", "unit_id", "state",
                      "entered_by_id", "effective_date"), (
        (pk, f"{pk:032x}", session, shop.pk, shop.pk, shop.phone, shop.home.pk, bureau.offices[shop.home.code].pk,
         Place.ENROLLED, clerk, clock.today())
        for pk, (session, shop) in enumerate(_seats(held, shops, chance), start=_after(Enrollment))))
    reset_serials(Session, Enrollment)


def _after(model: type[Model]) -> int:
    return (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1


def _meetings(pk: int, shops: list[Shop], chance: Random) -> Iterator[Meeting]:
    today = clock.today()
    kinds = (
        (LIVESTREAMS, Kind.LIVESTREAM, State.ENDED, -SINCE, -2), (RUNNING, Kind.CLASS, State.RUNNING, -44, 1),
        (OPEN, Kind.CLASS, State.OPEN, 2, 60), (PLANNED, Kind.LECTURE, State.PLANNED, -35, 90),
    )
    for count, kind, state, first, last in kinds:
        for _number in range(count):
            place = chance.choice(shops).operating.pk
            yield Meeting(pk, kind, state, today + timedelta(days=chance.randrange(first, last)), place, chance.randrange(12))
            pk += 1


def _moves(state: str) -> Iterator[tuple[str, str, str, int]]:
    before: str = State.PLANNED
    for version, name in enumerate(WAYS[state], start=2):
        yield name, before, ENDS[name], version
        before = ENDS[name]


def _seats(held: list[Meeting], shops: list[Shop], chance: Random) -> Iterator[tuple[int, Shop]]:
    for one in held:
        for shop in chance.sample(shops, chance.randrange(SEATS // 2, SEATS + 1)):
            yield one.pk, shop
