"""Steps of the offices: duties, reasons, rounds. What a form refuses, the database refuses too."""

import pytest
from django.db import IntegrityError, connection, transaction

from bureau.workflow import Refused, perform
from enterprises.enums import MembershipState
from enterprises.models import Membership
from subsidies import duties
from subsidies.enums import Outcome, State, Step
from subsidies.models import ApplicationLog, DutyFloor, Review
from tests.factories import awards

pytestmark = pytest.mark.django_db
FLOOR = [("enter", "approval"), ("first_review", "approval"), ("check", "approval"), ("approval", "payment")]


@pytest.fixture
def home(db):
    return awards.house()


def write(case, step, by, outcome=Outcome.PASSED, round=1, opinion="好"):
    return Review.objects.create(
        application=case, step=step, outcome=outcome, round=round, by=by, unit=case.unit, opinion=opinion,
        scheme_id=case.scheme_id, region_id=case.region_id, operating_region_id=case.operating_region_id,
    )


def test_a_case_walks_through_its_stages(home):
    people = home.people
    case = awards.application(home, at="accept")
    case = perform(case, "accept", by=people["intake"], data={})
    assert (case.state, case.stage.key) == (State.IN_REVIEW, "first_review")
    case = perform(case, "pass_stage", by=people["county"], data={"opinion": "材料齐全"})
    case = perform(case, "pass_stage", by=people["checker"], data={})
    assert case.stage.key == "approval"
    case = perform(case, "approve", by=people["approver"], data={"line": home.line})
    assert (case.state, case.amount_approved, case.stage.key) == (State.APPROVED, 5000, "payment")
    home.line.refresh_from_db()
    assert home.line.reserved == 5000
    steps = list(case.reviews.order_by("id").values_list("step", "by__username", "unit__code"))
    assert steps == [
        ("accept", "intake", "hualong"), ("first_review", "county", "hualong"), ("check", "checker", "haidong"),
        ("approval", "approver", "haidong"),
    ]
    assert list(case.waits.values_list("stage__key", flat=True)) == [
        "accept", "first_review", "check", "approval", "payment"
    ]


