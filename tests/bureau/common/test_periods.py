from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.common.periods import Kind, Period, add_months

days = st.dates(date(2001, 1, 1), date(2099, 12, 31))
kinds = st.sampled_from(list(Kind))


@given(kinds, days)
def test_a_period_holds_its_day_and_meets_its_neighbors(kind, day):
    period = Period.of(kind, day)
    assert day in period
    assert period.next().start == period.end
    assert period.previous().end == period.start
    assert Period.of(kind, period.last_day) == period == period.next().previous()


@given(days)
def test_longer_kinds_are_made_of_shorter_ones(day):
    chain = [Period.of(kind, day) for kind in (Kind.TEN_DAYS, Kind.MONTH, Kind.QUARTER, Kind.HALF_YEAR, Kind.YEAR)]
    for inner, outer in zip(chain, chain[1:], strict=False):
        assert outer.start <= inner.start
        assert inner.end <= outer.end


@given(kinds, days, st.integers(0, 400))
def test_the_equal_part_begins_with_the_previous_period_and_stays_in_it(kind, day, ahead):
    period = Period.of(kind, day)
    upto = period.start + timedelta(days=ahead % period.days)
    part = period.equal_part_of_previous(upto)
    before = period.previous()
    assert part.start == before.start
    assert part.end <= before.end
    if upto == period.last_day:
        assert part == before
    assert abs(part.days - (upto - period.start).days - 1) <= 3


@given(days, st.integers(-60, 60))
def test_months_are_added_without_overflow(day, months):
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day


@pytest.mark.parametrize(
    ("kind", "day", "first", "last", "zh", "en"),
    [
        (Kind.TEN_DAYS, date(2021, 5, 20), (5, 11), (5, 20), "2021年5月中旬", "middle ten days of May 2021"),
        (Kind.TEN_DAYS, date(2021, 2, 28), (2, 21), (2, 28), "2021年2月下旬", "last days of February 2021"),
        (
            Kind.WEEK,
            date(2021, 5, 21),
            (5, 17),
            (5, 23),
            "2021年第20周（5月17日至5月23日）",
            "week of 17 May 2021",
        ),
        (Kind.MONTH, date(2021, 5, 1), (5, 1), (5, 31), "2021年5月", "May 2021"),
        (Kind.QUARTER, date(2021, 5, 1), (4, 1), (6, 30), "2021年第二季度", "second quarter of 2021"),
        (Kind.HALF_YEAR, date(2021, 7, 1), (7, 1), (12, 31), "2021年下半年", "second half of 2021"),
        (Kind.YEAR, date(2021, 5, 1), (1, 1), (12, 31), "2021年", "2021"),
    ],
)
def test_bounds_and_labels(kind, day, first, last, zh, en):
    period = Period.of(kind, day)
    assert (period.start, period.last_day) == (date(2021, *first), date(2021, *last))
    assert (period.label("zh"), period.label("en")) == (zh, en)


def test_a_year_to_date_compares_with_the_year_before():
    period = Period.year_to_date(date(2021, 5, 20))
    assert period.label("zh") == "2021年1月1日至5月20日"
    assert period.label("en") == "1 January to 20 May 2021"
    assert period.previous() == Period.year_to_date(date(2020, 5, 20))


def test_bounds_are_half_open_moments_in_shanghai():
    begin, end = Period.of(Kind.MONTH, date(2021, 5, 20)).bounds()
    assert begin.isoformat() == "2021-05-01T00:00:00+08:00"
    assert end.isoformat() == "2021-06-01T00:00:00+08:00"


def test_a_period_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="ends after it starts"):
        Period.between(date(2021, 5, 2), date(2021, 4, 30))
