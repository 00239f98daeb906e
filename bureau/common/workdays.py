"""Working days in China: weekdays, less statutory holidays, plus the weekend days made up.

The table is edited by staff when the State Council announces a year. In years beyond it weekdays
are assumed, and what depends on them is shown as provisional (暂估).
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from bureau.common.remembered import Remembered

DAY = timedelta(days=1)
LONGEST = 3660


def _load() -> dict[date, bool]:
    from bureau.common.models import CalendarDay

    return dict(CalendarDay.objects.order_by().values_list("date", "is_workday"))


table: Remembered[dict[date, bool]] = Remembered(_load)
_followers: list[Callable[[Any], Any]] = []


def follow(ask: Callable[[Any], Any]) -> None:
    """Have `ask(by)` called in the transaction that changes the table; it asks for what is to be computed anew."""
    if ask not in _followers:
        _followers.append(ask)


def changed(by: Any) -> None:
    """The table has been edited by `by`: deadlines that were counted with the old one are counted again."""
    table.forget()
    for ask in _followers:
        ask(by)


def is_workday(day: date) -> bool:
    return table().get(day, day.weekday() < 5)


def add(start: date, n: int) -> date:
    """The n-th working day after `start` (before it, if n is negative); the start day is not counted."""
    if abs(n) > LONGEST:
        raise ValueError("Time limits are shorter than ten years.")
    day, step, left = start, DAY if n > 0 else -DAY, abs(n)
    while left:
        day += step
        left -= is_workday(day)
    return day


def next_workday(day: date) -> date:
    """The day itself if people work on it, else the first one on which they do."""
    while not is_workday(day):
        day += DAY
    return day


def between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` is earlier."""
    if end < start:
        return -between(end, start)
    return sum(is_workday(start + n * DAY) for n in range(1, (end - start).days + 1))


def count(first: date, last: date) -> int:
    """Working days from `first` to `last`, both included, as public notices count them."""
    return between(first - DAY, last)


def is_provisional(day: date) -> bool:
    """True in a year that is not in the table yet: it is announced as a whole, with 1 October in it."""
    return date(day.year, 10, 1) not in table()
