"""M13: the account is changed at each state of a case, by each way there is; then the case goes on to its payment."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from bureau.common import clock
from bureau.workflow import perform
from subsidies import returns
from subsidies.actions import correction, papers
from subsidies.enums import FundSource, State
from subsidies.models import BudgetLine, Payment
from tests.factories import awards, placements
from tests.factories import subsidies as make
from tests.harness.pages import browser
from training.placements import actions as agreements

pytestmark = pytest.mark.django_db
OTHER = "6217815635900000029"
TO_APPROVAL = [("accept", "intake"), ("pass_stage", "county"), ("pass_stage", "checker")]


class Desk:
    """A case of an owner, and the offices that bring it to its payment."""

    def __init__(self, world, application):
        self.owner, self.case = world.owner, application
        self.people = awards._staff({"haidong": world.bureau, "hualong": world.county, "ledu": world.other_county})
        self.line = BudgetLine.objects.create(
            fund_source=FundSource.COUNTY, fiscal_year=clock.today().year, name_zh="奖补", name_en="Awards")
        awards.ledger.allot(line=self.line, amount=Decimal(100_000), by=self.people["finance"], key="desk")

    @property
    def payee(self):
        return self.case.payee_lines.order_by("id").first()

    def step(self, name, who, **data):
        self.case = perform(self.case, name, by=self.people[who], data=data)

    def accounts(self):
        return sorted(self.case.payee_lines.values_list("account_index", flat=True))

    def look_at_the_payees(self):
        """The owner saves a line as it is: that answers the office's question."""
        line = self.payee
        values = {name: getattr(line, name) for name in ("kind", "name", "relation", "bank", "amount")}
        self.case, _line = papers.save_payee(application=self.case, by=self.owner, rev=self.case.rev, line=line,
                                             values={**values, "account": "", "id_number": ""})

    def to_payment(self):
        """Whatever is left to do; returns the accounts that were approved (None: it was approved before)."""
        approved = None
        if self.case.state == State.DRAFT:
            self.case = make.actions.submit(application=self.case, by=self.owner, key=make.uuid.uuid4(), rev=self.case.rev)
        if self.case.state == State.RETURNED:
            self.look_at_the_payees()
            self.case = correction.resubmit(application=self.case, by=self.owner, rev=self.case.rev)
        while self.case.state in (State.SUBMITTED, State.IN_REVIEW):
            name, who = {"accept": TO_APPROVAL[0], "first_review": TO_APPROVAL[1], "check": TO_APPROVAL[2],
                         "approval": ("approve", "approver")}[self.case.stage.key]
            self.step(name, who, **({"line": self.line} if name == "approve" else {}))
            approved = self.accounts() if name == "approve" else approved
        if self.case.state == State.APPROVED:
            self.step("register_payment", "finance", paid_on=clock.today(), voucher="V-1")
        return approved


# --- states -------------------------------------------------------------------------------------------------------------


def advance(desk, number):
    for name, who in TO_APPROVAL[:number]:
        desk.step(name, who)


def corrections(desk, number):
    """Sent back for its payees, after so many steps."""
    advance(desk, number)
    items = [{"kind": "payees", "key": "", "note": "请核对账号"}]
    desk.step("ask_correction", ("intake", "county", "checker", "approver")[number], items=items, note="请核对")


def approved(desk):
    advance(desk, 3)
    desk.step("approve", "approver", line=desk.line)


def paid(desk):
    approved(desk)
    desk.to_payment()


def sent_back_by_the_bank(desk):
    paid(desk)
    returns.take_back(payment=Payment.objects.get(application=desk.case), by=desk.people["finance"], on=clock.today())


STATES = {
    "draft": None, "handed in": lambda desk: advance(desk, 0), "accepted": lambda desk: advance(desk, 1),
    "reviewed": lambda desk: advance(desk, 2), "checked": lambda desk: advance(desk, 3),
    "returned": lambda desk: corrections(desk, 0), "returned by the approver": lambda desk: corrections(desk, 3),
    "approved": approved, "paid": paid, "sent back by the bank": sent_back_by_the_bank,
}


# --- ways to change an account ---------------------------------------------------------------------------------------------


def by_page(desk):
    address = reverse("subsidies:my_payee", args=[desk.case.ref, desk.payee.pk])
    values = {**make.PAYEE, "account": OTHER, "id_number": "", "rev": desk.case.rev}
    browser(desk.owner).post(address, values)


def by_action(desk):
    values = {**make.PAYEE, "account": OTHER, "id_number": ""}
    papers.save_payee(application=desk.case, by=desk.owner, rev=desk.case.rev, values=values, line=desk.payee)


def by_orm(desk):
    line = desk.payee
    line.set_secrets(id_number=line.id_number.reveal(), account=OTHER)
    line.save()


def by_sql(desk):
    with connection.cursor() as cursor:
        cursor.execute("update subsidies_payeeline set account_index = 'other' where id = %s", [desk.payee.pk])


