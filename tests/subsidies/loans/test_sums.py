"""Whatever is paid in whatever order: the sum is that of the payments and never above what the bank approved."""

from decimal import Decimal

from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.common import clock
from bureau.common.periods import Period
from bureau.metrics import compute
from bureau.workflow import NotDone
from subsidies.loans.actions.drawdowns import drawdown_of
from subsidies.loans.models import Drawdown, LoanRequest
from tests.factories import loans

amounts = st.decimals(min_value="0.01", max_value="60000", places=2)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(st.tuples(amounts, st.booleans()), min_size=1, max_size=8))
def test_sums_hold(place, asked):
    """Half of the payments go through the door, half are rows put in beside it."""
    with transaction.atomic():
        request = loans.approved(loans.asked(place.product, place.shop, place.owner), place.clerk, amount=100_000)
        loans.drawn(request, place.clerk, amount="0.01")
        expected = Decimal("0.01")
        for number, (amount, by_door) in enumerate(asked):
            fits = expected + amount <= 100_000
            assert pay(request, amount, f"P{number}", place.clerk, by_door) is fits
            expected += amount if fits else 0
        request.refresh_from_db()
        assert request.drawn == expected == sum(Drawdown.objects.filter(request=request).values_list("amount", flat=True))
        today = Period.between(clock.today(), clock.today())
        assert compute(["loans.disbursed"], [today])["loans.disbursed"].value == expected
        transaction.set_rollback(True)


def pay(request, amount, serial, clerk, by_door) -> bool:
    row = LoanRequest.objects.select_related("product").get(pk=request.pk)
    try:
        with transaction.atomic():
            if by_door:
                loans.drawn(row, clerk, amount=amount, serial=serial)
            else:
                drawdown_of(row, amount=amount, on=clock.today(), serial=serial, by=clerk,
                            source=loans.bank_file(clerk)).save()
    except (NotDone, DatabaseError):
        return False
    return True
