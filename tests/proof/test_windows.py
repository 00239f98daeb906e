"""M8: the window of an award and of an enrollment opens and closes at midnight in Shanghai, by the clock of the database."""

import time
import uuid
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from bureau.common import clock
from bureau.workflow import Refused
from subsidies import permissions
from subsidies.actions import application as actions
from subsidies.models import Application
from tests.factories import subsidies as make
from tests.factories import training
from tests.harness.caller import Caller
from training.models import Enrollment

pytestmark = pytest.mark.django_db
OPENS, CLOSES = date(2021, 3, 1), date(2021, 3, 31)
ZONES = ("Pacific/Kiritimati", "America/Los_Angeles", "Europe/Berlin", "Asia/Shanghai", "Asia/Kathmandu")
MICROSECOND, DAY = timedelta(microseconds=1), timedelta(days=1)
APP_CLOCKS = (-DAY, timedelta(), DAY)
TAKEN, REFUSED = 302, 422


def midnight(day):
    return datetime(day.year, day.month, day.day, tzinfo=clock.ZONE)


def around(boundary, *, closes):
    """[(moment, whether it is inside)]: a microsecond before, at, and after the boundary; the window is half-open."""
    return [(boundary - MICROSECOND, closes), (boundary, not closes), (boundary + MICROSECOND, not closes)]


OPENING = around(midnight(OPENS), closes=False)
CLOSING = around(midnight(CLOSES + DAY), closes=True)


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchone() if cursor.description else None


def database_says(moment):
    """The clock of the database stands still at this moment."""
    sql("create or replace function portal_now() returns timestamptz language sql volatile as $$ "
        f"select '{moment.isoformat()}'::timestamptz $$")


@pytest.fixture
def draft(monkeypatch):
    """An application that was filled in within the window, and its owner's browser."""
    data = make.scheme_data() | {"opens_on": str(OPENS), "closes_on": str(CLOSES)}
    monkeypatch.setattr(make, "scheme_data", lambda: data)
    inside = midnight(OPENS) + timedelta(days=14, hours=9)
    database_says(inside)
    with time_machine.travel(inside):
        world = make.world()
        return make.fill(make.draft(world), world.owner)


def hand_in(application):
    return reverse("subsidies:my_review", args=[application.ref]), {"key": uuid.uuid4(), "rev": application.rev}


def wrong_answers(user, moments, request):
    """(asked, wrong) over moments, the zones of browser and connection, and the clock of the web server."""
    asked, wrong = 0, []
    for moment, inside in moments:
        database_says(moment)
        for zone in ZONES:
            for shift in APP_CLOCKS:
                with time_machine.travel(moment + shift, tick=False), timezone.override(zone):
                    sql(f"set local time zone '{zone}'")
                    address, values = request()
                    status = Caller(user).post(address, values).status
                asked += 1
                if status != (TAKEN if inside else REFUSED):
                    wrong.append((str(moment), zone, str(shift), status))
    sql("set local time zone 'UTC'")
    return asked, wrong


@pytest.mark.proof("M8", "held")
def test_an_award_is_taken_exactly_within_its_window(draft, proof):
    asked, wrong = wrong_answers(draft.applicant, OPENING + CLOSING, lambda: hand_in(draft))
    assert wrong == []
    proof("M8").held(f"hand-ins 1 µs before, at and 1 µs after opening and closing × {len(ZONES)} zones × a web server's "
                     f"clock a day off either way: {asked - len(wrong)} of {asked} right")


@pytest.fixture
def course():
    """A session that takes enrollments until the last day of the window, and an owner."""
    inside = midnight(OPENS)
    database_says(inside)
    with time_machine.travel(inside):
        made = training.session(begins_on=CLOSES + timedelta(days=9), enroll_until=CLOSES)
        return made, type(training.clerk()).objects.create_owner(phone="13800000001", name="马建国")


def enroll(session):
    return reverse("training:enroll", args=[session.number]), {"name": "马建国", "phone": "13800000001",
                                                               "id_number": training.id_number()}


@pytest.mark.proof("M8", "held")
def test_an_enrollment_is_taken_up_to_the_last_day(course, proof):
    session, owner = course
    asked, wrong = wrong_answers(owner, CLOSING, lambda: enroll(session))
    assert wrong == []
    proof("M8").held(f"enrollments around the last day, likewise: {asked - len(wrong)} of {asked} right")


def test_the_database_refuses_an_enrollment_of_yesterday(course):
    """Whoever asks it, with whatever date: a seat is not taken behind the form."""
    session, owner = course
    database_says(midnight(CLOSES + DAY))
    with pytest.raises(Exception, match="takes no enrollments"), transaction.atomic():
        Enrollment.objects.create(
            session=session, person=training.person(), user=owner, phone="13800000001", unit=session.unit,
            region=session.region, entered_by=owner, state="enrolled", recorded_at=midnight(CLOSES),
        )


def hand_in_late(draft, *, by="clock_timestamp()"):
    """The transaction begins while the window is open, and hands in after it has closed. `by`: the database's clock."""
    ahead = (midnight(CLOSES + DAY) - clock.real_now() - timedelta(milliseconds=300)).total_seconds()
    sql("create or replace function portal_now() returns timestamptz language sql volatile as $$ "
        f"select {by} + interval '{ahead} seconds' $$")
    assert permissions.takes_applications(draft.scheme_version_id)
    time.sleep(0.5)
    return actions.submit(application=draft, by=draft.applicant, key=uuid.uuid4(), rev=draft.rev)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.proof("M8", "held")
def test_a_transaction_begun_before_the_close_close_is_refused(draft, proof):
    with transaction.atomic(), pytest.raises(Refused):
        hand_in_late(draft)
    assert not Application.objects.exclude(state="draft").exists()
    proof("M8").held("a transaction begun 0.3 s before the close that hands in 0.2 s after it: refused")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.proof("M8", "removed")
def test_with_the_hour_of_the_transaction_it_is_taken(draft, proof):
    with transaction.atomic():
        assert hand_in_late(draft, by="now()").state == "submitted"
    proof("M8").removed("clock that goes on within a transaction", "what is handed in after the close is taken")


@pytest.mark.proof("M8", "removed")
def test_with_the_clock_of_the_web_server_it_is_decided_wrongly(draft, proof, monkeypatch):
    sql("set constraints all immediate; set constraints all deferred")  # a table with events to come cannot change
    sql("alter table subsidies_application disable trigger application_window")
    monkeypatch.setattr("subsidies.models.scheme.Today", clock.today)
    asked, wrong = wrong_answers(draft.applicant, OPENING + CLOSING, lambda: hand_in(draft))
    assert wrong
    proof("M8").removed("decision by the clock of the database", f"{len(wrong)} of {asked} hand-ins are decided wrongly")
