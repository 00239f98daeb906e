"""Which periods there are, and that each becomes due exactly once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.common.periods import Kind, Period
from bureau.reports.due import closed_periods, period_closing_after

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
CUTOFFS = st.one_of(st.none(), st.integers(1, 28))


@given(kind=st.sampled_from([Kind.MONTH, Kind.QUARTER, Kind.HALF_YEAR, Kind.YEAR]), day=DAYS, cutoff=CUTOFFS)
def test_every_day_lies_in_one_period_and_periods_touch(kind, day, cutoff):
    period = period_closing_after(kind, day, cutoff)
    assert day in period
    assert period_closing_after(kind, period.end, cutoff).start == period.end
    assert period_closing_after(kind, period.start - timedelta(days=1), cutoff).end == period.start
    if cutoff:
        assert period.last_day.day == cutoff


@given(day=DAYS, cutoff=st.integers(1, 7))
def test_weeks_close_on_their_weekday(day, cutoff):
    period = period_closing_after(Kind.WEEK, day, cutoff)
    assert day in period
    assert period.days == 7
    assert period.last_day.isoweekday() == cutoff


@pytest.mark.parametrize(
    ("kind", "day", "cutoff", "first", "last"),
    [
        (Kind.MONTH, date(2021, 3, 26), 25, date(2021, 3, 26), date(2021, 4, 25)),
        (Kind.MONTH, date(2021, 1, 25), 25, date(2020, 12, 26), date(2021, 1, 25)),
        (Kind.QUARTER, date(2021, 3, 30), 20, date(2021, 3, 21), date(2021, 6, 20)),
        (Kind.YEAR, date(2020, 12, 28), 20, date(2020, 12, 21), date(2021, 12, 20)),
        (Kind.WEEK, date(2021, 5, 22), 5, date(2021, 5, 22), date(2021, 5, 28)),
        (Kind.TEN_DAYS, date(2021, 5, 11), 5, date(2021, 5, 11), date(2021, 5, 20)),
    ],
)
def test_known_periods(kind, day, cutoff, first, last):
    assert period_closing_after(kind, day, cutoff) == Period(
        Period.of(kind, day).kind if kind == Kind.TEN_DAYS else None, first, last + timedelta(days=1)
    )


def test_a_period_is_due_from_the_day_after_it_closed():
    first = date(2021, 5, 11)
    assert closed_periods(Kind.TEN_DAYS, first, date(2021, 5, 20)) == []
    (only,) = closed_periods(Kind.TEN_DAYS, first, date(2021, 5, 21))
    assert only.label("zh") == "2021年5月中旬"


def test_what_was_missed_is_made_up():
    found = closed_periods(Kind.TEN_DAYS, date(2021, 5, 11), date(2021, 6, 21))
    assert [period.label("zh") for period in found] == [
        "2021年5月中旬", "2021年5月下旬", "2021年6月上旬", "2021年6月中旬"
    ]
