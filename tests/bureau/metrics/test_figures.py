"""Every figure is the count of its records, in every window and scope, whatever is asked beside it."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Q
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.accounts.models import User
from bureau.accounts.roles import Role
from bureau.common.clock import ZONE
from bureau.common.periods import Kind, Period
from bureau.metrics import (
    TOTAL,
    Column,
    Dimension,
    DimensionValue,
    Metric,
    Sensitivity,
    Sentence,
    Source,
    Units,
    compute,
    drill,
    records,
    registry,
)
from bureau.metrics.checks import check_metric, check_sentence
from bureau.regions.models import Region
from tests.bureau.lab import Paper, Shop, office, staff

FIRST = date(2021, 1, 1)
KINDS = [DimensionValue("a", "甲", "Alpha"), DimensionValue("b", "乙", "Beta"), DimensionValue("c", "丙", "Gamma")]
source = Source("lab.papers", lambda: Paper.objects.all(),
                dims={"kind": Dimension("kind", values=lambda: KINDS), "shop": Dimension("shop")})
COLUMNS = (
    Column("id", "No", "id"), Column("place", "Place", "region__name", pair=True),
    Column("amount", "Amount", "amount", show=str), Column("office", "Office", "unit__code", Sensitivity.INTERNAL),
)
METRICS = [
    Metric("lab.{kind}.happened", "Happened: {kind}", Units.CASES, source, date="happened_on"),
    Metric("lab.{kind}.shops", "Shops: {kind}", Units.SHOPS, source, date="opened_at", distinct="shop"),
    Metric("lab.{kind}.paid", "Paid: {kind}", Units.YUAN, source, date="happened_on", sum="amount",
           where=Q(amount__gte=5), columns=COLUMNS),
    Metric("lab.all", "All", Units.CASES, source, date="happened_on", where=~Q(kind="c")),
    Metric("lab.shops", "Shops", Units.SHOPS, source, date="happened_on", distinct="shop"),
    Metric("lab.open", "Open", Units.CASES, source, begins="opened_at", ends="closed_at"),
    Metric("lab.{kind}.owed", "Owed: {kind}", Units.YUAN, source, begins="happened_on", ends="closed_at",
           sum="amount"),
]


@pytest.fixture
def declared(monkeypatch):
    monkeypatch.setattr(registry, "_metrics", {metric.key: metric for metric in METRICS})
    monkeypatch.setattr(registry, "_sentences", [])


@pytest.fixture
def papers(lab, declared):
    """Three hundred papers over a year and a half, in counties, on the prefecture itself, and nowhere."""
    dice = random.Random(7)
    regions = [None, *Region.objects.filter(code__in=["630200", "630202", "630224", "440106", "MY"])]
    root = office()
    units = [None, root, office("one", "county", root, "630224"), office("two", "county", root, "630202")]
    shops = Shop.objects.bulk_create([Shop(name=str(n)) for n in range(20)])

    def moment(chance):
        if dice.random() > chance:
            return None
        # Midnights of Shanghai are days before in UTC: half of them land exactly on the edge.
        day = datetime(2020, 11, 1, tzinfo=ZONE) + timedelta(days=dice.randrange(520))
        return day if dice.random() < 0.5 else day + timedelta(seconds=dice.randrange(86400))

    rows = []
    for _ in range(300):
        opened = moment(0.9)
        closed = moment(0.5) if opened else None
        rows.append(Paper(
            kind=dice.choice("abc"), region=dice.choice(regions), unit=dice.choice(units), shop=dice.choice(shops),
            amount=Decimal(dice.randrange(2000)) / 100, happened_on=(moment(0.9) or datetime(2021, 5, 1)).date(),
            opened_at=opened, closed_at=max(opened, closed) if closed else None,
        ))
    Paper.objects.bulk_create(rows)
    return {"regions": regions, "units": units}


def keys():
    return [one.key for one in registry.all_metrics()]


def check(figure, rows):
    """The figure and its count of records, against the records themselves."""
    metric = figure.metric.metric
    assert figure.records == rows.count()
    assert figure.value == rows.order_by().aggregate(v=metric.aggregate())["v"]


windows = st.builds(
    lambda start, days: Period.between(FIRST + timedelta(days=start), FIRST + timedelta(days=start + days)),
    st.integers(-70, 460), st.integers(0, 400),
)


@settings(max_examples=25, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_figure_is_its_records(papers, data):
    chosen = data.draw(st.lists(windows, min_size=1, max_size=3, unique=True))
    region = data.draw(st.sampled_from(papers["regions"]))
    unit = data.draw(st.sampled_from(papers["units"]))
    asked = data.draw(st.one_of(st.none(), st.lists(st.sampled_from(keys()), min_size=1, unique=True)))
    figures = compute(asked, chosen, region=region, unit=unit, by_county=True, dims=("shop",))
    for key in asked or keys():
        for window in chosen:
            check(figures.get(key, window), records(key, window, region, unit))
            counties = figures.counties(key, window)
            for figure in counties:
                check(figure, records(key, window, region, unit, county=figure.county))
            for figure in figures.by("shop", key, window)[:3]:
                check(figure, records(key, window, region, unit, **dict(figure.dims)))
            assert sum(figure.records for figure in counties) == figures.get(key, window).records


def test_one_statement_whatever_is_asked(papers, django_assert_num_queries):
    day = date(2021, 5, 20)
    many = [Period.of(kind, day) for kind in Kind] + [Period.year_to_date(day)]
    with django_assert_num_queries(1):
        compute(["lab.all"], many[:1])
    with django_assert_num_queries(1):
        compute(None, many, by_county=True, dims=("shop", "kind"))


def test_rows_above_the_counties_are_not_the_total(papers):
    year = Period.of(Kind.YEAR, FIRST)
    figures = compute(["lab.all"], [year], region=Region.objects.by_code("630200"), by_county=True)
    above = figures.get("lab.all", county=None)
    assert 0 < above.records < figures.get("lab.all").records
    assert figures.get("lab.all").county is TOTAL


def test_the_edges_of_a_day_lie_in_shanghai(lab, declared):
    eve = datetime(2021, 5, 20, 23, 59, 59, tzinfo=ZONE)
    Paper.objects.create(opened_at=eve)
    Paper.objects.create(opened_at=eve + timedelta(seconds=1))
    assert compute(["lab.open"], [Period.year_to_date(date(2021, 5, 20))]).value("lab.open") == 1
    assert compute(["lab.open"], [Period.year_to_date(date(2021, 5, 21))]).value("lab.open") == 2


def test_nothing_is_zero_and_money_has_two_decimals(lab, declared):
    figures = compute(None, [Period.of(Kind.YEAR, FIRST)])
    assert figures["lab.a.paid"].as_text() == "0.00"
    assert figures["lab.all"].as_text() == 0
    Paper.objects.create(kind="a", amount="1234.50", happened_on=FIRST)
    assert compute(["lab.a.paid"], [Period.of(Kind.YEAR, FIRST)])["lab.a.paid"].as_text() == "1234.50"


def test_labels_name_the_dimension_in_the_language(declared):
    one = registry.bound(["lab.b.paid"])[0]
    assert one.label == "Paid: 乙"
    with override("en"):
        assert one.label == "Paid: Beta"
    with pytest.raises(KeyError):
        registry.bound(["lab.z.paid"])


def test_sentences_stand_for_each_value(declared):
    registry.register(Sentence("progress", 1, "{kind}：发放{lab.{kind}.paid}。", "{kind}: {lab.{kind}.paid} paid.",
                               keys=("lab.{kind}.paid",)))
    found = registry.all_sentences()
    assert [one.zh for one in found][:2] == ["甲：发放{lab.a.paid}。", "乙：发放{lab.b.paid}。"]
    assert found[1].en == "Beta: {lab.b.paid} paid."
    assert found[1].keys == ("lab.b.paid",)


def test_each_opens_what_he_may_see(papers):
    year, root = Period.of(Kind.YEAR, FIRST), papers["units"][1]
    key = "lab.a.paid"
    clerk = staff((Role.CLERK, root), name="clerk")
    county = staff((Role.CLERK, papers["units"][2]), name="county")
    official = staff((Role.OFFICIAL, root), name="official")
    seen = {name: drill(key, year, viewer=user) for name, user in
            {"clerk": clerk, "county": county, "official": official, "public": None}.items()}
    total = records(key, year).count()
    assert {one.total for one in seen.values()} == {total}
    assert seen["clerk"].queryset.count() == total
    assert 0 < seen["county"].queryset.count() < total
    assert [column.key for column in seen["clerk"].columns] == ["id", "place", "amount", "office"]
    assert [column.key for column in seen["official"].columns] == ["id", "place", "amount"]
    assert seen["official"].queryset.count() == total
    assert seen["public"].queryset.count() == 0
    assert not seen["public"].columns
    first = seen["official"].rows(0, 1)[0]
    assert len(first) == 3
    assert isinstance(first[2], str)


def test_a_join_that_multiplies_rows_is_refused():
    users = Source("lab.users", User.objects.all, region="grants__unit__region", unit="")
    bad = Metric("lab.bad", "Bad", Units.PERSONS, users, where=~Q(Q(grants__role="clerk")), date="created_at")
    found = [message.msg for message in check_metric(bad)]
    assert sum("joins many rows" in text for text in found) == 2


@pytest.mark.parametrize("wrong", [
    {"keys": ("lab.nothing",)}, {"zh": "共{lab.all}件。"}, {"en": "{lab.{kind}.shops@next}"},
    {"when": "lab.all@period"},
])
def test_a_sentence_shows_what_it_names(wrong):
    fields = {"section": "progress", "order": 1, "zh": "发放{lab.{kind}.paid}。",
              "en": "{kind}: {lab.{kind}.paid@period}", "keys": ("lab.{kind}.paid",),
              "when": "lab.{kind}.paid"}
    keys = {metric.key for metric in METRICS}
    assert check_sentence(Sentence(**fields), keys) == []
    assert check_sentence(Sentence(**(fields | wrong)), keys)


@pytest.mark.parametrize("wrong", [
    {"date": None}, {"begins": "opened_at"}, {"sum": "amount", "distinct": "shop"}, {"sum": "price"},
    {"where": Q(prize=3)}, {"key": "lab.{color}.x"}, {"columns": (Column("x", "X", "shop__color"),)},
])
def test_what_cannot_be_computed_is_refused_at_the_start(wrong):
    fields = {"key": "lab.x", "label": "X", "unit": Units.CASES, "source": source, "date": "happened_on"}
    assert check_metric(Metric(**fields)) == []
    assert check_metric(Metric(**(fields | wrong)))