def by_second_line(desk):
    """Half of it to somebody else."""
    line = desk.payee
    line.amount /= 2
    line.save()
    line.pk = None
    line.set_secrets(id_number=line.id_number.reveal(), account=OTHER)
    line.save(force_insert=True)


def by_removal(desk):
    """The line taken out, another put in."""
    line = desk.payee
    line.delete()
    line.pk = None
    line.set_secrets(id_number=line.id_number.reveal(), account=OTHER)
    line.save(force_insert=True)


WAYS = [by_page, by_action, by_orm, by_sql, by_second_line, by_removal]


# --- the count -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk():
    world = make.world()
    return Desk(world, make.fill(make.draft(world), world.owner))


def goes_where_it_was_not_approved(desk, way):
    """(whether the change got through, whether money went to an account that nobody approved with this case)."""
    before = desk.accounts()
    was_approved = before if desk.case.entries.exists() else None
    try:
        with transaction.atomic():
            way(desk)
    except (DatabaseError, PermissionDenied, ValidationError):
        pass
    desk.case.refresh_from_db()
    changed = desk.accounts() != before
    again = desk.case.state == State.PAID and any(map(returns.owed_again, desk.case.payments.all()))
    approved = desk.to_payment() or was_approved
    if again:
        payment = desk.case.payments.get()
        returns.pay_again(payment=payment, by=desk.people["finance"], on=clock.today(), voucher="V-2")
    went = sorted(desk.case.payments.values_list("payee_line__account_index", flat=True).distinct())
    return changed, bool(set(went) - set(approved))


def tried(desk, ways=WAYS):
    """{(state, way): (changed, swapped)}, each from the same draft."""
    found = {}
    for state, reach in STATES.items():
        for way in ways:
            with transaction.atomic():
                fresh = Desk.__new__(Desk)
                fresh.__dict__ |= desk.__dict__
                fresh.case = type(desk.case).objects.get(pk=desk.case.pk)
                if reach:
                    fresh.case = make.actions.submit(
                        application=fresh.case, by=desk.owner, key=make.uuid.uuid4(), rev=fresh.case.rev)
                    reach(fresh)
                found[state, way.__name__] = goes_where_it_was_not_approved(fresh, way)
                transaction.set_rollback(True)
    return found


@pytest.mark.proof("M13", "held")
def test_no_money_goes_to_an_account_that_was_not_approved(desk, proof):
    found = tried(desk)
    assert [one for one, (_changed, swapped) in found.items() if swapped] == []
    fixed = {state for state, way in found} - {state for (state, _way), (changed, _swapped) in found.items() if changed}
    assert fixed == {"approved", "paid", "sent back by the bank"}
    for path in ("by_page", "by_action"):
        assert {state for (state, way), (changed, _swapped) in found.items() if changed and way == path} == {
            "draft", "returned", "returned by the approver"}
    proof("M13").held(f"account changed in {len(STATES)} states × {len(WAYS)} ways (page, action, ORM, SQL): 0 of "
                      f"{len(found)} paid to an account that was not approved; from the approval on "
                      f"0 of {len(fixed) * len(WAYS)} changes pass")


@pytest.mark.proof("M13", "held")
def test_a_trainees_new_account_does_not_touch_what_was_claimed(proof):
    """The agreement may be corrected at any time; the line of the application is what it was when it was handed in."""
    ground = placements.ground(people=1)
    desk = Desk(ground.world, placements.submitted(ground))
    desk.owner, handed_in, changes = ground.owner, desk.accounts(), 0
    for name, who in [(None, None), *TO_APPROVAL, ("approve", "approver"), ("register_payment", "finance")]:
        data = {"approve": {"line": desk.line}, "register_payment": {"paid_on": clock.today(), "voucher": "V-1"}}
        if name:
            desk.step(name, who, **data.get(name, {}))
        place = ground.agreement.placements.get()
        agreements.save_account(placement=place, by=ground.clerk, kind="personal", bank="别的银行", account=f"{OTHER}{changes}")
        changes += 1
        assert desk.accounts() == handed_in
    went = sorted(desk.case.payments.values_list("payee_line__account_index", flat=True))
    assert went == handed_in
    proof("M13").held(f"a trainee's account changed in his agreement after each of {changes} steps: all paid as handed in")


@pytest.mark.proof("M13", "removed")
def test_without_the_freeze_it_goes_to_the_new_account(desk, proof):
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate; set constraints all deferred")
        cursor.execute("alter table subsidies_payeeline disable trigger payeeline_frozen")
    found = tried(desk, [by_orm, by_sql])
    swapped = [one for one, (_changed, wrong) in found.items() if wrong]
    assert {state for state, _way in swapped} == {"approved", "sent back by the bank"} | {"paid"}
    proof("M13").removed("freeze of the payees from the approval on",
                         f"{len(swapped)} of {len(found)} payments are on an account that nobody approved")
