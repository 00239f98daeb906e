"""Half-days of a session: what was chosen stays, new days are whole, a session that moves keeps its shape."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import assume, given
from hypothesis import strategies as st

from bureau.common import clock
from tests.factories import accounts, training
from training.actions.sessions import changed_plan, plan_of
from training.enums import Kind, State
from training.models import Session
from training.models.session import every_half_day

FIRST = date(2031, 5, 12)


@st.composite
def planned(draw):
    """A session of one to eight days with at least one of its half-days."""
    last = FIRST + timedelta(days=draw(st.integers(0, 7)))
    every = every_half_day(FIRST, last)
    plan = sorted(draw(st.sets(st.sampled_from(every), min_size=1)))
    return SimpleNamespace(kind=Kind.CLASS, begins_on=FIRST, ends_on=last, plan=plan)


@given(row=planned(), start=st.integers(-5, 5), end=st.integers(-5, 12))
def test_what_was_chosen_stays_and_new_days_are_whole(row, start, end):
    first, last = row.begins_on + timedelta(days=start), row.ends_on + timedelta(days=end)
    assume(first <= last and start != end)
    wanted = [
        key for key in every_half_day(first, last)
        if key in row.plan or not row.begins_on.isoformat() <= key[:10] <= row.ends_on.isoformat()
    ]
    if not wanted:
        with pytest.raises(ValidationError):
            changed_plan(row, {"begins_on": first, "ends_on": last})
    else:
        assert changed_plan(row, {"begins_on": first, "ends_on": last}) == wanted


@given(row=planned(), days=st.integers(-400, 400))
def test_moved_and_moved_back_it_is_what_it_was(row, days):
    by = timedelta(days=days)
    there = {"begins_on": row.begins_on + by, "ends_on": row.ends_on + by}
    moved = SimpleNamespace(kind=Kind.CLASS, plan=changed_plan(row, there), **there)
    assert len(moved.plan) == len(row.plan)
    assert {key[10:] for key in moved.plan} == {key[10:] for key in row.plan}
    assert changed_plan(moved, {"begins_on": row.begins_on, "ends_on": row.ends_on}) == row.plan


def test_a_livestream_has_no_half_days():
    assert plan_of(Kind.LIVESTREAM, FIRST, FIRST) == []


FORM = {
    "kind": "lecture", "title": "食品安全讲座", "begins_on": "2031-05-12", "ends_on": "2031-05-12", "place": "广东省广州市",
    "capacity": "60", "hours_per_half_day": "4", "required_share": "80",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("halves", "expected"), [
    ({}, ["am", "pm"]), ({"first_half": "pm"}, ["pm"]), ({"last_half": "am"}, ["am"]),
    ({"first_half": "pm", "last_half": "am"}, None),
])
def test_a_lecture_may_take_an_afternoon(client, halves, expected):
    client.force_login(training.clerk())
    answer = client.post(reverse("admin:training_session_add"), {**FORM, **halves, "unit": accounts.bureau().pk})
    if expected is None:
        assert "last_half" in answer.context_data["form"].errors
    else:
        assert [key[10:] for key in Session.objects.get().plan] == expected


@pytest.mark.django_db
def test_the_page_shows_which_half_days_take_place(client):
    by = training.clerk()
    client.force_login(by)
    session = training.session(State.PLANNED, by=by, days=2)
    Session.objects.filter(pk=session.pk).update(plan=session.plan[1:])
    page = reverse("admin:training_session_edit", args=[session.pk])
    form = client.get(page).context_data["form"]
    assert form["plan"].value() == session.plan[1:]
    longer = {
        **FORM, "kind": "class", "rev": 0, "unit": session.unit_id, "plan": session.plan[1:],
        "begins_on": session.begins_on.isoformat(), "ends_on": (session.ends_on + timedelta(days=1)).isoformat(),
    }
    assert "plan" in client.post(page, {**longer, "plan": []}).context_data["form"].errors
    assert client.post(page, longer).status_code == 302
    session.refresh_from_db()
    assert session.half_days == 5 and session.plan[0].endswith("pm")


@pytest.mark.django_db
def test_nobody_sits_in_two_classes_at_a_time():
    by, person = training.clerk(), training.person()
    first = clock.today() + timedelta(days=10)
    one = training.session(by=by, begins_on=first, days=2)
    training.enroll(one, by=by, person=person)
    with pytest.raises(ValidationError, match=one.number):
        training.enroll(training.session(by=by, begins_on=first + timedelta(days=1)), by=by, person=person)
    assert training.enroll(training.session(by=by, begins_on=first + timedelta(days=2)), by=by, person=person).pk
    afternoon = training.session(by=by, begins_on=first, days=1, plan=every_half_day(first, first)[1:])
    with pytest.raises(ValidationError):
        training.enroll(afternoon, by=by, person=person)
