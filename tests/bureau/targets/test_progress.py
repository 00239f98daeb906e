"""The arithmetic of targets."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from bureau.common.periods import Kind, Period
from bureau.targets.enums import Standing
from bureau.targets.progress import Gap, completion, elapsed, percent, ranks, standing
from bureau.targets.words import amount_of, period_of

YEAR = Period.of(Kind.YEAR, date(2021, 1, 1))
days = st.dates(date(2001, 1, 1), date(2099, 12, 31))
amounts = st.decimals(0, 10**9, places=2)


def test_elapsed_counts_calendar_days_with_today():
    assert elapsed(YEAR, date(2021, 1, 1)) == Decimal(1) / 365
    assert elapsed(YEAR, date(2021, 5, 20)) == Decimal(140) / 365
    assert elapsed(YEAR, date(2021, 12, 31)) == 1


@given(st.sampled_from(list(Kind)), days, st.integers(-900, 900))
def test_elapsed_lies_between_nothing_and_all_and_grows(kind, day, offset):
    period, at = Period.of(kind, day), day + timedelta(days=offset)
    share = elapsed(period, at)
    assert 0 <= share <= 1
    assert share <= elapsed(period, at + timedelta(days=1))
    assert (share == 0) == (at < period.start)
    assert (share == 1) == (at >= period.last_day)


@given(amounts, amounts.filter(bool))
def test_completion_is_done_by_target(done, low):
    assert (completion(done, low) >= 1) == (done >= low)
    assert completion(0, 0) == 1


@given(amounts, amounts.filter(bool))
def test_what_reads_as_all_is_all(done, low):
    shown = Decimal(percent(completion(done, low)).replace(",", "").removesuffix("%"))
    assert (shown >= 100) == (done >= low)


@given(st.lists(st.decimals(0, 3, places=1), max_size=12).filter(any))
def test_ranks(shares):
    places = ranks(shares)
    for one, place in zip(shares, places, strict=True):
        assert place == 1 + len([other for other in shares if other > one])
    assert sorted(shares, reverse=True) == [s for _p, s in sorted(zip(places, shares, strict=True), key=lambda x: x[0])]
    assert ranks([Decimal(2), Decimal(2), Decimal(1)]) == [1, 1, 3]


def test_nobody_is_first_where_nothing_is_done():
    assert ranks([Decimal(0), Decimal(0)]) == [0, 0]
    assert ranks([Decimal(0), Decimal(1)]) == [2, 1]


@pytest.mark.parametrize(("done", "low", "high", "day", "wanted"), [
    (50, 100, None, date(2021, 5, 20), Standing.AHEAD),
    (30, 100, None, date(2021, 5, 20), Standing.BEHIND),
    (100, 100, None, date(2021, 5, 20), Standing.REACHED),
    (99, 100, None, date(2022, 1, 1), Standing.MISSED),
    (3, 1, 2, date(2021, 5, 20), Standing.BEYOND),
    (2, 1, 2, date(2021, 5, 20), Standing.REACHED),
    (0, 100, None, date(2020, 12, 31), Standing.WAITS),
])
def test_standing(done, low, high, day, wanted):
    assert standing(done, Decimal(low), high if high is None else Decimal(high), YEAR, day) == wanted


def test_gap():
    assert Gap(Decimal(90), Decimal(100)).short
    assert Gap(Decimal(90), Decimal(100)).size == 10
    assert not Gap(Decimal(110), Decimal(100)).short


@pytest.mark.parametrize(("text", "kind", "start"), [
    ("2021", Kind.YEAR, (2021, 1, 1)), ("2021年", Kind.YEAR, (2021, 1, 1)), ("2021年度", Kind.YEAR, (2021, 1, 1)),
    ("2021年上半年", Kind.HALF_YEAR, (2021, 1, 1)), ("2021H2", Kind.HALF_YEAR, (2021, 7, 1)),
    ("2021年第二季度", Kind.QUARTER, (2021, 4, 1)), ("2021Q3", Kind.QUARTER, (2021, 7, 1)),
    ("2021年5月", Kind.MONTH, (2021, 5, 1)), ("2021-05", Kind.MONTH, (2021, 5, 1)),
    ("２０２１年", Kind.YEAR, (2021, 1, 1)),
])
def test_periods_as_offices_write_them(text, kind, start):
    found = period_of(text)
    assert (found.kind, found.start) == (kind, date(*start))


@given(st.sampled_from([Kind.YEAR, Kind.HALF_YEAR, Kind.QUARTER, Kind.MONTH]), days)
def test_what_is_shown_is_read(kind, day):
    assert period_of(Period.of(kind, day).label("zh")) == Period.of(kind, day)


@pytest.mark.parametrize("text", ["", "1999", "2021-13", "2021年第五季度", "明年", "2021-0", "2021Q", "2100", "二〇二一年"])
def test_what_is_no_period(text):
    with pytest.raises(ValidationError):
        period_of(text)


@pytest.mark.parametrize(("text", "value"), [
    ("1431", 1431), ("1,431户", 1431), ("8150万元", 81_500_000), ("389.2万", 3_892_000), ("1.5亿元", 150_000_000),
    ("1200.50", Decimal("1200.50")), ("≥10", 10),
])
def test_amounts_as_offices_write_them(text, value):
    assert amount_of(text) == value


@pytest.mark.parametrize("text", ["", "abc", "1e5", "NaN", "=1+1", "1.001", "九十", "1\u202e2", "99999999999999999999"])
def test_what_is_no_amount(text):
    with pytest.raises(ValidationError):
        amount_of(text)
