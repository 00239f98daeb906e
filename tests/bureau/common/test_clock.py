from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction

from bureau.common import checks, clock
from bureau.common.models import CalendarDay, Clock

pytestmark = pytest.mark.django_db
START = datetime(2021, 5, 21, 8, 30, tzinfo=clock.ZONE)


@pytest.fixture(autouse=True)
def demo(settings):
    settings.DEMO = True
    clock._offset.forget()
    yield
    clock._offset.forget()


def portal_now():
    with connection.cursor() as cursor:
        cursor.execute("select portal_now()")
        return cursor.fetchone()[0]


def test_python_and_sql_tell_the_same_time():
    clock.start_at(START)
    assert abs(portal_now() - clock.now()) < timedelta(seconds=2)
    assert clock.today() == START.date()


def test_the_demo_starts_once_and_goes_on():
    assert clock.start_at(START)
    assert not clock.start_at(START - timedelta(days=9))
    assert timedelta() <= clock.now() - START < timedelta(seconds=5)


def test_production_has_real_time_and_refuses_to_move_it(settings):
    clock.start_at(START)
    settings.DEMO = False
    assert clock.offset() == timedelta()
    for move in (lambda: clock.start_at(START), lambda: clock.shift(timedelta(days=1))):
        with pytest.raises(ImproperlyConfigured):
            move()
    assert [error.id for error in checks.clock_is_real(databases=["default"])] == ["common.E001"]


def test_tests_can_move_the_clock():
    before = clock.now()
    clock.shift(timedelta(days=3))
    assert timedelta(days=3) <= clock.now() - before < timedelta(days=3, seconds=5)


def test_there_is_one_row():
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.create(pk=2)


def test_a_year_that_breaks_pages_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDay.objects.create(date="0001-01-01", is_workday=True, name_zh="x", name_en="x")
