"""Training sessions that have ended, who sat in them, and a mark for each half-day somebody was there.

Enrollments go in with their counts and the number of seats taken, as the triggers would have counted them; those see
each batch and find nothing to change. At the end all counts are asked of the marks once more.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from django.db import transaction

from bench.bureau import Bureau
from bench.rows.filling import execute, fill, reset_serials
from bench.rows.register import Shop
from bench.rows.times import at
from bureau.common import clock
from training.enums import Half, Kind, Mark, Place, State
from training.models import Attendance, Enrollment, Roll, Session, SessionLog

SEATS, LISTED, HALF_DAYS, SINCE = 100, 60, 4, 1000


def build(bureau: Bureau, shops: list[Shop], size: int, chance: Random) -> None:
    """`size` marks: each seat has one for every half-day but, now and then, the last. A small town has its list
    full of sessions too."""
    seats = min(SEATS, len(shops))
    sessions = max(size // (seats * HALF_DAYS), LISTED)
    office = [bureau.offices[region.code] for region in bureau.counties]
    first = [clock.today() - timedelta(days=chance.randrange(10, SINCE)) for _n in range(sessions)]
    clerk = bureau.people["clerk"].pk
    with transaction.atomic():
        fill(Session, ("id", "ref", "number", "kind", "title", "begins_on", "ends_on", "plan", "place_id", "region_id",
                       "unit_id", "capacity", "state", "ended_on", "version", "entered_by_id", "effective_date"), (
            (pk, f"{pk:032x}", f"PX{day.year}{pk:06d}", Kind.CLASS, f"技能培训第{pk}期", day, day + timedelta(days=1),
             plan(day), office[pk % 12].region_id, office[pk % 12].region_id, office[pk % 12].pk, SEATS, State.ENDED,
             day + timedelta(days=1), 4, clerk, day) for pk, day in enumerate(first, start=1)))
        fill(SessionLog, ("subject_id", "name", "before", "after", "version", "by_id", "at", "effective_date"), (
            (pk, *move, clerk, at(day), day) for pk, day in enumerate(first, start=1) for move in MOVES))
    fill(Roll, ("id", "session_id", "number", "entered_by_id", "effective_date"), (
        (pk, pk, 1, clerk, day) for pk, day in enumerate(first, start=1)))
    people = [chance.randrange(len(shops)) for _session in range(sessions)]
    fill(Enrollment, ("id", "ref", "session_id", "person_id", "enterprise_id", "phone", "region_id", "unit_id", "state",
                      "entered_by_id", "effective_date", "present", "days_present", "hours", "completed"),
         enrollments(bureau, shops, first, people, seats))
    fill(Attendance, ("enrollment_id", "day", "half", "mark", "roll_id"), marks(first, seats))
    reset_serials(Session, Roll, Enrollment)
    wrong = execute("""SELECT count(*) FROM training_enrollment e JOIN (SELECT enrollment_id, count(*) AS n,
        count(DISTINCT day) AS days FROM training_attendance GROUP BY 1) a ON a.enrollment_id = e.id
        WHERE (e.present, e.days_present) <> (a.n, a.days)""")
    if wrong != [(0,)]:
        raise AssertionError(f"{wrong[0][0]} enrollments do not count their marks")


MOVES = (("open", State.PLANNED, State.OPEN, 2), ("begin", State.OPEN, State.RUNNING, 3), ("end", State.RUNNING, State.ENDED, 4))


def plan(day: date) -> str:
    keys = (f'"{day + timedelta(days=number)}{half.value}"' for number in range(2) for half in Half)
    return f"[{', '.join(keys)}]"


def stays(pk: int) -> int:
    """How many half-days somebody was there: one in ten leaves early."""
    return HALF_DAYS - (pk % 10 == 0)


def enrollments(
    bureau: Bureau, shops: list[Shop], first: list[date], people: list[int], seats: int
) -> Iterator[tuple]:
    clerk, pk = bureau.people["clerk"].pk, 0
    for session, (day, begin) in enumerate(zip(first, people, strict=True), start=1):
        for seat in range(seats):
            pk += 1
            shop = shops[(begin + seat) % len(shops)]
            present = stays(pk)
            yield (pk, f"{pk:032x}", session, shop.pk, shop.pk, shop.phone, shop.home.pk,
                   bureau.offices[shop.home.code].pk, Place.ENROLLED, clerk, day, present, 2, present * 4,
                   present * 100 >= 80 * HALF_DAYS)


def marks(first: list[date], seats: int) -> Iterator[tuple]:
    pk = 0
    for session, day in enumerate(first, start=1):
        for _seat in range(seats):
            pk += 1
            for number in range(stays(pk)):
                yield pk, day + timedelta(days=number // 2), tuple(Half)[number % 2].value, Mark.PRESENT, session
