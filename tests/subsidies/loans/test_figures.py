"""Loans as figures, sentences and facts: by their own days, shops counted once, by county and product."""

from datetime import timedelta

from bureau.common import clock
from bureau.common.periods import Period
from bureau.facts import rules
from bureau.metrics import compute
from enterprises.models import Enterprise
from subsidies.loans.actions import lists
from tests.factories import loans

KEYS = ["loans.requested", "loans.referred", "loans.approved", "loans.approved_amount", "loans.disbursed", "loans.borrowers"]


def figures(first, last):
    found = compute(KEYS, [Period.between(first, last)])
    return [found[key].value for key in KEYS]


def test_figures_go_by_their_own_days(place, settings):
    settings.DEMO = True
    first = clock.today()
    request = loans.asked(place.product, place.shop, place.owner)
    other = loans.asked(loans.product(), place.shop, place.owner)
    assert figures(first, first) == [2, 0, 0, 0, 0, 0]
    clock.shift(timedelta(days=7))
    second = clock.today()
    lists.make(requests=[request], by=place.clerk)
    lists.make(requests=[other], by=place.clerk)
    assert figures(second, second) == [0, 1, 0, 0, 0, 0]  # one shop, on two lists
    clock.shift(timedelta(days=7))
    third = clock.today()
    for row in (request, other):
        row.refresh_from_db()
        row = loans.perform(row, "accept", by=place.clerk, data={"amount": row.amount_wished, "decided_on": third})
        loans.drawn(row, place.clerk, amount=50_000)
        loans.drawn(row, place.clerk, amount=20_000)
    assert figures(third, third) == [0, 0, 1, 400_000, 140_000, 1]
    assert figures(first, third) == [2, 1, 1, 400_000, 140_000, 1]


def test_a_fact_of_the_shop(place):
    rows = Enterprise.objects.filter(pk=place.shop.pk)
    rule = {"is": ["loans.disbursed_total", ">=", 50_000]}
    assert dict(rules.verdicts([rule], rows, grouped=False))[place.shop.pk] is False
    request = loans.approved(loans.asked(place.product, place.shop, place.owner), place.clerk)
    loans.drawn(request, place.clerk, amount=50_000)
    assert dict(rules.verdicts([rule], rows, grouped=False))[place.shop.pk] is True
