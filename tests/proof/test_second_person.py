"""M6: the same person on both sides, by page, admin action, action, ORM and SQL. None passes; each does when its guard
is gone."""

from itertools import combinations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from bureau.common import clock
from bureau.jobs.testing import run_waiting
from bureau.workflow import NotDone, perform
from subsidies import duties
from subsidies.actions import ledger
from subsidies.actions.payment import payment_of
from subsidies.enums import EntryKind, Step
from subsidies.models import Application, DutyFloor, Payment, Review
from tests.factories import awards
from tests.harness.pages import browser
from tests.proof.second_person import DECISIONS, scene, second_person_constraints

pytestmark = pytest.mark.django_db
REFUSED = (NotDone, ValidationError, PermissionDenied, DatabaseError)


def sql(statement, params=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def without(*statements):
    sql("set constraints all immediate; set constraints all deferred")  # a table with events to come cannot change
    for statement in statements:
        sql(statement)


def passes(call, happened):
    """Whether what `call` does stands; it is taken back. A database error counts as refused."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                call()
        except REFUSED:
            stands = False
        else:
            stands = happened()
        transaction.set_rollback(True)
    return stands


# --- what a second person decides -----------------------------------------------------------------------------------------


def test_every_second_person_that_a_table_asks_for_is_tried():
    assert second_person_constraints() == set(DECISIONS)


def values_of(row):
    fresh = type(row)._base_manager.get(pk=row.pk)
    return {field.attname: getattr(fresh, field.attname) for field in row._meta.concrete_fields}


def outcome(decision, row, other):
    """{column: value} of what the decision of another person changes."""
    before = values_of(row)
    with transaction.atomic():
        decision.decide(type(row)._base_manager.get(pk=row.pk), other)
        after = values_of(row)
        transaction.set_rollback(True)
    return {name: value for name, value in after.items() if value != before[name]}


def by_orm(row, values):
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def by_sql(row, values):
    columns = {field.attname: field.get_db_prep_save(values[field.attname], connection)
               for field in row._meta.concrete_fields if field.attname in values}
    changes = ", ".join(f"{row._meta.get_field(name).column} = %s" for name in columns)
    sql(f"update {row._meta.db_table} set {changes} where {row._meta.pk.column} = %s", [*columns.values(), row.pk])


def ways(decision, row, one, other):
    """{name: call} of everything the same person may try."""
    column = f"{decision.person}_id"
    values = {**outcome(decision, row, other), column: one.pk}
    found = {
        "action": lambda: decision.decide(type(row)._base_manager.get(pk=row.pk), one),
        "orm": lambda: by_orm(row, values), "sql": lambda: by_sql(row, values),
    }
    if decision.page:
        found["page"] = lambda: pressed(decision, row, one)
    return found


def pressed(decision, row, who):
    address, values = decision.page(row)
    browser(who).post(address, values)
    run_waiting()


def decided(decision, row, who):
    return lambda: values_of(row)[f"{decision.person}_id"] == who.pk


@pytest.mark.proof("M6", "held")
def test_nobody_decides_what_he_began(proof):
    tried, wrong, at = 0, [], scene()
    for name, decision in DECISIONS.items():
        row = decision.begin(at)
        if decision.page:
            assert passes(lambda d=decision, r=row: pressed(d, r, at.other), decided(decision, row, at.other)), name
        for way, call in ways(decision, row, at.one, at.other).items():
            tried += 1
            if passes(call, decided(decision, row, at.one)):
                wrong.append((name, way))
    assert wrong == []
    proof("M6").held(f"{len(DECISIONS)} decisions that need a second person (lists of awards, loans and titles, months, "
                     f"statistics, reports, pledges, claims, roles) × page, action, ORM, SQL by the first: "
                     f"{len(wrong)} of {tried} pass")


@pytest.mark.proof("M6", "removed")
def test_each_of_these_constraints_is_needed(proof):
    at, passed = scene(), 0
    for name, decision in DECISIONS.items():
        row = decision.begin(at)
        calls = ways(decision, row, at.one, at.other)
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            calls["orm"]()
        assert refusal.value.__cause__.diag.constraint_name == name
        with transaction.atomic():
            without(f"alter table {row._meta.db_table} drop constraint {name}")
            for way in ("orm", "sql"):
                assert passes(calls[way], decided(decision, row, at.one)), (name, way)
                passed += 1
            transaction.set_rollback(True)
    proof("M6").removed("constraint of two people", f"{passed} of {passed} decisions by the person who began pass")


# --- steps of an application ---------------------------------------------------------------------------------------------

STEPS = (Step.ENTER, Step.ACCEPT, Step.FIRST_REVIEW, Step.CHECK, Step.APPROVAL, Step.PAYMENT)
USUAL = {"accept": "intake", "first_review": "county", "check": "checker", "approval": "approver", "payment": "finance"}
MOVES = {"accept": "accept", "first_review": "pass_stage", "check": "pass_stage", "approval": "approve",
         "payment": "register_payment"}


@pytest.fixture
def strict():
    """A bureau whose scheme forbids every pair that the floor leaves free; "huang" holds every role."""
    floor = {frozenset(pair) for pair in DutyFloor.objects.values_list("first", "second")}
    added = [[str(a), str(b)] for a, b in combinations(STEPS, 2) if frozenset((a, b)) not in floor]
    return awards.house(duties=added), floor


def data_for(home, step):
    if step == Step.APPROVAL:
        return {"line": home.line}
    return {"paid_on": clock.today(), "voucher": "V-1"} if step == Step.PAYMENT else {}


def waiting_at(home, first, second):
    """A case before its step `second`, of which huang has done `first`."""
    one = home.people["huang"]
    case = awards.application(home, at="accept", entered_by=one if first == Step.ENTER else home.people["clerk"])
    for step in STEPS[1: STEPS.index(second)]:
        by = one if step == first else home.people[USUAL[step]]
        case = perform(case, MOVES[step], by=by, data=data_for(home, step))
    return case


def taken(case, step, one):
    """Whether the person holds the step on the case now."""
    rows = Payment.objects if step == Step.PAYMENT else Review.objects.filter(step=step)
    return lambda: rows.filter(application=case, by=one).exists()


def by_page(home, case, step, one):
    data = {name: getattr(value, "pk", value) for name, value in data_for(home, step).items()}
    address = reverse("admin:subsidies_application_step", args=[case.pk, MOVES[step]])
    browser(one).post(address, {"version": case.version, **data})


def by_admin_action(home, case, step, one):
    name = {"accept": "accept_chosen", "pass_stage": "pass_chosen"}[MOVES[step]]
    address = reverse("admin:subsidies_application_changelist")
    browser(one).post(address, {"action": name, "_selected_action": [case.pk]})


def by_action(home, case, step, one):
    perform(case, MOVES[step], by=one, data=data_for(home, step))


def paid_by_finance(home, case):
    """A payment that is booked and not registered."""
    owed = ledger.owed(case)
    return ledger.settle(owed, application=case, kind=EntryKind.PAY, by=home.people["finance"], on=clock.today())[0]


def row_of(home, case, step, one):
    if step == Step.PAYMENT:
        return payment_of(paid_by_finance(home, case), one, clock.today(), "V-1")
    return Review(application=case, step=step, outcome="passed", by=one, unit=case.unit, scheme_id=case.scheme_id,
                  region_id=case.region_id, operating_region_id=case.operating_region_id)


def save(home, case, step, one):
    row_of(home, case, step, one).save()


def bulk(home, case, step, one):
    row = row_of(home, case, step, one)
    type(row).objects.bulk_create([row])


def insert(home, case, step, one):
    row = row_of(home, case, step, one)
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    names = ", ".join(field.column for field in fields)
    sql(f"insert into {row._meta.db_table} ({names}) values ({', '.join(['%s'] * len(fields))})", values)


def paths(step):
    listed = [by_admin_action] if MOVES[step] in ("accept", "pass_stage") else []
    return [by_page, *listed, by_action, save, bulk, insert]


def pairs_tried(home):
    """[(first, second, path, whether it passed)], both orders that the stages allow."""
    one, found = home.people["huang"], []
    for first, second in combinations(STEPS, 2):
        case = waiting_at(home, first, second)
        for path in paths(second):
            found.append((first, second, path.__name__,
                          passes(lambda p=path, c=case, s=second: p(home, c, s, one), taken(case, second, one))))
    return found


@pytest.mark.proof("M6", "held")
def test_no_pair_of_steps_is_one_persons(strict, proof):
    home, floor = strict
    for step in STEPS[1:]:  # the way itself works, for somebody else
        case, usual = waiting_at(home, Step.ENTER, step), home.people[USUAL[step]]
        for path in paths(step):
            assert passes(lambda p=path, c=case, s=step, u=usual: p(home, c, s, u), taken(case, step, usual)), (step, path)
    found = pairs_tried(home)
    assert [one for one in found if one[3]] == []
    pairs = {one[:2] for one in found}
    assert len(pairs) == 15 and {frozenset(pair) for pair in pairs} > floor
    proof("M6").held(f"{len(floor)} pairs of steps of the floor and {len(pairs) - len(floor)} of a scheme × page, admin action, "
                     f"action, ORM, bulk, SQL by one person: 0 of {len(found)} pass")


def test_who_entered_it_is_not_exchanged_afterwards(strict):
    home, _floor = strict
    case = waiting_at(home, Step.ACCEPT, Step.APPROVAL)
    with pytest.raises(DatabaseError), transaction.atomic():
        Application.objects.filter(pk=case.pk).update(entered_by=home.people["county"])


@pytest.mark.proof("M6", "removed")
def test_without_the_triggers_they_are(strict, proof, monkeypatch):
    home, _floor = strict
    without("alter table subsidies_review disable trigger review_duties",
            "alter table subsidies_payment disable trigger payment_duties")
    behind = [one for one in pairs_tried(home) if one[3]]
    assert {one[2] for one in behind} == {"save", "bulk", "insert"}, "the page still says why not"
    monkeypatch.setattr(duties, "reasons", lambda *args: [])
    found = pairs_tried(home)
    assert all(one[3] for one in found)
    proof("M6").removed("triggers of the floor", f"{len(behind)} of {len(found)} pass by ORM and SQL, and without the reasons "
                        f"{len(found)} of {len(found)}")
