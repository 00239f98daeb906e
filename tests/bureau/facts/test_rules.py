"""A rule matched over a register, explained for one shop, and read by the oracle: always the same verdict."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import Count, F, Max, Q
from django.db.models.functions import NullIf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.facts import Fact, Given, Related, registry, rules
from bureau.facts.checks import check_subject
from tests.bureau.facts import oracle
from tests.bureau.lab import Shop, Visit

SUBJECT = "lab.shop"
FACTS = [
    Fact("staff", "Staff", "int", "staff", unit="persons", source="register", model=SUBJECT),
    Fact("area", "Floor area", "number", "area", as_of=F("opened_on"), model=SUBJECT),
    Fact("area_each", "Floor area per person", "number", F("area") / NullIf(F("staff"), 0), model=SUBJECT),
    Fact("name", "Name", "text", "name", model=SUBJECT),
    Fact("opened", "Opened on", "date", "opened_on", model=SUBJECT),
    Fact("chain", "Part of a chain", "bool", "chain", model=SUBJECT),
    Fact("visits", "Visits", "int", Related(Visit.objects.all, Count("pk"), link="shop", empty=0), model=SUBJECT),
    Fact("last_visit", "Last visit", "date", Related(Visit.objects.all, Max("day"), link="shop"), model=SUBJECT),
]
TYPES = {fact.key: fact.type for fact in FACTS}
DAYS = [date(2020, 1, 1) + timedelta(days=100 * n) for n in range(8)]
VALUES = {
    "int": st.integers(-1, 9), "number": st.sampled_from(["0", "10", "49.99", "50", "80.5", "120"]),
    "text": st.sampled_from(["一", "二", "三", "", "' or 1=1 --", "%s"]),
    "date": st.sampled_from([day.isoformat() for day in DAYS]), "bool": st.booleans(),
}


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    monkeypatch.setattr(registry, "_facts", {})
    monkeypatch.setattr(registry, "subject_model", lambda label: Shop)
    monkeypatch.setattr(rules, "subject_model", lambda label: Shop)
    registry.register(*FACTS)


@pytest.fixture
def shops(lab):
    dice = random.Random(3)

    def maybe(value):
        return value if dice.random() < 0.75 else None

    made = Shop.objects.bulk_create([
        Shop(name=maybe(dice.choice(["一", "二", "%s"])), staff=maybe(dice.randrange(8)),
             chain=maybe(dice.random() < 0.5), opened_on=maybe(dice.choice(DAYS)),
             area=maybe(Decimal(dice.choice(["10", "49.99", "50", "80.5", "333.33"]))))
        for _ in range(60)
    ])
    Visit.objects.bulk_create([Visit(shop=dice.choice(made[:40]), day=dice.choice(DAYS)) for _ in range(90)])
    return made


@st.composite
def leaves(draw):
    key = draw(st.sampled_from(sorted(TYPES)))
    kind = TYPES[key]
    ops = ["=", "<>", "known"] + ([] if kind == "bool" else ["in"])
    if kind in ("int", "number", "date"):
        ops += ["<", "<=", ">", ">=", "between"]
    op = draw(st.sampled_from(ops))
    if op == "known":
        return {"is": [key, op, draw(st.booleans())]}
    if op == "in":
        return {"is": [key, op, draw(st.lists(VALUES[kind], min_size=1, max_size=3))]}
    if op == "between":
        order = Decimal if kind == "number" else (lambda value: value)
        return {"is": [key, op, sorted([draw(VALUES[kind]), draw(VALUES[kind])], key=order)]}
    return {"is": [key, op, draw(VALUES[kind])]}


def branches(children):
    many = st.lists(children, min_size=1, max_size=3)
    return st.one_of(
        many.map(lambda parts: {"all": parts}),
        many.map(lambda parts: {"any": parts}),
        children.map(lambda part: {"not": part}),
        many.flatmap(lambda parts: st.integers(1, len(parts)).map(lambda n: {"at_least": [n, parts]})),
    )


trees = st.recursive(leaves(), branches, max_leaves=8).filter(
    lambda tree: rules.check(tree, subject=SUBJECT) == [] or depth(tree) > 6)


def depth(tree):
    (kind, body), = tree.items()
    if kind == "is":
        return 1
    parts = [body] if kind == "not" else body[1] if kind == "at_least" else body
    return 1 + max(map(depth, parts))


def values_of(pk):
    """Fact values as SQL gives them."""
    every = {"all": [{"is": [key, "known"]} for key in TYPES]}
    return {leaf.key: leaf.found for leaf in rules.explain(every, pk, subject=SUBJECT).leaves()}


@settings(max_examples=60, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
@given(found=st.lists(trees, min_size=1, max_size=4))
def test_match_explanation_and_oracle_agree(shops, found):
    known = getattr(shops[0], "_values", None) or {shop.pk: values_of(shop.pk) for shop in shops}
    shops[0]._values = known
    matched = {row[0]: list(row[1:]) for row in rules.verdicts(found, Shop.objects.all())}
    assert matched == {row[0]: list(row[1:]) for row in rules.verdicts(found, Shop.objects.all(), grouped=False)}
    assert matched == {pk: [oracle.verdict(tree, facts, TYPES) for tree in found] for pk, facts in known.items()}
    for shop in shops[:3]:
        for tree, verdict in zip(found, matched[shop.pk], strict=True):
            assert_explained(rules.explain(tree, shop.pk, subject=SUBJECT), tree, known[shop.pk], verdict)


def assert_explained(node, tree, facts, verdict):
    """Every node of the explanation says what the oracle says of it."""
    assert node.verdict == verdict == oracle.verdict(tree, facts, TYPES)
    (kind, body), = tree.items()
    if kind != "is":
        parts = [body] if kind == "not" else body[1] if kind == "at_least" else body
        for child, part in zip(node.children, parts, strict=True):
            assert_explained(child, part, facts, oracle.verdict(part, facts, TYPES))


def test_unknown_is_never_failed(lab):
    shop = Shop.objects.create(staff=3)
    tree = {"all": [{"is": ["staff", ">=", 3]}, {"not": {"is": ["area", "<", "50"]}}]}
    node = rules.explain(tree, shop.pk, subject=SUBJECT)
    assert node.verdict is None
    assert [leaf.key for leaf in node.unknown()] == ["area"]
    assert rules.tally(tree, Shop.objects.all()) == {True: 0, False: 0, None: 1}


def test_division_by_nobody_is_unknown(lab):
    shop = Shop.objects.create(staff=0, area=10)
    assert rules.explain({"is": ["area_each", ">", 1]}, shop.pk, subject=SUBJECT).verdict is None


def test_answers_of_the_application_join_in(lab):
    shop = Shop.objects.create(area="30")
    tree = {"all": [{"is": ["seats", ">=", 20]}, {"is": ["area", ">=", "50"]}]}
    assert rules.check(tree, subject=SUBJECT)
    assert not rules.check(tree, given={"seats": "int"}, subject=SUBJECT)
    given = {"seats": 24, "area": Given("number", Decimal("66.5"), "Floor area as applied for", source="application")}
    node = rules.explain(tree, shop.pk, given=given, subject=SUBJECT)
    assert node.verdict is True
    assert node.children[1].found == Decimal("66.5")
    assert node.children[1].source == "application"
    assert rules.explain(tree, shop.pk, given={"seats": ("int", None)}, subject=SUBJECT).verdict is False


def test_an_explanation_says_where_a_value_is_from(lab):
    shop = Shop.objects.create(staff=4, area="60", opened_on=date(2021, 2, 3))
    node = rules.explain({"all": [{"is": ["staff", "<", 9]}, {"is": ["area", ">", 1]}]}, shop.pk, subject=SUBJECT)
    staff, area = node.children
    assert (staff.label, staff.found, staff.wanted, staff.unit, staff.source) == ("Staff", 4, 9, "persons", "register")
    assert area.as_of == date(2021, 2, 3)


def test_one_statement_for_many_rules(shops, django_assert_num_queries):
    many = [{"is": ["visits", ">=", n]} for n in range(20)] + [{"is": ["last_visit", "known"]}]
    with django_assert_num_queries(1):
        assert len(list(rules.verdicts(many, Shop.objects.filter(Q(staff__gt=0))))) > 20


@pytest.mark.parametrize("bad", [
    [], {"all": "x"}, {"is": ["staff", "="]}, {"is": ["nobody", "=", 1]}, {"is": ["staff", "like", 1]},
    {"is": ["staff", "=", "3"]}, {"is": ["staff", "in", []]}, {"is": ["area", ">", "NaN"]}, {"is": ["name", "<", "x"]},
    {"is": ["opened", "=", "2021-02-30"]}, {"is": ["staff", "between", [5, 1]]},
    {"at_least": [3, [{"is": ["staff", "known"]}]]},
    {"all": [], "any": []}, {"is": ["staff; drop table x", "=", 1]}, {"is": ["staff", "=", True]},
])
def test_what_cannot_be_published(bad):
    assert rules.check(bad, subject=SUBJECT)


def test_too_deep_and_too_wide_are_refused():
    tree = leaf = {"is": ["staff", "known"]}
    for _ in range(100_000):
        tree = {"not": tree}
    assert rules.check(tree, subject=SUBJECT)
    assert rules.check({"all": [leaf] * 41}, subject=SUBJECT)


def test_declared_facts_compile(lab, monkeypatch):
    monkeypatch.setattr("bureau.facts.checks.subject_model", lambda label: Shop)
    assert check_subject(SUBJECT) == []
    registry.register(Fact("bad", "Bad", "int", "no_such_column", model=SUBJECT))
    assert [message.id for message in check_subject(SUBJECT)] == ["facts.E002"] * 2
