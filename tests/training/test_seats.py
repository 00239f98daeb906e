"""Seats and the waiting list: never more people than seats, first come first served, at any concurrency."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction

from bureau.notifications.models import Notification
from bureau.workflow import NotDone, perform
from tests.factories import accounts, training
from training.actions import enrollments, sessions
from training.enums import Kind, Place, State
from training.models import Enrollment, Session

pytestmark = pytest.mark.django_db


def states(session):
    return list(session.enrollments.order_by("id").values_list("state", flat=True))


def test_the_seat_after_the_last_is_the_waiting_list():
    clerk = training.clerk()
    session = training.session(by=clerk, capacity=2)
    first, *_rest = [training.enroll(session, by=clerk) for _ in range(4)]
    assert states(session) == [Place.ENROLLED, Place.ENROLLED, Place.WAITING, Place.WAITING]
    enrollments.cancel(first, by=clerk)
    assert states(session) == [Place.CANCELED, Place.ENROLLED, Place.ENROLLED, Place.WAITING]
    session.refresh_from_db()
    assert session.seats_taken == 2
    assert Notification.objects.filter(kind="training.moved_up").count() == 1


def test_more_seats_move_the_line_up():
    clerk = training.clerk()
    session = training.session(by=clerk, capacity=1)
    for _ in range(3):
        training.enroll(session, by=clerk)
    sessions.change(session, by=clerk, data={"capacity": 2}, rev=0)
    assert states(session) == [Place.ENROLLED, Place.ENROLLED, Place.WAITING]
    with pytest.raises(ValidationError):
        sessions.change(session, by=clerk, data={"capacity": 1}, rev=1)


def test_one_person_has_one_seat_and_may_come_back():
    clerk = training.clerk()
    session = training.session(by=clerk)
    person = training.person()
    seat = training.enroll(session, by=clerk, person=person)
    with pytest.raises(ValidationError):
        training.enroll(session, by=clerk, person=person)
    enrollments.cancel(seat, by=clerk)
    training.enroll(session, by=clerk, person=person)
    assert states(session) == [Place.CANCELED, Place.ENROLLED]


def test_owners_enroll_once_and_cancel_only_their_own():
    session = training.session()
    owner, other = accounts.owner(), accounts.owner()
    seat = training.enroll(session, by=owner, user=owner)
    with pytest.raises(ValidationError):
        training.enroll(session, by=owner, user=owner)
    with pytest.raises(NotDone):
        enrollments.cancel(seat, by=other)
    enrollments.cancel(seat, by=owner)
    assert states(session) == [Place.CANCELED]


def test_nobody_enrolls_for_what_is_not_open():
    clerk, owner = training.clerk(), accounts.owner()
    for state in (State.PLANNED, State.RUNNING, State.CANCELED):
        with pytest.raises(ValidationError):
            training.enroll(training.session(state, by=clerk), by=owner, user=owner)
    stream = training.session(State.PLANNED, by=clerk, kind=Kind.LIVESTREAM)
    with pytest.raises(NotDone):
        perform(stream, "open", by=clerk)


# --- the guards of the database: each would be broken without it ------------------------------------


def without(sql):
    """Remove a guard, once what waits for the commit has been asked."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)


def raw_seat(session, state=Place.ENROLLED, **fields):
    person = training.person()
    values = {"region_id": session.region_id, "unit_id": session.unit_id, "entered_by": session.entered_by} | fields
    return Enrollment.objects.create(session=session, person=person, state=state, **values)


def test_the_database_refuses_an_overbooked_session():
    session = training.session(capacity=1)
    raw_seat(session)
    with pytest.raises(IntegrityError, match="never_overbooked"), transaction.atomic():
        raw_seat(session)
    without("ALTER TABLE training_session DROP CONSTRAINT session_never_overbooked")
    raw_seat(session)
    assert session.enrollments.seated().count() == 2


def test_the_database_refuses_participants_of_a_livestream():
    stream = training.session(State.PLANNED, kind=Kind.LIVESTREAM)
    with pytest.raises(IntegrityError, match="no participants"), transaction.atomic():
        raw_seat(stream, Place.WAITING)
    without("ALTER TABLE training_enrollment DISABLE TRIGGER training_enrolled")
    raw_seat(stream, Place.WAITING)
    assert stream.enrollments.count() == 1


def test_the_database_refuses_a_second_seat_for_one_person():
    session = training.session()
    first = raw_seat(session)
    again = Enrollment(session=session, person=first.person, region_id=session.region_id, unit_id=session.unit_id,
                       entered_by=session.entered_by)
    with pytest.raises(IntegrityError, match="person_once"), transaction.atomic():
        again.save()
    without("DROP INDEX enrollment_person_once")
    again.pk = None
    again.save()
    assert session.enrollments.count() == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_sixty_four_clients_and_one_last_seat():
    clerk = training.clerk()
    session = training.session(by=clerk, capacity=3)
    for _ in range(2):
        training.enroll(session, by=clerk)
    people = [training.person() for _ in range(64)]

    def come(person):
        try:
            for _attempt in range(20):  # as people do who are told that many come at once
                with suppress(enrollments.Busy):
                    return training.enroll(Session.objects.get(pk=session.pk), by=clerk, person=person).state
        finally:
            connections.close_all()

    with ThreadPoolExecutor(64) as pool:
        found = list(pool.map(come, people))
    assert found.count(Place.ENROLLED) == 1
    assert found.count(Place.WAITING) == 63
    session.refresh_from_db()
    assert session.seats_taken == session.enrollments.seated().count() == 3
