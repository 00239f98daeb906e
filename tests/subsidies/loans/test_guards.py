"""Each promise that the database keeps for loans: broken by raw SQL it is refused, and without its guard it happens."""

import pytest
from django.db import DatabaseError, connection, transaction

from bureau.accounts.models import User
from bureau.common import clock
from subsidies.loans.actions import earlier, lists
from subsidies.loans.models import Drawdown, LoanBackEntry, LoanRequest, ReferralRow
from tests.factories import loans

REQUEST, DRAWDOWN = "subsidies_loanrequest", "subsidies_drawdown"


@pytest.fixture
def loan(place):
    """Approved for 100,000 yuan, 60,000 of it paid out."""
    request = loans.approved(loans.asked(place.product, place.shop, place.owner), place.clerk, amount=100_000)
    return loans.drawn(request, place.clerk, amount=60_000, serial="R1")


def sql(text, *params):
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return cursor.rowcount


def overdrawn(loan):
    columns = [f.column for f in Drawdown._meta.concrete_fields if f.column not in ("id", "serial", "amount")]
    names = ", ".join(columns)
    return sql(f"insert into {DRAWDOWN} (serial, amount, {names}) select 'R2', 40000.01, {names} from {DRAWDOWN} limit 1")  # noqa: S608


def drawn_typed(loan):
    return LoanRequest.objects.filter(pk=loan.pk).update(drawn=1)


def payment_of_another_shop(loan):
    other = loans.with_code(loan.enterprise.__class__.objects.exclude(pk=loan.enterprise_id).first() or _shop())
    first = Drawdown.objects.get()
    first.pk, first.serial, first.amount, first.enterprise = None, "R3", 1, other
    first.save(force_insert=True)
    return True


def _shop():
    from tests.factories import subsidies as make

    return make.shop()


def payment_rewritten(loan):
    return Drawdown.objects.update(amount=1)


def payment_removed(loan):
    return sql(f"delete from {DRAWDOWN}")


def serial_twice(loan):
    first = Drawdown.objects.get()
    first.pk, first.amount = None, 1
    first.save(force_insert=True)
    return True


def approved_amount_raised(loan):
    return LoanRequest.objects.filter(pk=loan.pk).update(amount_approved=900_000)


def consent_rewritten(loan):
    return LoanRequest.objects.filter(pk=loan.pk).update(consent_text="等等")


def state_without_a_log(loan):
    done = LoanRequest.objects.filter(pk=loan.pk).update(state="closed", version=loan.version + 1, closed_on=clock.today())
    sql("set constraints all immediate")
    return done


def step_that_is_no_edge(loan):
    return LoanRequest.objects.filter(pk=loan.pk).update(state="listed", version=loan.version + 1, amount_approved=None,
                                                         decided_on=None)


def row_of_a_list_changed(loan):
    return ReferralRow.objects.update(phone="13900000000")


def open_twice(loan):
    copy = LoanRequest.objects.get(pk=loan.pk)
    copy.pk, copy.number, copy.state, copy.amount_approved = None, "LD2", "requested", None
    copy.ref, copy.decided_on, copy.version = "6d9b1d8e-0000-4000-8000-000000000000", None, 1
    copy.save(force_insert=True)
    return True


def own_roster_confirmed(loan):
    row = LoanBackEntry.objects.get()
    return LoanBackEntry.objects.update(state="confirmed", confirmed_by=row.proposed_by, confirmed_at=clock.now())


def roster_counted_unconfirmed(loan):
    LoanBackEntry.objects.get().rows.update(request=loan)
    return True


GUARDS = [
    ("sum within what was approved", overdrawn, REQUEST, ["loanrequest_not_overdrawn"], []),
    ("drawn is counted", drawn_typed, REQUEST, [], ["loanrequest_keeps"]),
    ("payment of its loan", payment_of_another_shop, DRAWDOWN, [], ["drawdown_adds"]),
    ("payments are facts", payment_rewritten, DRAWDOWN, [], ["drawdown_append_only"]),
    ("payments stay", payment_removed, DRAWDOWN, [], ["drawdown_append_only"]),
    ("a serial once", serial_twice, DRAWDOWN, ["drawdown_serial_once"], []),
    ("a decision stands", approved_amount_raised, REQUEST, [], ["loanrequest_keeps"]),
    ("a consent stands", consent_rewritten, REQUEST, [], ["loanrequest_keeps"]),
    ("a log for each state", state_without_a_log, REQUEST, [], [f"guard_{REQUEST}_logged_u"]),
    ("edges of the states", step_that_is_no_edge, REQUEST, ["loanrequest_not_overdrawn"],
     [f"guard_{REQUEST}_edge", "loanrequest_keeps"]),
    ("a list stands", row_of_a_list_changed, "subsidies_referralrow", [], ["referralrow_append_only"]),
    ("one open request", open_twice, REQUEST, ["loanrequest_one_open_per_shop"], []),
    ("two people", own_roster_confirmed, "subsidies_loanbackentry", ["loanbackentry_two_people"], []),
    ("a roster waits", roster_counted_unconfirmed, "subsidies_loanbackrow", [], ["loanbackrow_fixed"]),
]


@pytest.mark.parametrize(("name", "violation", "table", "constraints", "triggers"), GUARDS, ids=[row[0] for row in GUARDS])
def test_a_guard_holds_and_is_needed(place, loan, name, violation, table, constraints, triggers):
    other = place.new_shop()
    earlier.propose([earlier.Loan(2, other.pk, 1000, clock.today(), "")], product=place.product,
                    unit=place.world.bureau, source=loans.bank_file(place.clerk), by=User.objects.get(pk=place.clerk.pk))
    assert lists.digest(list(ReferralRow.objects.select_related("request")))
    sql("set constraints all immediate")
    sql("set constraints all deferred")
    assert not happens(violation, loan)
    with transaction.atomic():
        for constraint in constraints:
            sql(f"alter table {table} drop constraint if exists {constraint}; drop index if exists {constraint}")
        for trigger in triggers:
            sql(f"alter table {table} disable trigger {trigger}")
        assert happens(violation, loan)
        transaction.set_rollback(True)


def happens(violation, loan) -> bool:
    try:
        with transaction.atomic():
            return bool(violation(loan))
    except DatabaseError:
        return False
