"""From a draft to the number: what is missing, once only, one per shop, and what the database itself refuses."""

import threading
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from bureau.common import clock
from bureau.workflow import Refused
from subsidies import permissions, queries
from subsidies.actions import application as actions
from subsidies.actions import papers
from subsidies.enums import State
from subsidies.models import Application, Wait
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return make.world()


def submit(application, by, key=None):
    return actions.submit(application=application, by=by, key=key or uuid.uuid4(), rev=application.rev)


def test_from_draft_to_number(world):
    application = make.fill(make.draft(world), world.owner)
    assert queries.missing(application) == []
    done = submit(application, world.owner)
    assert done.state == State.SUBMITTED
    assert done.number.startswith("XKD")
    assert (done.amount_requested, done.amount_cap) == (Decimal("2500"), Decimal("5000"))
    assert done.payee_total() == Decimal("2500")
    assert done.unit == world.county
    wait = Wait.objects.get(application=done, ended_at=None)
    assert (wait.stage.key, wait.unit) == ("accept", world.county)
    assert [move.name for move in done.log.all()] == ["submit"]


@pytest.mark.parametrize(("without", "label"), [
    ("answers", "floor"), ("license", "license"), ("payees", "Payee"), ("declaration", "declaration"),
])
def test_what_is_missing_is_named_and_keeps_it_from_being_handed_in(world, without, label, settings):
    from django.utils import translation

    application = make.fill(make.draft(world), world.owner, without=(without,))
    with translation.override("en"):
        labels = [item.label for item in queries.missing(application)]
        if without != "answers":
            assert any(label.lower() in text.lower() for text in labels)
        assert labels
        with pytest.raises(Refused):
            submit(application, world.owner)
    application.refresh_from_db()
    assert application.state == State.DRAFT
    assert application.number is None


def test_the_same_key_again_is_the_same_application(world):
    application = make.fill(make.draft(world), world.owner)
    key = uuid.uuid4()
    first = submit(application, world.owner, key)
    again = actions.submit(application=application, by=world.owner, key=key, rev=application.rev)
    assert first.number == again.number
    assert first.log.count() == 1
    with pytest.raises(Refused):
        submit(application, world.owner, uuid.uuid4())


def test_what_was_checked_is_what_is_handed_in(world):
    application = make.fill(make.draft(world), world.owner)
    with pytest.raises(actions.Stale):
        actions.submit(application=application, by=world.owner, key=uuid.uuid4(), rev=application.rev - 1)
    application.refresh_from_db()
    assert application.state == State.DRAFT


def test_a_second_device_is_told(world):
    application = make.draft(world)
    read = lambda row: ({"seats"}, {"seats": 5})  # noqa: E731
    actions.save_answers(application=application, by=world.owner, rev=0, read=read)
    with pytest.raises(actions.Stale):
        actions.save_answers(application=application, by=world.owner, rev=0, read=read)


def test_one_application_per_shop(world):
    first = make.draft(world)
    again, created = actions.start(scheme=world.scheme, enterprise=world.shop, by=world.owner)
    assert (again.pk, created) == (first.pk, False)
    stranger = make.staff("x")
    with pytest.raises(ValidationError):
        actions.start(scheme=world.scheme, enterprise=world.shop, by=stranger)
    actions.withdraw(application=first, by=world.owner)
    second, created = actions.start(scheme=world.scheme, enterprise=world.shop, by=world.owner)
    assert created
    assert second.pk != first.pk


@pytest.mark.parametrize(("change", "reason"), [
    ({"opened_on": "2019-12-31"}, False), ({"opened_on": "today"}, False), ({"county": "632221"}, False),
    ({"opened_on": None}, None),
])
def test_eligibility_before_starting(world, change, reason):
    from subsidies import eligibility

    if change.get("opened_on") == "today":
        change = {"opened_on": clock.today() - timedelta(days=60)}
    shop = make.shop(world.owner, **change)
    found = eligibility.explain(world.scheme.current(), shop)
    assert found.verdict is reason
    assert len(found.checks) == 4
    if reason is False:
        with pytest.raises(ValidationError):
            actions.start(scheme=world.scheme, enterprise=shop, by=world.owner)


def test_an_owner_cannot_write_after_handing_in(world):
    application = make.submitted(world)
    assert permissions.fill_reasons(application, world.owner)
    with pytest.raises(PermissionDenied):
        actions.save_answers(
            application=application, by=world.owner, rev=application.rev, read=lambda row: ({"seats"}, {"seats": 9})
        )


