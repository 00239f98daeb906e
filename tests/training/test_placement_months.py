"""Days and months of placements: what Python counts is what the database counts, on calendars of all kinds."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.placements.models import Agreement
from training.placements.queries import days_there, next_month

pytestmark = pytest.mark.django_db
DAYS = st.dates(date(2018, 1, 1), date(2032, 12, 31))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=DAYS, length=st.integers(0, 400), month=DAYS.map(lambda day: day.replace(day=1)))
def test_days_of_a_month_are_the_same_in_python_and_in_the_database(first, length, month):
    last = first + timedelta(days=length)
    with connection.cursor() as cursor:
        cursor.execute("SELECT training_days_in_month(%s, %s, %s)", [first, last, month])
        (counted,) = cursor.fetchone()
    assert days_there(SimpleNamespace(starts_on=first, ends_on=last), month) == counted
    assert counted == sum(month <= first + timedelta(days=n) < next_month(month) for n in range(length + 1))


@given(first=DAYS, length=st.integers(0, 1096), stopped=st.none() | st.integers(0, 1096))
def test_the_months_of_an_agreement_hold_each_of_its_days_once(first, length, stopped):
    last = first + timedelta(days=length)
    ended = None if stopped is None else first + timedelta(days=min(stopped, length))
    agreement = Agreement(starts_on=first, ends_on=last, stopped_on=ended)
    months = agreement.months()
    assert months == sorted({(first + timedelta(days=n)).replace(day=1) for n in range((agreement.last_day - first).days + 1)})
    place = SimpleNamespace(starts_on=first, ends_on=agreement.last_day)
    assert sum(days_there(place, month) for month in months) == (agreement.last_day - first).days + 1
