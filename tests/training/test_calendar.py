"""What happens by itself: reminders, once; and what a shop's rules may ask."""

from datetime import timedelta

import pytest

from bureau.common import clock
from bureau.facts import rules
from bureau.notifications.models import Notification
from bureau.workflow import perform
from enterprises.models import Enterprise
from tests.factories import accounts, placements, training
from tests.factories.enterprises import enterprise
from tests.training.test_attendance import all_present, running
from training import queries, tasks
from training.actions import marks
from training.models import Enrollment
from training.models.session import every_half_day
from training.placements import queries as months

pytestmark = pytest.mark.django_db


def test_the_day_before_everybody_with_a_seat_is_reminded_once():
    by = training.clerk()
    session = training.session(by=by, begins_on=clock.today() + timedelta(days=1), capacity=2, enroll_until=clock.today())
    for _ in range(3):
        training.enroll(session, by=by)
    training.enroll(training.session(by=by), by=by)
    tasks.remind()
    tasks.remind()
    assert Notification.objects.filter(kind="training.tomorrow").count() == 2


def test_a_canceled_session_is_told_to_everybody_in_it():
    by = training.clerk()
    session = training.session(by=by, capacity=1)
    for _ in range(2):
        training.enroll(session, by=by)
    perform(session, "cancel", by=by, data={"comment": "天气原因"})
    told = Notification.objects.filter(kind="training.canceled")
    assert told.count() == 2
    assert all(len(message.sms_text) <= 70 for message in Notification.objects.all())


def test_who_still_waits_when_it_begins_hears_that_no_seat_became_free():
    by = training.clerk()
    owner = accounts.owner("13900007777")
    session = training.session(by=by, capacity=1, begins_on=clock.today() + timedelta(days=1), enroll_until=clock.today())
    training.enroll(session, by=by)
    training.enroll(session, by=owner, user=owner)
    type(session).objects.filter(pk=session.pk).update(
        begins_on=clock.today(), ends_on=clock.today(), plan=every_half_day(clock.today(), clock.today())
    )
    perform(session, "begin_due", by=None)
    assert Notification.objects.get(kind="training.no_seat").to == owner
    (mine,) = queries.enrollments_of(owner)
    assert mine.position is None


def test_hosts_are_reminded_of_a_month_once_and_once_when_it_is_late():
    ground = placements.ground(people=1, ready=False)
    tasks.remind_hosts()
    tasks.remind_hosts()
    told = Notification.objects.filter(kind__in=["training.month_due", "training.month_late"])
    due = [row for row in months.due_months(type(ground.agreement).objects.all())
           if row.due_on >= clock.today() - tasks.REMINDED]
    assert due and told.count() == len(due)
    assert all(len(message.sms_text) <= 70 for message in told)


def test_completed_trainings_are_a_fact_of_the_shop():
    by = training.clerk()
    shop = enterprise()
    session, seats = running(by)
    Enrollment.objects.filter(pk=seats[0].pk).update(enterprise=shop)
    rule = {"is": ["trainings.attended", ">=", 1]}
    marks.save(session, by=by, version=0, rows=all_present(session, seats))
    assert rules.explain(rule, shop.pk).verdict is False
    perform(session, "end", by=by)
    assert rules.explain(rule, shop.pk).verdict is True
    assert Enterprise.objects.filter(pk=shop.pk).exists()
