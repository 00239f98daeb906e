"""Registration of payments: each payee once, on a day that can be, by somebody who did not approve."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from bureau.common import clock
from bureau.workflow import Refused, perform
from subsidies.actions import ledger
from subsidies.actions.payment import paid_total
from subsidies.enums import EntryKind, State
from subsidies.forms_staff import PaymentForm
from subsidies.models import Entry, Payment
from tests.factories import awards

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db):
    return awards.house()


def pay(home, case, by="finance", **data):
    return perform(
        case, "register_payment", by=home.people[by], data={"paid_on": clock.today(), "voucher": "记-12", **data}
    )


def test_payment_settles_the_reservation_and_closes_the_case(home):
    case = awards.application(home, at="payment")
    case = pay(home, case)
    assert (case.state, case.closed_on, case.stage) == (State.PAID, clock.today(), None)
    payment = Payment.objects.get()
    assert (payment.amount, payment.voucher, payment.by) == (5000, "记-12", home.people["finance"])
    assert payment.entry.settles.kind == EntryKind.RESERVE
    home.line.refresh_from_db()
    assert (home.line.reserved, home.line.paid) == (0, 5000)
    assert case.log.get(name="register_payment").effective_date == clock.today()


def test_every_payee_is_paid(home):
    case = awards.application(home, at="approval", amount="3000")
    awards.payee(case, "2000")
    type(case).objects.filter(pk=case.pk).update(amount_requested=5000)
    perform(case, "approve", by=home.people["approver"], data={"line": home.line})
    pay(home, case)
    assert sorted(Payment.objects.values_list("amount", flat=True)) == [2000, 3000]
    assert paid_total(case) == 5000


def test_a_case_is_paid_once(home):
    case = awards.application(home, at="payment")
    pay(home, case)
    with pytest.raises(Refused):
        pay(home, case)
    assert Payment.objects.count() == 1


def test_who_approved_does_not_pay(home):
    case = awards.application(home, at="approval")
    one = home.people["huang"]
    perform(case, "approve", by=one, data={"line": home.line})
    with pytest.raises(Refused):
        pay(home, case, by="huang")
    assert not Payment.objects.exists()


def test_a_payment_says_what_its_entry_says(home):
    case = awards.application(home, at="payment")
    reserved = ledger.owed(case)
    paid = ledger.settle(
        reserved, application=case, kind=EntryKind.PAY, by=home.people["finance"], on=clock.today()
    )[0]
    for wrong in ({"amount": 1}, {"entry": reserved[0]}):
        values = {"application": case, "payee_line": paid.payee_line, "entry": paid, "amount": paid.amount, **wrong}
        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.create(paid_on=clock.today(), voucher="V", by=home.people["finance"], **values)


def test_the_day_of_payment_is_checked_by_form_and_action(home):
    case = awards.application(home, at="payment")
    for day in (clock.today() + timedelta(days=1), clock.today() - timedelta(days=400)):
        assert "paid_on" in PaymentForm({"paid_on": day.isoformat(), "voucher": "1"}, case=case).errors
    with pytest.raises(Refused):
        pay(home, case, paid_on=clock.today() + timedelta(days=1))


def test_a_returned_payment_is_owed_again(home):
    case = pay(home, awards.application(home, at="payment"))
    entry = Entry.objects.get(kind=EntryKind.PAY)
    ledger.take_back(entry=entry, kind=EntryKind.RETURN, by=home.people["finance"], on=clock.today())
    assert [owed.kind for owed in ledger.owed(case)] == [EntryKind.RETURN]
    assert paid_total(case) == 0
