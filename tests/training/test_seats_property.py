"""Whatever is enrolled, canceled and enlarged in whatever order: nobody is overtaken and no seat is left empty."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import training
from training.actions import enrollments, sessions
from training.enums import Place
from training.models import Enrollment

pytestmark = pytest.mark.django_db
STEPS = st.one_of(st.tuples(st.just("enroll"), st.integers(0, 5)), st.tuples(st.just("cancel"), st.integers(0, 9)),
                  st.tuples(st.just("seats"), st.integers(1, 5)))


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=14), seats=st.integers(1, 3))
def test_seats_and_the_line_behind_them(steps, seats):
    by = training.clerk()
    session = training.session(by=by, capacity=seats)
    people = [training.person() for _n in range(6)]
    order: list[int] = []  # who holds a place, by the order in which they came
    for name, number in steps:
        held = {row.pk: row for row in session.enrollments.held()}
        if name == "enroll":
            try:
                order.append(training.enroll(session, by=by, person=people[number]).pk)
            except ValidationError:
                assert any(row.person_id == people[number].pk for row in held.values())
        elif name == "cancel" and order:
            enrollments.cancel(held[order.pop(number % len(order))], by=by)
        elif name == "seats":
            session.refresh_from_db()
            try:
                sessions.change(session, by=by, data={"capacity": number}, rev=session.rev)
            except ValidationError:
                assert number < session.seats_taken
        session.refresh_from_db()
        seated = min(len(order), session.capacity)
        assert session.seats_taken == seated == session.enrollments.seated().count()
        states = dict(Enrollment.objects.filter(pk__in=order).values_list("pk", "state"))
        assert [states[pk] for pk in order] == [Place.ENROLLED] * seated + [Place.WAITING] * (len(order) - seated)
