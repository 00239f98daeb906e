"""Money: entries are the truth, counters follow, nothing is overdrawn or settled twice."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bureau.common import clock
from bureau.workflow import Refused
from subsidies.actions import ledger
from subsidies.enums import EntryKind
from subsidies.models import BudgetLine, Entry, PayeeLine
from tests.factories import awards

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db):
    return awards.house(cap="12000")


def reserve(home, application):
    return ledger.reserve(application=application, line=home.line, by=home.people["approver"], on=clock.today())


def settle(home, entries, kind, **kwargs):
    return ledger.settle(
        entries, application=entries[0].application, kind=kind, by=home.people["finance"], on=clock.today(), **kwargs
    )


def counters(home):
    home.line.refresh_from_db()
    assert home.line.entries.totals() == ledger.counters(home.line)
    return home.line.cap, home.line.reserved, home.line.paid


def test_an_allotment_moves_the_cap(home):
    assert counters(home) == (12000, 0, 0)


def test_reserve_pay_return_pay_again_recover(home):
    case = awards.application(home, at="approval")
    reserved = reserve(home, case)
    assert counters(home) == (12000, 5000, 0)
    paid = settle(home, reserved, EntryKind.PAY)
    assert counters(home) == (12000, 0, 5000)
    returned = settle(home, paid, EntryKind.RETURN)
    assert counters(home) == (12000, 5000, 0)
    again = settle(home, returned, EntryKind.PAY)
    assert counters(home) == (12000, 0, 5000)
    settle(home, again, EntryKind.RECOVER, amount=Decimal("1500"))
    assert counters(home) == (12000, 0, 3500)
    assert not ledger.drift()


def test_release_gives_the_money_back(home):
    case = awards.application(home, at="approval")
    reserve(home, case)
    ledger.release(application=case, by=home.people["finance"], on=clock.today())
    assert counters(home) == (12000, 0, 0)
    assert ledger.owed(case) == []


def test_more_than_the_line_holds_is_refused_with_the_figures(home):
    for _n in range(2):
        reserve(home, awards.application(home, at="approval"))
    with pytest.raises(ledger.OverBudget, match="2,000.00"):
        reserve(home, awards.application(home, at="approval"))
    assert counters(home) == (12000, 10000, 0)


def test_the_same_key_moves_nothing_twice(home):
    finance = home.people["finance"]
    first = ledger.allot(line=home.line, amount=Decimal("7"), by=finance, key="k")
    assert ledger.allot(line=home.line, amount=Decimal("7"), by=finance, key="k") == first
    assert counters(home) == (12007, 0, 0)
    with pytest.raises(ValidationError):
        ledger.allot(line=home.line, amount=Decimal("8"), by=finance, key="k")
    assert counters(home) == (12007, 0, 0)


def test_an_entry_is_settled_once(home):
    reserved = reserve(home, awards.application(home, at="approval"))
    settle(home, reserved, EntryKind.PAY)
    with pytest.raises(Refused):
        settle(home, reserved, EntryKind.RELEASE)
    reserve(home, awards.application(home, at="approval"))
    with pytest.raises(IntegrityError), transaction.atomic():
        settle(home, reserved, EntryKind.RELEASE)
    assert counters(home) == (12000, 5000, 5000)


def test_a_payment_is_taken_back_once(home):
    case = awards.application(home, at="approval")
    paid = settle(home, reserve(home, case), EntryKind.PAY)[0]
    finance = home.people["finance"]
    ledger.take_back(entry=paid, kind=EntryKind.RETURN, by=finance, on=clock.today())
    with pytest.raises(Refused):
        ledger.take_back(entry=paid, kind=EntryKind.RECOVER, by=finance, on=clock.today())


@pytest.mark.parametrize(
    ("kind", "earlier"),
    [("pay", "pay"), ("release", "pay"), ("return", "reserve"), ("recover", "reserve")],
)
def test_an_entry_settles_only_what_it_may(home, kind, earlier):
    entry = reserve(home, awards.application(home, at="approval"))[0]
    if earlier == "pay":
        entry = settle(home, [entry], EntryKind.PAY)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(
            line=entry.line, kind=kind, amount=entry.amount, payee_line=entry.payee_line, settles=entry, key="x",
            by=entry.by, effective_date=entry.effective_date, application=entry.application, scheme=entry.scheme,
            enterprise=entry.enterprise, region=entry.region, operating_region=entry.operating_region, unit=entry.unit,
        )


def refused(sql, *params):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_raw_sql_cannot_overdraw_or_go_below_zero(home):
    refused("update subsidies_budgetline set reserved = cap + 1 where id = %s", home.line.pk)
    refused("update subsidies_budgetline set paid = cap - reserved + 0.01 where id = %s", home.line.pk)
    refused("update subsidies_budgetline set reserved = -1 where id = %s", home.line.pk)
    refused("update subsidies_budgetline set cap = -1 where id = %s", home.line.pk)


def test_raw_sql_cannot_change_or_remove_entries(home):
    refused("update subsidies_entry set amount = 1")
    refused("delete from subsidies_entry")
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    refused("truncate subsidies_entry cascade")
    assert Entry.objects.count() == 1


def test_payees_stand_still_from_approval_on(home):
    case = awards.application(home, at="approval")
    payee = case.payee_lines.get()
    payee.bank = "中国银行"
    payee.save()
    reserve(home, case)
    payee.set_secrets(id_number="630224198501015531", account="6217000000000000001")
    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        payee.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        payee.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        awards.payee(case, "1")
    ledger.release(application=case, by=home.people["finance"], on=clock.today())
    payee.save()


class LedgerMachine(RuleBasedStateMachine):
    """Any order of moves on one line, also wrong ones: sums hold, nothing is negative, each entry ends once."""

    amounts = st.integers(1, 400_000).map(lambda fen: Decimal(fen) / 100)
    picks = st.integers(0, 10_000)

    @initialize()
    def begin(self):
        self.around = transaction.atomic()
        self.around.__enter__()
        self.home = awards.house(cap="5000")
        self.case = awards.application(self.home, at="approval", amount="1")
        self.count = 0

    def teardown(self):
        if hasattr(self, "around"):
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)

    def entries(self, *kinds):
        return list(Entry.objects.filter(kind__in=kinds).order_by("id"))

    def attempt(self, kind, amount, payee, settles=None):
        self.count += 1
        before = self.counters()
        entry = ledger.entry_for(
            payee, self.case, line_id=self.home.line.pk, kind=kind, by=self.home.people["finance"],
            key=f"machine:{self.count}", on=clock.today(), amount=amount, settles=settles,
        )
        try:
            with transaction.atomic():
                ledger.record([entry])
        except (Refused, IntegrityError):
            assert self.counters() == before

    def counters(self):
        return ledger.counters(BudgetLine.objects.get(pk=self.home.line.pk))

    @rule(amount=amounts)
    def reserve(self, amount):
        self.attempt(EntryKind.RESERVE, amount, self.case.payee_lines.get())

    @precondition(lambda self: Entry.objects.exclude(payee_line=None).exists())
    @rule(kind=st.sampled_from(["release", "pay", "return", "recover"]), pick=picks)
    def settle_any(self, kind, pick):
        """Also entries that are settled already, or of a kind that this one may not settle."""
        candidates = self.entries("reserve", "pay", "return", "release", "recover")
        earlier = candidates[pick % len(candidates)]
        self.attempt(EntryKind(kind), earlier.amount, earlier.payee_line, earlier)

    @precondition(lambda self: Entry.objects.filter(kind="pay").exists())
    @rule(pick=picks, part=st.integers(1, 150))
    def recover_a_part(self, pick, part):
        paid = self.entries("pay")
        earlier = paid[pick % len(paid)]
        amount = (earlier.amount * part / 100).quantize(Decimal("0.01"))
        if amount > 0:
            self.attempt(EntryKind.RECOVER, amount, earlier.payee_line, earlier)

    @invariant()
    def sums_hold(self):
        if not hasattr(self, "home"):
            return
        line = BudgetLine.objects.get(pk=self.home.line.pk)
        assert line.entries.totals() == ledger.counters(line)
        assert line.reserved >= 0 and line.paid >= 0 and line.reserved + line.paid <= line.cap
        settled = list(Entry.objects.exclude(settles=None).values_list("settles", flat=True))
        assert len(settled) == len(set(settled))


@pytest.mark.django_db
def test_any_order_of_moves(db):
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        LedgerMachine, settings=settings(max_examples=40, stateful_step_count=20, deadline=None, derandomize=True)
    )


def test_money_is_one_per_payee(home):
    case = awards.application(home, at="approval", amount="3000")
    awards.payee(case, "2000")
    entries = reserve(home, case)
    assert sorted(entry.amount for entry in entries) == [2000, 3000]
    assert PayeeLine.objects.filter(entries__in=entries).count() == 2
