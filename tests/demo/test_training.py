"""The training of the demo gives the published figures, each equal to its records."""

import json
from collections import defaultdict
from datetime import date

import pytest
from django.core.management import call_command

from bureau.accounts.models import User
from bureau.common.periods import Period
from bureau.metrics import records
from bureau.workflow.table import workflow_of
from training.enums import COMING
from training.forms_staff import SessionForm
from training.models import Attendance, Enrollment, Session, SessionLog

pytestmark = [pytest.mark.django_db, pytest.mark.demo]
YEAR = Period.year_to_date(date(2021, 5, 20))


@pytest.fixture
def figures(capsys):
    call_command("figures", "--as-of", "2021-05-20", "--json")
    return {row["key"]: row for row in json.loads(capsys.readouterr().out)}


@pytest.mark.parametrize(
    ("key", "value", "rows"),
    [
        ("training.sessions", 35, 35),
        ("training.person_times", 1090, 1090),
        ("training.livestreams", 5, 5),
        ("training.current_class.size", 110, 110),
        ("training.current_class.days", 5, 1),
    ],
)
def test_published_figures_and_their_records(figures, key, value, rows):
    assert figures[key]["value"] == value
    assert records(key, YEAR).count() == rows


def test_what_the_demo_plans_passes_the_form_of_the_page():
    """Whoever changes the seats of a session to come is not told of a field he did not touch."""
    clerk = User.objects.get(username="clerk")
    coming = Session.objects.filter(state__in=COMING)
    assert coming
    for session in coming:
        shown = SessionForm(instance=session, user=clerk)
        again = SessionForm({field.name: field.value() or "" for field in shown}, instance=session, user=clerk)
        assert not again.errors


def test_person_times_are_neither_persons_nor_days(figures):
    times = figures["training.person_times"]["value"]
    assert figures["training.persons"]["value"] < times
    assert figures["training.person_days"]["value"] > times
    assert figures["training.completions"]["value"] < times


def test_every_session_went_through_the_transition_table():
    table = workflow_of(Session)
    logs = defaultdict(list)
    for row in SessionLog.objects.order_by("subject_id", "version"):
        logs[row.subject_id].append(row)
    for session in Session.objects.all():
        at = "planned"
        for row in logs[session.pk]:
            step = table[row.name]
            assert row.before == at
            assert row.before in map(str, step.sources)
            assert row.after in map(str, step.ends)
            at = row.after
        assert at == session.state
        moments = [row.at for row in logs[session.pk]]
        assert moments == sorted(moments)


def test_the_class_in_session_has_its_attendance_of_four_days():
    session = Session.objects.get(state="running")
    assert (session.capacity, session.seats_taken, session.days) == (110, 110, 5)
    days = Attendance.objects.filter(enrollment__session=session).dates("day", "day")
    assert [day.day for day in days] == [17, 18, 19, 20]


def test_owners_are_enrolled_for_the_session_in_june():
    session = Session.objects.get(state="open")
    assert session.begins_on.month == 6
    assert 3 <= Enrollment.objects.filter(session=session, user__isnull=False).count() <= session.capacity
