from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.common import workdays
from bureau.common.models import CalendarDay

pytestmark = pytest.mark.django_db
days = st.dates(date(2003, 1, 1), date(2030, 12, 31))
on_one_database = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2022, 9, 29), 5, date(2022, 10, 11)),  # across National Day, with two days made up
        (date(2026, 9, 28), 5, date(2026, 10, 10)),  # ends on a Saturday that is worked
        (date(2021, 5, 21), 0, date(2021, 5, 21)),
        (date(2021, 4, 30), 1, date(2021, 5, 6)),
        (date(2021, 5, 6), -1, date(2021, 4, 30)),
    ],
)
def test_time_limits_from_real_years(start, n, end):
    assert workdays.add(start, n) == end


@pytest.mark.parametrize(
    ("first", "last"), [(date(2023, 6, 19), date(2023, 6, 28)), (date(2023, 9, 12), date(2023, 9, 20))]
)
def test_public_notices_of_seven_working_days(first, last):
    assert workdays.count(first, last) == 7


@on_one_database
@given(days, st.integers(1, 60))
def test_adding_and_counting_agree(start, n):
    end = workdays.add(start, n)
    assert workdays.is_workday(end)
    assert workdays.between(start, end) == n
    assert workdays.between(end, start) == -n


@on_one_database
@given(days, st.integers(0, 90), st.integers(0, 90))
def test_spans_add_up(start, a, b):
    middle, end = start + timedelta(days=a), start + timedelta(days=a + b)
    assert workdays.between(start, middle) + workdays.between(middle, end) == workdays.between(start, end)


def test_beyond_the_table_weekdays_are_assumed_until_staff_enter_the_year():
    assert not workdays.is_provisional(date(2026, 12, 31))
    assert workdays.is_provisional(date(2027, 3, 1))
    before = workdays.add(date(2027, 9, 30), 1)
    for day in range(1, 8):
        CalendarDay.objects.create(date=date(2027, 10, day), is_workday=False, name_zh="国庆节", name_en="National Day")
    assert (before, workdays.add(date(2027, 9, 30), 1)) == (date(2027, 10, 1), date(2027, 10, 8))
    assert not workdays.is_provisional(date(2027, 3, 1))


def test_absurd_limits_are_refused():
    with pytest.raises(ValueError, match="ten years"):
        workdays.add(date(2021, 1, 1), 10**9)
