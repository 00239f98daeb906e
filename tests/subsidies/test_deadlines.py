"""Deadlines follow the calendar of working days, also when staff edit it later."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bureau.common import clock, workdays
from bureau.common.models import CalendarDay
from bureau.jobs.testing import run_waiting
from subsidies.actions import stages
from subsidies.models import Wait
from tests.factories import awards

pytestmark = pytest.mark.django_db


@pytest.fixture
def wait():
    return Wait.objects.get(application=awards.application(awards.house(), at="accept"), ended_at=None)


def next_workday_after(day):
    return workdays.next_workday(day + timedelta(days=1))


def test_a_new_holiday_moves_running_deadlines(wait):
    before = wait.due_on
    CalendarDay.objects.update_or_create(date=before, defaults={"is_workday": False, "name_zh": "调休"})
    assert stages.recount() == 1
    wait.refresh_from_db()
    assert wait.due_on == next_workday_after(before)
    assert stages.recount() == 0, "counting twice moves nothing"


def test_clocks_that_have_stopped_stay(wait):
    before = wait.due_on
    Wait.objects.filter(pk=wait.pk).update(ended_at=clock.now())
    CalendarDay.objects.update_or_create(date=before, defaults={"is_workday": False})
    assert stages.recount() == 0


def test_entering_a_day_asks_for_the_recount(client, wait):
    from bureau.accounts.enums import UserKind
    from bureau.accounts.models import Grant, Unit, User

    keeper = User.objects.create(kind=UserKind.STAFF, username="keeper", name="丁存良")
    Grant.objects.create(
        user=keeper, role="system", unit=Unit.objects.root(), valid_from="2020-01-01", given_by=User.objects.machine()
    )
    before = wait.due_on
    client.force_login(keeper)
    answer = client.post(
        reverse("admin:common_calendarday_add"),
        {"date": before.isoformat(), "name_zh": "临时放假", "name_en": "Day off"},
    )
    assert answer.status_code == 302
    run_waiting()
    wait.refresh_from_db()
    assert wait.due_on == next_workday_after(before)


def test_days_beyond_the_calendar_are_provisional(wait):
    assert not workdays.is_provisional(clock.today().replace(year=2021))
    assert workdays.is_provisional(clock.today().replace(year=2090))