def test_a_stranger_sees_and_writes_nothing(world):
    application = make.draft(world)
    stranger = type(world.owner).objects.create_owner(phone="13900000009")
    assert not Application.objects.visible_to(stranger).exists()
    with pytest.raises(PermissionDenied):
        papers.save_payee(application=application, by=stranger, rev=0, values=dict(make.PAYEE))


def test_staff_do_not_see_what_was_not_handed_in(world):
    clerk = make.staff("clerk", ("clerk", world.bureau))
    application = make.draft(world)
    assert not Application.objects.visible_to(clerk).exists()
    submit(make.fill(application, world.owner), world.owner)
    assert Application.objects.visible_to(clerk).exists()
    elsewhere = make.staff("ledu", ("intake", world.other_county))
    assert not Application.objects.visible_to(elsewhere).exists()


def test_withdrawal_ends_the_clock_and_keeps_everything(world):
    application = make.submitted(world)
    done = actions.withdraw(application=application, by=world.owner)
    assert done.state == State.WITHDRAWN
    assert done.stage is None
    assert done.closed_on == clock.today()
    assert not Wait.objects.filter(ended_at=None).exists()
    assert done.number


@pytest.mark.parametrize("change", [
    {"state": "paid"}, {"state": "submitted"}, {"amount_requested": "5000.01"}, {"amount_requested": "-1"},
    {"number": "XKD1"}, {"decided_at": "2021-01-01T00:00+08:00"}, {"closed_on": "2021-01-01"},
    {"submitted_at": "1999-01-01T00:00+08:00"}, {"effective_date": "2101-01-01"}, {"amount_approved": "1"},
])
def test_the_database_refuses_what_cannot_be(world, change):
    application = make.draft(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(**change)


def test_nothing_is_deleted_and_nothing_is_moved_to_another_shop(world):
    application = make.submitted(world)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM subsidies_application WHERE id = %s", [application.pk])
    for change in ({"enterprise": make.shop()}, {"number": "XKD9"}, {"submit_key": uuid.uuid4()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Application.objects.filter(pk=application.pk).update(**change)


def test_two_payees_must_make_up_the_award(world):
    application = make.fill(make.draft(world), world.owner)
    values = dict(make.PAYEE, name="马小红", account="6228480402564890026", amount=Decimal("500"))
    application, _line = papers.save_payee(
        application=application, by=world.owner, rev=application.rev, values=values
    )
    assert [item.kind for item in queries.missing(application)] == ["payees"]
    first = application.payee_lines.first()
    values = dict(make.PAYEE, amount=Decimal("2000"), id_number="", account="")
    application, line = papers.save_payee(
        application=application, by=world.owner, rev=application.rev, values=values, line=first
    )
    assert queries.missing(application) == []
    assert line.account.reveal() == make.PAYEE["account"]
    assert make.PAYEE["account"] not in str(line.account)


def test_the_same_account_twice_is_refused(world):
    application = make.fill(make.draft(world), world.owner)
    with pytest.raises(ValidationError):
        papers.save_payee(application=application, by=world.owner, rev=application.rev, values=dict(make.PAYEE))


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_the_same_submit_sixteen_times_at_once():
    world = make.world()
    application = make.fill(make.draft(world), world.owner)
    key, start, numbers, troubles = uuid.uuid4(), threading.Barrier(16), [], []

    def press():
        try:
            start.wait()
            numbers.append(
                actions.submit(application=application, by=world.owner, key=key, rev=application.rev).number
            )
        except Exception as error:  # noqa: BLE001 (counted below)
            troubles.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert len(numbers) == 16
    assert len(set(numbers)) == 1
    row = Application.objects.get()
    assert row.log.count() == 1
    assert row.waits.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_two_phones_start_at_once():
    world = make.world()
    start, found = threading.Barrier(8), []

    def press():
        try:
            start.wait()
            found.append(actions.start(scheme=world.scheme, enterprise=world.shop, by=world.owner))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({application.pk for application, _created in found}) == 1
    assert sum(created for _application, created in found) == 1


def test_the_guard_of_one_per_shop_is_the_database(world):
    first = make.draft(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.create(
            scheme=first.scheme, scheme_version=first.scheme_version, enterprise=first.enterprise,
            applicant=world.owner, contact_phone="1", region=first.region, unit=first.unit,
            amount_cap=first.amount_cap, entered_by=world.owner,
        )
