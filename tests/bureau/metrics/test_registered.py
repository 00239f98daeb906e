"""Every metric the apps declare: sound, equal to its records in any window and scope, one statement per source."""

import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.accounts.models import Unit
from bureau.common import clock
from bureau.common.periods import Period
from bureau.metrics import Units, all_metrics, all_sentences, compute, records
from bureau.metrics.checks import metrics as check_metrics
from bureau.metrics.enums import SINGULAR, with_unit
from bureau.regions.models import Region
from bureau.workflow import perform
from tests.factories import awards

STAGES = ["accept", "first_review", "check", "approval", "payment"]


@pytest.fixture
def home(db, settings):
    """Cases of two counties at every stage, some paid, refused or sent back, over three weeks."""
    settings.DEMO = True
    home = awards.house()
    people = home.people
    for number in range(15):
        if number % 5 == 4:
            clock.shift(timedelta(days=7))
        case = awards.application(home, at=STAGES[number % 5], county="hualong" if number % 3 else "ledu",
                                  amount=str(1000 + 250 * number))
        if number % 5 == 4 and number > 4:
            perform(case, "register_payment", by=people["finance"],
                    data={"paid_on": clock.today(), "voucher": str(number)})
        if number in (2, 12):
            perform(case, "refuse", by=people["checker"], data={"reason": "不符合条件"})
        if number in (5, 10) and number % 3:
            items = [{"kind": "field", "key": "seats", "note": "核对"}]
            perform(case, "ask_correction", by=people["intake"], data={"items": items})
    return home


def test_declarations_are_sound():
    assert check_metrics(None) == []


@settings(max_examples=8, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_figures_are_their_records(home, data):
    today = clock.today()
    back, length = data.draw(st.integers(0, 40)), data.draw(st.integers(0, 40))
    first = today - timedelta(days=back)
    window = Period.between(first, first + timedelta(days=length))
    region = data.draw(st.sampled_from([None, *Region.objects.filter(code__in=["630200", "630224", "630202"])]))
    unit = data.draw(st.sampled_from([None, *Unit.objects.all()]))
    figures = compute(None, [window, Period.year_to_date(today)], region=region, unit=unit, by_county=True,
                      dims=("place",))
    for one in all_metrics():
        for period in figures.windows:
            for figure in [figures.get(one.key, period), *figures.counties(one.key, period),
                           *figures.by("place", one.key, period)]:
                rows = records(one, period, region, unit, county=figure.county, **dict(figure.dims))
                found = rows.order_by().aggregate(value=one.metric.aggregate(), records=Count("pk"))
                assert (one.key, found) == (one.key, {"value": figure.value, "records": figure.records})


def test_figures_are_not_all_zero(home):
    figures = compute(None, [Period.year_to_date(clock.today())])
    zero = {figure.key for figure in figures if not figure.records}
    assert not {key for key in zero if key.startswith("subsidies.") and not key.endswith(("falling_due", "overdue"))}


def test_all_sources_in_one_statement(home, django_assert_num_queries):
    """Besides the lists of schemes, kinds and series, whatever the number of metrics, periods and regions."""
    today = clock.today()
    many = [Period.between(today - timedelta(days=n), today) for n in range(6)]
    with CaptureQueriesContext(connection) as few:
        compute(None, many[:1])
    reading = [query for query in few.captured_queries if "json_strip_nulls" in query["sql"]]
    assert len(reading) == 1
    with django_assert_num_queries(len(few)):
        compute(None, many, by_county=True, dims=("place",))


def printed(*options):
    out = StringIO()
    call_command("figures", *options, "--json", stdout=out)
    return {row["key"]: row for row in json.loads(out.getvalue())}


def test_the_command_prints_every_metric(home):
    rows = printed("--as-of", clock.today().isoformat())
    assert list(rows) == [one.key for one in all_metrics()]
    for row in rows.values():
        assert set(row) == {"key", "label", "value", "unit", "records"}
        assert isinstance(row["records"], int)
    paid = rows["subsidies.new_shop.paid"]
    assert paid["unit"] == "元"
    assert paid["value"] == f"{Decimal(paid['value']):.2f}"
    assert isinstance(rows["subsidies.new_shop.submitted"]["value"], int)


def test_the_command_narrows(home):
    whole = printed("--as-of", clock.today().isoformat())
    county = printed("--as-of", clock.today().isoformat(), "--region", "630224")
    named = printed("--as-of", clock.today().isoformat(), "--region", "化隆县")
    office = printed("--as-of", clock.today().isoformat(), "--unit", "hualong")
    key = "subsidies.new_shop.submitted"
    assert 0 < county[key]["value"] < whole[key]["value"]
    assert county == named
    assert office[key] == county[key]
    assert printed("--from", "2000-01-01", "--to", "2000-01-02")[key]["value"] == 0


@pytest.mark.parametrize("options", [
    ["--as-of", "2021-02-30"], ["--region", "nowhere"], ["--unit", "nowhere"],
    ["--from", "2021-05-02", "--to", "2021-05-01"],
])
def test_the_command_says_what_it_cannot_read(home, options):
    with pytest.raises(CommandError):
        call_command("figures", *options)


def test_labels_and_sentences_in_both_languages(home):
    for language in ("zh-hans", "en"):
        with override(language):
            for one in all_metrics():
                assert one.label
                assert one.definition
                assert "{" not in one.label + one.definition
                assert isinstance(one.unit, Units)
    keys = {one.key for one in all_metrics()}
    for sentence in all_sentences():
        assert set(sentence.keys) <= keys
        assert sentence.zh
        assert sentence.en


@pytest.mark.parametrize(("number", "unit", "language", "text"), [
    ("1", "cases", "en", "1 case"), ("0", "cases", "en", "0 cases"), ("11", "persons", "en", "11 persons"),
    ("1", "t of noodles", "en", "1 t of noodles"), ("1", "件", "zh", "1件"),
])
def test_one_of_a_unit_is_not_many(number, unit, language, text):
    assert with_unit(number, unit, language) == text


def test_every_unit_has_a_word_for_one():
    with override("en"):
        assert {str(label) for _key, label in Units.choices} - SINGULAR.keys() == {"yuan", "percent"}
