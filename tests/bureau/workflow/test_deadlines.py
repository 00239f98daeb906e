"""Working days of May 2021: 1 to 5 were holidays, Saturday the 8th was worked."""

from datetime import date

import pytest

from bureau.common import clock
from bureau.workflow.deadlines import Clocked, due_state

pytestmark = pytest.mark.django_db


def day(number):
    return date(2021, 5, number)


def test_counts_holidays_and_worked_saturdays():
    found = due_state(date(2021, 4, 30), 3, today=day(7))
    assert (found.due, found.left, found.overdue) == (day(8), 1, False)


def test_overdue_from_the_day_after():
    assert not due_state(day(10), 2, today=day(12)).overdue
    assert due_state(day(10), 2, today=day(13)).left == -1


def test_stands_while_the_ball_is_with_the_applicant():
    assert due_state(day(10), 3, [(day(11), day(13))], today=day(13)).due == day(17)
    waiting = due_state(day(10), 3, [(day(11), None)], today=day(31))
    assert waiting.paused
    assert not waiting.overdue
    assert waiting.left == 2


def test_a_stored_clock_agrees(monkeypatch):
    class Row(Clocked):
        class Meta:
            app_label = "lab"
            abstract = True

    row = Row.__new__(Row)
    row.clock_paused_on = None
    row.start_clock(3, on=day(10))
    row.pause_clock(on=day(11))
    assert row.due(day(31)).left == 2
    assert row.due(day(31)).paused
    row.resume_clock(on=day(13))
    assert row.clock_due_on == day(17)
    assert row.due(day(13)).left == 2
    row.stop_clock()
    assert row.due() is None
    assert clock.today()
