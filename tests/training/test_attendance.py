"""Marks and what follows from them: half-days, days, hours, completion, person-times; and the guards."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.common import clock
from bureau.common.periods import Period
from bureau.metrics import compute
from bureau.workflow import NotDone, perform
from tests.factories import training
from training import permissions
from training.actions import marks, sessions
from training.enums import Kind, Mark, State
from training.models import Attendance, Enrollment, Roll, Session

pytestmark = pytest.mark.django_db
KEYS = ["training.sessions", "training.person_times", "training.persons", "training.person_days", "training.hours",
        "training.completions", "training.livestreams", "training.current_class.size", "training.current_class.days"]


@pytest.fixture
def by():
    return training.clerk()


def running(by, people=2, days=2, **fields):
    """A class in session with its people, in the order of enrollment."""
    session = training.session(State.OPEN, by=by, days=days, begins_on=clock.today() + timedelta(days=1), **fields)
    seats = [training.enroll(session, by=by) for _ in range(people)]
    Session.objects.filter(pk=session.pk).update(
        begins_on=clock.today() - timedelta(days=days - 1), ends_on=clock.today(),
        plan=sessions.every_half_day(clock.today() - timedelta(days=days - 1), clock.today()),
    )
    return perform(session, "begin", by=by), seats


def all_present(session, seats):
    return {seat.pk: dict.fromkeys(session.plan, Mark.PRESENT) for seat in seats}


def figures():
    found = compute(KEYS, [Period.year_to_date(clock.today())])
    return {key.removeprefix("training."): found[key].value for key in KEYS}


def test_a_class_counts_when_it_ends_and_a_person_once(by):
    session, seats = running(by, people=3, days=2)
    grid = all_present(session, seats)
    grid[seats[1].pk] = {session.plan[0]: Mark.PRESENT, session.plan[1]: Mark.LEAVE}
    grid[seats[2].pk] = {session.plan[0]: Mark.LEAVE}
    marks.save(session, by=by, version=0, rows=grid)
    assert figures()["sessions"] == figures()["person_times"] == 0
    perform(session, "end", by=by)
    assert figures() == {
        "sessions": 1, "person_times": 2, "persons": 2, "person_days": 3, "hours": Decimal("20.0"), "completions": 1,
        "livestreams": 0, "current_class.size": 0, "current_class.days": 0,
    }


def test_who_is_in_session_is_not_counted_yet(by):
    session = training.session(State.OPEN, by=by, days=3)
    training.enroll(session, by=by)
    first = clock.today() - timedelta(days=1)
    Session.objects.filter(pk=session.pk).update(
        begins_on=first, ends_on=first + timedelta(days=2), plan=sessions.every_half_day(first, first + timedelta(days=2))
    )
    perform(session, "begin", by=by)
    found = figures()
    assert (found["current_class.size"], found["current_class.days"], found["sessions"]) == (1, 3, 0)


def test_nobody_is_present_on_a_day_that_has_not_come(by):
    session, seats = running(by, people=1)
    tomorrow = clock.today() + timedelta(days=1)
    Session.objects.filter(pk=session.pk).update(
        ends_on=tomorrow, plan=[*session.plan, *sessions.every_half_day(tomorrow, tomorrow)]
    )
    session.refresh_from_db()
    with pytest.raises(ValidationError, match="尚未到来"):
        marks.save(session, by=by, version=0, rows=all_present(session, seats))
    assert not Attendance.objects.exists()
    ahead = {seats[0].pk: {session.plan[0]: Mark.PRESENT, session.plan[-1]: Mark.LEAVE}}
    assert marks.save(session, by=by, version=0, rows=ahead)


def test_livestreams_are_apart(by):
    live = training.session(State.ENDED, by=by, kind=Kind.LIVESTREAM, days=1)
    assert permissions.reopen_reasons(live, by) == permissions.close_reasons(live, by) == ["网络直播没有考勤。"]
    found = figures()
    assert (found["livestreams"], found["sessions"], found["person_times"], found["current_class.days"]) == (1, 0, 0, 0)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_counted_is_what_was_marked(by, data):
    """Whatever is marked, changed and taken away in whatever order: the counts are those of the marks that stand."""
    session, seats = running(by, people=3, days=data.draw(st.integers(1, 4)), required_share=data.draw(st.integers(1, 100)))
    standing = {seat.pk: {} for seat in seats}
    for version in range(data.draw(st.integers(1, 3))):
        rows = {
            seat.pk: {key: data.draw(st.sampled_from(["", Mark.PRESENT, Mark.LEAVE])) for key in session.plan}
            for seat in data.draw(st.lists(st.sampled_from(seats), unique_by=lambda seat: seat.pk))
        }
        session.refresh_from_db()
        marks.save(session, by=by, version=session.marks_version, rows=rows)
        for pk, row in rows.items():
            standing[pk] |= row
        assert session.marks_version <= version
    share = session.required_share
    for row in Enrollment.objects.filter(session=session):
        present = [key for key, mark in standing[row.pk].items() if mark == Mark.PRESENT]
        assert row.present == len(present)
        assert row.days_present == len({key[:10] for key in present})
        assert row.hours == 4 * len(present)
        assert row.completed == (len(present) * 100 >= share * len(session.plan))


def test_a_save_on_an_old_page_changes_nothing(by):
    session, seats = running(by)
    marks.save(session, by=by, version=0, rows=all_present(session, seats[:1]))
    with pytest.raises(marks.Stale):
        marks.save(session, by=by, version=0, rows=all_present(session, seats[1:]))
    assert Attendance.objects.count() == len(session.plan)
    assert marks.save(session, by=by, version=1, rows=all_present(session, seats[:1])) is None


def test_what_stood_before_is_kept_with_the_save(by):
    session, (seat, _other) = running(by)
    first, second = session.plan[:2]
    marks.save(session, by=by, version=0, rows={seat.pk: {first: Mark.PRESENT, second: Mark.LEAVE}})
    marks.save(session, by=by, version=1, rows={seat.pk: {first: Mark.LEAVE, second: ""}})
    assert Roll.objects.latest("id").changes == [[seat.pk, first, "present", "leave"], [seat.pk, second, "leave", ""]]


def test_strangers_and_foreign_half_days_are_refused(by):
    session, seats = running(by)
    other, (stranger, *_rest) = running(by)
    with pytest.raises(ValidationError):
        marks.save(session, by=by, version=0, rows=all_present(session, [stranger]))
    with pytest.raises(ValidationError):
        marks.save(session, by=by, version=0, rows={seats[0].pk: {"2019-01-01am": Mark.PRESENT}})
    assert not Attendance.objects.exists()


def test_closed_attendance_opens_with_a_reason(by):
    session, seats = running(by)
    marks.save(session, by=by, version=0, rows=all_present(session, seats))
    session = perform(perform(session, "end", by=by), "close_marks", by=by)
    with pytest.raises(ValidationError):
        marks.save(session, by=by, version=1, rows={seats[0].pk: {session.plan[0]: ""}})
    with pytest.raises(NotDone):
        perform(session, "close_marks", by=by)
    session = perform(session, "reopen_marks", by=by, data={"comment": "签到表有误"})
    assert marks.save(session, by=by, version=1, rows={seats[0].pk: {session.plan[0]: ""}})


def test_a_plan_with_marks_keeps_its_half_days(by):
    session, seats = running(by)
    marks.save(session, by=by, version=0, rows=all_present(session, seats))
    with pytest.raises(ValidationError):
        sessions.change(session, by=by, data={"plan": session.plan[:2]}, rev=0)
    with pytest.raises(NotDone):
        sessions.change(session, by=by, data={"title": "新名称"}, rev=7)


def test_the_calendar_begins_and_ends(by):
    session = training.session(State.OPEN, by=by, days=2)
    assert sessions.move_on(session.begins_on) == 0  # its first day has not come by the clock
    Session.objects.filter(pk=session.pk).update(
        begins_on=clock.today() - timedelta(days=2), ends_on=clock.today() - timedelta(days=1),
        plan=sessions.every_half_day(clock.today() - timedelta(days=2), clock.today() - timedelta(days=1)),
    )
    assert sessions.move_on(clock.today()) == 1
    assert sessions.move_on(clock.today()) == 1
    session.refresh_from_db()
    assert (session.state, session.ended_on) == (State.ENDED, session.ends_on)


# --- guards: without each of them the violation happens ---------------------------------------------


def without(sql):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)


def raw_mark(seat, key, by):
    roll = Roll.objects.create(session=seat.session, number=Roll.objects.count() + 1, entered_by=by)
    return Attendance.objects.create(
        enrollment=seat, day=date.fromisoformat(key[:10]), half=key[10:], mark=Mark.PRESENT, roll=roll
    )


def refused(match, act):
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        act()


@pytest.mark.parametrize("case", ["foreign half-day", "closed", "not begun", "waiting"])
def test_marks_are_of_the_plan_of_an_open_session(by, case):
    session, seats = running(by)
    seat, key = seats[0], session.plan[0]
    if case == "foreign half-day":
        key = "2019-01-01am"
    elif case == "closed":
        marks.save(session, by=by, version=0, rows=all_present(session, seats[1:]))
        perform(perform(session, "end", by=by), "close_marks", by=by)
    elif case == "not begun":
        session = training.session(State.OPEN, by=by)
        seat, key = training.enroll(session, by=by), session.plan[0]
    else:
        full = training.session(State.OPEN, by=by, capacity=1)
        training.enroll(full, by=by)
        seat = training.enroll(full, by=by)
        key = full.plan[0]
    refused("mark", lambda: raw_mark(seat, key, by))
    without("ALTER TABLE training_attendance DISABLE TRIGGER training_marked_i")
    raw_mark(seat, key, by)
    assert Attendance.objects.filter(enrollment=seat).exists()


def test_a_mark_stands_once(by):
    session, seats = running(by)
    raw_mark(seats[0], session.plan[0], by)
    refused("attendance_once", lambda: raw_mark(seats[0], session.plan[0], by))
    without("ALTER TABLE training_attendance DROP CONSTRAINT attendance_once")
    raw_mark(seats[0], session.plan[0], by)
    assert Attendance.objects.count() == 2


def test_a_plan_lies_within_its_days(by):
    session = training.session(State.OPEN, by=by)
    outside = [*session.plan, "2019-01-01am"]
    refused("half-day", lambda: Session.objects.filter(pk=session.pk).update(plan=outside))
    without("ALTER TABLE training_session DISABLE TRIGGER training_plan_u")
    assert Session.objects.filter(pk=session.pk).update(plan=outside) == 1


def test_the_state_has_one_door(by):
    session = training.session(State.OPEN, by=by)
    refused("state", lambda: Session.objects.filter(pk=session.pk).update(state="running"))
    without("ALTER TABLE training_session DISABLE TRIGGER USER")
    assert Session.objects.filter(pk=session.pk).update(state="running") == 1


def test_a_session_counts_on_its_last_day(by):
    session = training.session(State.ENDED, by=by)
    refused("counts_on_last_day", lambda: Session.objects.filter(pk=session.pk).update(ended_on="2020-01-01"))
    without("ALTER TABLE training_session DROP CONSTRAINT session_counts_on_last_day")
    assert Session.objects.filter(pk=session.pk).update(ended_on="2020-01-01") == 1
