"""Figures of the award line: by effective date, from dated rows, each equal to its records."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bureau.common import clock
from bureau.common.periods import Period
from bureau.metrics import all_metrics, all_sentences, compute, records
from bureau.workflow import perform
from subsidies.models import Application, Entry, Review, Wait
from tests.factories import awards

pytestmark = pytest.mark.django_db
ALL = "submitted accepted preliminarily_reviewed approved approved_amount paid paid_shops refused returned overdue open"


@pytest.fixture
def home(db):
    return awards.house()


def value(key, window=None):
    key = key if "." in key else f"subsidies.new_shop.{key}"
    return compute([key], [window or Period.year_to_date(clock.today())])[key].value


def test_the_contract_names_these_keys(home):
    keys = {metric.key for metric in all_metrics()}
    assert {f"subsidies.new_shop.{name}" for name in ALL.split()} <= keys
    assert {"budget.allotted", "budget.reserved", "budget.paid"} <= keys


def test_a_case_moves_the_figures_as_it_goes(home):
    people = home.people
    case = awards.application(home, at="accept")
    assert (value("submitted"), value("open"), value("preliminarily_reviewed")) == (1, 1, 0)
    case = perform(case, "accept", by=people["intake"], data={})
    case = perform(case, "pass_stage", by=people["county"], data={})
    assert (value("accepted"), value("preliminarily_reviewed"), value("approved")) == (1, 1, 0)
    case = perform(case, "pass_stage", by=people["checker"], data={})
    case = perform(case, "approve", by=people["approver"], data={"line": home.line})
    assert (value("approved"), value("approved_amount"), value("budget.reserved")) == (1, 5000, 5000)
    assert (value("paid"), value("paid_shops")) == (0, 0)
    perform(case, "register_payment", by=people["finance"], data={"paid_on": clock.today(), "voucher": "1"})
    assert (value("paid"), value("paid_shops"), value("budget.reserved")) == (5000, 1, 0)
    assert (value("open"), value("budget.paid"), value("budget.allotted")) == (0, 5000, 1000000)


def test_refused_and_returned(home):
    people = home.people
    perform(awards.application(home, at="check"), "refuse", by=people["checker"], data={"reason": "不符合条件"})
    items = [{"kind": "field", "key": "seats", "note": "核对"}]
    perform(awards.application(home, at="accept"), "ask_correction", by=people["intake"], data={"items": items})
    assert (value("refused"), value("returned"), value("open")) == (1, 1, 1)


def test_overdue_is_counted_from_the_day_after_the_last_day(home):
    case = awards.application(home, at="accept")
    today = clock.today()
    Wait.objects.filter(application=case).update(due_on=today)
    assert value("overdue") == 0, "on the last day nobody is late yet"
    Wait.objects.filter(application=case).update(due_on=today - timedelta(days=2))
    yesterday, before = (Period.between(today - timedelta(days=n), today - timedelta(days=n)) for n in (1, 2))
    assert value("overdue") == 1
    assert (value("overdue", yesterday), value("overdue", before)) == (1, 0)
    perform(case, "accept", by=home.people["intake"], data={})
    assert value("overdue") == 0
    assert value("overdue", yesterday) == 1, "as it stood then"


def test_figures_go_by_the_effective_date(home):
    case = awards.application(home, at="payment")
    last_week = clock.today() - timedelta(days=7)
    Application.objects.filter(pk=case.pk).update(effective_date=last_week)
    window = Period.between(last_week, last_week)
    assert value("submitted", window) == 1
    assert value("submitted", Period.between(clock.today(), clock.today())) == 0


def test_every_figure_equals_its_records(home):
    for at in ("accept", "first_review", "check", "approval", "payment"):
        awards.application(home, at=at)
    case = awards.application(home, at="payment")
    perform(case, "register_payment", by=home.people["finance"], data={"paid_on": clock.today(), "voucher": "1"})
    window = Period.year_to_date(clock.today())
    figures = compute(None, [window])
    for metric in all_metrics():
        if not metric.key.startswith(("subsidies.", "budget.")):
            continue
        figure, rows = figures[metric.key], records(metric.key, window)
        assert figure.records == rows.count(), metric.key
        assert figure.value == rows.order_by().aggregate(v=metric.metric.aggregate())["v"], metric.key


def test_by_county_and_by_place_of_operation(home):
    awards.application(home, at="payment", county="hualong")
    awards.application(home, at="payment", county="ledu")
    key = "subsidies.new_shop.approved_amount"
    figures = compute([key], [Period.year_to_date(clock.today())], by_county=True, dims=["place"])
    assert sorted(figure.value for figure in figures.counties(key)) == [5000, 5000]
    assert [figure.value for figure in figures.by("place", key)] == [Decimal(10000)]


def test_copies_are_what_the_case_says(home):
    case = awards.application(home, at="payment")
    for model in (Review, Entry):
        row = model.objects.filter(application=case).first()
        assert (row.region_id, row.scheme_id, row.operating_region_id) == (
            case.region_id, case.scheme_id, case.operating_region_id
        )


def test_sentences_name_figures_that_exist(home):
    keys = {metric.key for metric in all_metrics()}
    ours = [sentence for sentence in all_sentences() if any("subsidies" in key for key in sentence.keys)]
    assert {str(sentence.section) for sentence in ours} == {"progress", "problems", "plans"}
    for sentence in ours:
        assert set(sentence.keys) <= keys
        assert "{scheme}" not in sentence.zh + sentence.en
