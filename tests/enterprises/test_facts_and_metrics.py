"""What rules may ask of a shop, and what is counted of the register."""

from datetime import date, timedelta

import pytest

from bureau.common import clock
from bureau.common.periods import Period
from bureau.facts.registry import facts_of
from bureau.metrics import compute, records
from enterprises.models import Enterprise
from tests.factories.enterprises import enterprise

pytestmark = pytest.mark.django_db
DAY = Period.between(date(2021, 5, 11), date(2021, 5, 20))


def fact(key: str, shop: Enterprise):
    return Enterprise.objects.filter(pk=shop.pk).values_list(facts_of()[key].expression, flat=True).get()


def test_months_open_are_whole_months():
    today = clock.today()
    opened = (today.replace(day=1) - timedelta(days=200)).replace(day=today.day if today.day <= 28 else 28)
    months = (today.year - opened.year) * 12 + today.month - opened.month - (today.day < opened.day)
    assert fact("enterprise.months_open", enterprise(opened_on=opened)) == months
    assert fact("enterprise.months_open", enterprise(opened_on=None)) is None
    closed = enterprise(opened_on=date(2020, 1, 31), closed_on=date(2020, 4, 29), state="closed")
    assert fact("enterprise.months_open", closed) == 2


@pytest.mark.parametrize(("home", "inside"), [("630224", True), ("630102", False)])
def test_a_home_county_lies_in_the_area_or_not(home, inside):
    assert fact("enterprise.home_in_scope", enterprise(home=home)) is inside


def test_an_unknown_home_county_is_neither():
    assert fact("enterprise.home_in_scope", enterprise(home_county=None)) is None


def figure(key: str, window: Period = DAY):
    return {row.pk for row in records(key, window)}


def test_the_register_is_counted_by_dates_not_by_states():
    open_ = enterprise(opened_on=date(2021, 5, 12))
    later = enterprise(opened_on=date(2021, 5, 21))
    gone = enterprise(opened_on=date(2020, 1, 1), closed_on=date(2021, 5, 15), state="closed")
    went_later = enterprise(opened_on=date(2020, 1, 1), closed_on=date(2021, 5, 25), state="closed")
    enterprise(opened_on=date(2020, 1, 1), state="pending")
    enterprise(opened_on=date(2020, 1, 1), state="merged", merged_into=open_)
    assert figure("enterprises.registered") == {open_.pk, went_later.pk}
    assert figure("enterprises.opened") == {open_.pk}
    assert figure("enterprises.closed") == {gone.pk}
    assert later.pk not in figure("enterprises.registered")


def test_abroad_is_another_country():
    enterprise(opened_on=date(2020, 1, 1))
    abroad = enterprise(operating="MY", opened_on=date(2020, 1, 1))
    assert figure("enterprises.abroad") == {abroad.pk}
    assert compute(["enterprises.abroad", "enterprises.registered"], [DAY])