def test_the_floor_is_what_the_contract_says(home):
    assert sorted(DutyFloor.objects.values_list("first", "second")) == sorted(FLOOR)
    for statement in ("delete from subsidies_dutyfloor", "update subsidies_dutyfloor set second = 'check'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("pair", [*FLOOR, *(tuple(reversed(pair)) for pair in FLOOR)])
def test_the_database_keeps_every_pair_of_the_floor(home, pair):
    """Whatever comes first, by ORM and by raw SQL."""
    first, second = pair
    one = home.people["huang"]
    case = awards.application(home, at="accept", entered_by=one if Step.ENTER in pair else None)
    taken = [step for step in (first, second) if step != Step.ENTER]
    held, last = taken[:-1], taken[-1]
    for step in held:
        _take(home, case, step, one)
    with pytest.raises(IntegrityError, match="one person"), transaction.atomic():
        _take(home, case, last, one)


def _take(home, case, step, by):
    """The step as its table has it: a payment is a payment, everything else a review."""
    if step != Step.PAYMENT:
        return write(case, step, by)
    from bureau.common import clock
    from subsidies.actions import ledger
    from subsidies.actions.payment import payment_of
    from subsidies.enums import EntryKind

    finance = home.people["finance"]
    reserved = ledger.reserve(application=case, line=home.line, by=finance, on=clock.today())
    paid = ledger.settle(reserved, application=case, kind=EntryKind.PAY, by=finance, on=clock.today())
    payment = payment_of(paid[0], by, clock.today(), "V-1")
    payment.save()
    return payment


def test_pairs_that_the_floor_does_not_name_may_share_a_person(home):
    one = home.people["huang"]
    case = awards.application(home, at="accept")
    for step in ("accept", "first_review", "check"):
        write(case, step, one)


def test_a_scheme_adds_pairs(db):
    home = awards.house(duties=[["first_review", "check"]])
    case = awards.application(home)
    write(case, "first_review", home.people["huang"])
    assert duties.reasons(case, home.people["huang"], "check")
    with pytest.raises(IntegrityError, match="first_review and check"), transaction.atomic():
        write(case, "check", home.people["huang"])


@pytest.mark.parametrize("pair", FLOOR)
def test_reasons_are_said_before(home, pair):
    first, second = pair
    one = home.people["huang"]
    case = awards.application(home, at="accept", entered_by=one if first == Step.ENTER else None)
    if first != Step.ENTER:
        write(case, first, one)
    assert len(duties.reasons(case, one, second)) == 1
    assert duties.reasons(case, home.people["county"], second) == []


def test_who_entered_it_cannot_be_changed_into_who_approved(home):
    case = awards.application(home, at="payment")
    with pytest.raises(IntegrityError), transaction.atomic():
        type(case).objects.filter(pk=case.pk).update(entered_by=home.people["approver"])


@pytest.mark.parametrize("state", [MembershipState.ASKED, MembershipState.CONFIRMED])
def test_nobody_acts_on_the_case_of_his_own_shop(home, state):
    county = home.people["county"]
    case = awards.application(home, at="first_review")
    decided = state == MembershipState.CONFIRMED
    Membership.objects.create(
        user=county, enterprise=case.enterprise, state=state, asked_at=case.submitted_at,
        decided_by=home.people["clerk"] if decided else None, decided_at=case.submitted_at if decided else None,
    )
    with pytest.raises(Refused, match="shop you belong to|与您本人有关"):
        perform(case, "pass_stage", by=county, data={})
    with pytest.raises(IntegrityError, match="own case"), transaction.atomic():
        write(case, "check", county)


def test_the_operator_does_not_act_on_his_own_case(home):
    county = home.people["county"]
    county.phone = "13912345678"
    county.save()
    case = awards.application(home, at="first_review", enterprise=awards.shop(phone="13912345678"))
    with pytest.raises(Refused, match="shop you belong to|与您本人有关"):
        perform(case, "pass_stage", by=county, data={})
    with pytest.raises(IntegrityError), transaction.atomic():
        write(case, "first_review", county)


def test_reviews_are_never_changed(home):
    case = awards.application(home, at="check")
    for statement in ("update subsidies_review set outcome = 'refused'", "delete from subsidies_review"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert case.reviews.count() == 2


def test_another_county_may_not_touch_it(home):
    case = awards.application(home, at="first_review")
    with pytest.raises(Refused):
        perform(case, "pass_stage", by=home.people["stranger"], data={})


def test_corrections_are_counted_and_the_second_needs_a_reason(home):
    county = home.people["county"]
    case = awards.application(home, at="first_review")
    items = [{"kind": "field", "key": "seats", "note": "请核对餐位数"}]
    case = perform(case, "ask_correction", by=county, data={"items": items, "note": ""})
    assert case.state == State.RETURNED
    correction = case.corrections.get()
    assert correction.round == 1
    assert list(correction.items.values("kind", "key", "note")) == items
    assert case.current_wait() is None
    _answer(case)
    with pytest.raises(Refused):
        perform(case, "ask_correction", by=county, data={"items": items})
    with pytest.raises(IntegrityError), transaction.atomic():
        write(case, "first_review", county, outcome=Outcome.RETURNED, round=2, opinion="")
    case = perform(case, "ask_correction", by=county, data={"items": items, "reason": "照片仍不清楚"})
    assert list(case.reviews.filter(outcome="returned").values_list("round", flat=True)) == [1, 2]


def _answer(case):
    """As if the owner had answered."""
    from bureau.common import clock
    from subsidies.actions import stages

    case.corrections.update(answered_at=clock.now(), answered_by=case.entered_by)
    stages.resume(case, at=clock.now(), days=3)
    ApplicationLog.objects.create(
        subject=case, name="resubmit", before=State.RETURNED, after=State.IN_REVIEW, version=case.version + 1,
        at=clock.now(), effective_date=clock.today(),
    )
    type(case).objects.filter(pk=case.pk).update(state=State.IN_REVIEW, version=case.version + 1)
    case.refresh_from_db()


def test_a_refusal_says_why_and_closes_the_case(home):
    case = awards.application(home, at="check")
    case = perform(case, "refuse", by=home.people["checker"], data={"reason": "开业不满三个月"})
    assert case.state == State.REFUSED
    assert case.refusal_reason == "开业不满三个月"
    assert case.closed_on and case.stage is None and case.current_wait() is None


def test_an_approval_asks_few_questions(home, django_assert_max_num_queries):
    """Guards, review, clock, message, money, log and audit; savepoint included."""
    case = awards.application(home, at="approval")
    with django_assert_max_num_queries(25):
        perform(case, "approve", by=home.people["approver"], data={"line": home.line})


def test_approval_that_the_line_cannot_bear_changes_nothing(db):
    home = awards.house(cap="1000")
    case = awards.application(home, at="approval")
    with pytest.raises(Refused):
        perform(case, "approve", by=home.people["approver"], data={"line": home.line})
    case.refresh_from_db()
    assert (case.state, case.amount_approved) == (State.IN_REVIEW, None)
    assert not case.reviews.filter(step="approval").exists()


