"""M10: amounts changed in the request, and behind it. What is paid follows from the answers, the rules and the budget."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from bureau.common import clock
from bureau.workflow import NotDone
from subsidies.actions import application as actions
from subsidies.actions import ledger
from subsidies.actions.payment import payment_of
from subsidies.enums import EntryKind
from subsidies.models import Application, BudgetLine, PayeeLine, SchemeVersion
from tests.factories import placements
from tests.factories import subsidies as make
from tests.harness.pages import browser
from tests.proof.test_accounts import Desk, advance, approved

pytestmark = pytest.mark.django_db
REFUSED = (NotDone, ValidationError, PermissionDenied, DatabaseError, actions.Stale)
MORE = Decimal(4999)
TOTALS = {"amount": "4999", "amount_requested": "4999", "amount_approved": "4999", "amount_cap": "999999", "total": "4999"}


@pytest.fixture
def desk():
    """An owner's draft that is worth 2,500 yuan, filled in."""
    world = make.world()
    return Desk(world, make.fill(make.draft(world), world.owner))


# --- tampered requests: each tries to make the case worth more, or to pay something else -----------------------------------


def post(desk, route, values, *, user=None, line=None):
    args = [desk.case.ref, *([line.pk] if line else [])]
    return browser(user or desk.owner).post(reverse(route, args=args), values)


def hand_in(desk, **more):
    post(desk, "subsidies:my_review", {"key": make.uuid.uuid4(), "rev": desk.case.rev, **more})
    desk.case.refresh_from_db()


def hand_in_with_totals(desk):
    hand_in(desk, **TOTALS)


def save_answers_with_totals(desk):
    address = reverse("subsidies:my_section", args=[desk.case.ref, "part-1"])
    browser(desk.owner).post(address, {"rev": desk.case.rev, **make.ANSWERS, **TOTALS})


def payee_with(amount):
    def tampered(desk):
        post(desk, "subsidies:my_payee", {**make.PAYEE, "rev": desk.case.rev, "amount": amount}, line=desk.payee)
        desk.case.refresh_from_db()
        hand_in(desk)

    tampered.__name__ = f"payee of {amount} yuan"
    return tampered


def second_payee_with(amount):
    def tampered(desk):
        values = {**make.PAYEE, "account": "6217815635900000029", "rev": desk.case.rev, "amount": amount}
        assert post(desk, "subsidies:my_payees", values).status_code == 302
        desk.case.refresh_from_db()
        hand_in(desk)

    tampered.__name__ = f"second payee of {amount} yuan"
    return tampered


def staff_step(desk, name, who, values):
    address = reverse("admin:subsidies_application_step", args=[desk.case.pk, name])
    browser(desk.people[who]).post(address, {"version": desk.case.version, **values})
    desk.case.refresh_from_db()


def approve_with_totals(desk):
    hand_in(desk)
    advance(desk, 3)
    staff_step(desk, "approve", "approver", {"line": desk.line.pk, **TOTALS})


def approve_after_a_line_grew(desk):
    hand_in(desk)
    advance(desk, 3)
    PayeeLine.objects.filter(application=desk.case).update(amount=MORE)
    desk.step("approve", "approver", line=desk.line)


def pay_with_totals(desk):
    hand_in(desk)
    approved(desk)
    staff_step(desk, "register_payment", "finance", {"paid_on": clock.today(), "voucher": "V-1", **TOTALS})


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def column(name, value):
    """The column of an application that was handed in, set behind every page."""
    def tampered(desk):
        hand_in(desk)
        Application.objects.filter(pk=desk.case.pk).update(**{name: value})

    tampered.__name__ = f"{name} = {value}"
    return tampered


def approved_column(desk):
    hand_in(desk)
    approved(desk)
    Application.objects.filter(pk=desk.case.pk).update(amount_approved=MORE)


def larger_rate(desk):
    SchemeVersion.objects.filter(pk=desk.case.scheme_version_id).update(amounts={"cap": "999999"})


def settled(desk, **how):
    hand_in(desk)
    approved(desk)
    return ledger.settle(ledger.owed(desk.case), application=desk.case, kind=EntryKind.PAY, by=desk.people["finance"],
                         on=clock.today(), **how)


def entry_above_the_reservation(desk):
    settled(desk, amount=MORE)


def entry_below_the_reservation(desk):
    settled(desk, amount=Decimal(1))


def payment_unlike_its_entry(desk):
    (entry,) = settled(desk)
    payment = payment_of(entry, desk.people["finance"], clock.today(), "V-1")
    payment.amount = MORE
    payment.save()


def line_beyond_its_cap(desk):
    BudgetLine.objects.filter(pk=desk.line.pk).update(reserved=desk.line.cap + 100_001)


def counter_changed(desk):
    sql("update subsidies_budgetline set reserved = -1 where id = %s", desk.line.pk)


def entry_changed(desk):
    hand_in(desk)
    approved(desk)
    desk.case.entries.update(amount=MORE)


TAMPERED = [
    hand_in_with_totals, save_answers_with_totals,
    *(payee_with(amount) for amount in ("4999", "-1", "0.001", "1E3", "９９９９", "99999999999999999999")),
    *(second_payee_with(amount) for amount in ("4999", "1")),
    approve_with_totals, approve_after_a_line_grew, pay_with_totals,
    column("amount_requested", Decimal(6000)), column("amount_requested", Decimal(-1)), column("amount_cap", MORE),
    approved_column, larger_rate, entry_above_the_reservation, entry_below_the_reservation, payment_unlike_its_entry,
    line_beyond_its_cap, counter_changed, entry_changed,
]


def worth(desk):
    """Everything that says what the case is worth and what was paid for it; nothing else may ever stand there."""
    case, due = Application.objects.get(pk=desk.case.pk), Decimal(2500)
    entries = case.entries.values_list("amount", flat=True)
    payments = case.payments.values_list("amount", flat=True)
    said = [case.amount_requested, case.amount_approved, *entries, *payments]
    if case.submitted_at:
        said.append(case.payee_total())
    desk.line.refresh_from_db()
    held = desk.line.reserved + desk.line.paid
    return {amount for amount in said if amount is not None} <= {due} and case.amount_cap == Decimal(5000) and (
        held == sum(entries.filter(settles=None)))


def takes(desk, tamper):
    """Whether the tampered amount stands anywhere afterwards."""
    with transaction.atomic():
        fresh = Desk.__new__(Desk)
        fresh.__dict__ |= desk.__dict__
        fresh.case = Application.objects.get(pk=desk.case.pk)
        try:
            with transaction.atomic():
                tamper(fresh)
        except REFUSED:
            pass
        stands = not worth(fresh) or SchemeVersion.objects.get(pk=fresh.case.scheme_version_id).cap != Decimal(5000)
        transaction.set_rollback(True)
    return stands


@pytest.mark.proof("M10", "held")
def test_tampered_amounts_are_not_taken(desk, proof):
    taken = [tamper.__name__ for tamper in TAMPERED if takes(desk, tamper)]
    assert taken == []
    proof("M10").held(f"{len(TAMPERED)} tampered amounts (hand-in, payees, approval, payment, ORM, SQL): {len(taken)} taken")


@pytest.mark.proof("M10", "held")
def test_a_tampered_allowance_is_refused(proof):
    """The amount on the page, and the amount of a trainee's line."""
    ground = placements.ground(people=1)
    application = placements.filled(placements.begun(ground), ground.owner)
    with pytest.raises(NotDone):
        actions.submit(application=application, by=ground.owner, key=make.uuid.uuid4(), rev=application.rev, seen="99999.00")
    handed_in = actions.submit(application=application, by=ground.owner, key=make.uuid.uuid4(), rev=application.rev)
    before = sorted(handed_in.payee_lines.values_list("amount", flat=True))
    for line in handed_in.payee_lines.all():
        browser(ground.owner).post(reverse("subsidies:my_payee", args=[handed_in.ref, line.pk]),
                                   {**make.PAYEE, "rev": handed_in.rev, "amount": "4999"})
    assert sorted(handed_in.payee_lines.values_list("amount", flat=True)) == before
    proof("M10").held("an allowance other than what the confirmed months give: refused at hand-in and in every line")


@pytest.mark.proof("M10", "removed")
def test_without_the_checks_of_amounts_they_are_taken(desk, proof):
    sql("set constraints all immediate; set constraints all deferred")
    for table, names in {
        "subsidies_application": ("application_requested_within_cap", "application_approved_within_requested"),
        "subsidies_budgetline": ("budgetline_not_overdrawn",),
    }.items():
        for name in names:
            sql(f"alter table {table} drop constraint {name}")
    for table, name in (("subsidies_entry", "entry_checked"), ("subsidies_payment", "payment_checked"),
                        ("subsidies_application", "application_keeps"), ("subsidies_entry", "entry_append_only"),
                        ("subsidies_schemeversion", "schemeversion_final")):
        sql(f"alter table {table} disable trigger {name}")
    taken = [tamper.__name__ for tamper in TAMPERED if takes(desk, tamper)]
    assert len(taken) >= 8
    proof("M10").removed("checks and triggers of amounts", f"{len(taken)} of {len(TAMPERED)} tampered amounts stand")
