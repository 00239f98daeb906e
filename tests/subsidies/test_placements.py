"""The allowance for placements: who is paid how much, once in a life, by the award line as it is."""

import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from bureau.workflow import Refused, perform
from subsidies.actions import application as applications
from subsidies.actions import ledger, papers
from subsidies.enums import FundSource
from subsidies.models import Application, BudgetLine, Entry, PayeeLine
from subsidies.placements import lines
from tests.factories import placements as make
from tests.factories import subsidies
from training.placements import actions

pytestmark = pytest.mark.django_db
TRAINEE, HOST = Decimal("5000.00"), Decimal("3600.00")


@pytest.fixture
def ground():
    return make.ground()


def refused(constraint, call):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        call()
    assert refusal.value.__cause__.diag.constraint_name == constraint


def desk(ground):
    """People who take the steps of the offices, and money."""
    unit, people = ground.world.bureau, {}
    for name, role in (("intake", "intake"), ("county", "verifier"), ("checker", "verifier"), ("approver", "approver"),
                       ("finance", "finance")):
        people[name] = subsidies.staff(f"desk-{name}", (role, unit))
    from bureau.common import clock

    line = BudgetLine.objects.create(
        fund_source=FundSource.PROVINCIAL, fiscal_year=clock.today().year, name_zh="实训补贴", name_en="Allowances",
        scheme=ground.scheme,
    )
    ledger.allot(line=line, amount=Decimal("1000000"), by=people["finance"], key="desk")
    line.refresh_from_db()
    return people, line


def approved(ground, application):
    people, line = desk(ground)
    perform(application, "accept", by=people["intake"], data={})
    perform(application, "pass_stage", by=people["county"], data={})
    perform(application, "pass_stage", by=people["checker"], data={})
    return perform(application, "approve", by=people["approver"], data={"line": line}), people, line


# --- amounts --------------------------------------------------------------------------------------------------------


def test_a_line_for_each_trainee_and_one_for_the_host(ground):
    application = make.submitted(ground)
    roles = sorted(application.payee_lines.values_list("role", "amount"))
    assert roles == [("host", HOST), ("trainee", TRAINEE), ("trainee", TRAINEE)]
    assert application.amount_requested == 2 * TRAINEE + HOST
    for line in application.payee_lines.filter(role="trainee"):
        assert line.account.reveal() == line.placement.account.reveal()
        assert line.months == 3
        assert line.live


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 28)), min_size=1, max_size=6))
def test_amounts_follow_from_confirmed_months_and_nothing_else(trainees):
    """Any mixture of months and days: each with three months of 15 days or more is paid once, the host once if any."""
    with transaction.atomic():
        ground = make.ground(people=len(trainees), ready=False)
        agreement, months = ground.agreement, ground.agreement.months()
        places = ground.placements
        for index, month in enumerate(months):
            rows = {place: (days if index < told else 0, make.WAGE)
                    for place, (told, days) in zip(places, trainees, strict=True)}
            sheet = actions.report(agreement=agreement, month=month, rows=rows, by=ground.owner)
            perform(sheet, "confirm", by=ground.clerk)
        version = ground.scheme.versions.get()
        plan = lines.plan(agreement, version)
        paid = sum(1 for told, days in trainees if told >= 3 and days >= 15)
        assert len(plan.paid) == paid
        assert plan.total == (paid * TRAINEE + HOST if paid else 0)
        transaction.set_rollback(True)


def test_months_that_nobody_confirmed_do_not_count():
    ground = make.ground(ready=False)
    for month in ground.agreement.months():
        make.reported(ground.agreement, month, ground.owner)
    assert lines.plan(ground.agreement, ground.scheme.versions.get()).total == 0


def test_an_account_that_is_missing_keeps_it_from_being_handed_in(ground):
    (extra,) = actions.place(
        agreement=ground.agreement, by=ground.clerk, trainees=[make.trainee(ground.agreement, account="")]
    )
    from training.models import MonthRow, MonthSheet

    assert lines.plan(ground.agreement, ground.scheme.versions.get()).without_account == []
    MonthSheet.objects.update(channel="online")
    assert not MonthRow.objects.filter(placement=extra).exists()
    application = make.filled(make.begun(ground), ground.owner)
    ground.placements[0].__class__.objects.filter(pk=ground.placements[0].pk).update(
        account=None, account_index="", bank="", account_kind=""
    )
    with pytest.raises(Refused):
        applications.submit(application=application, by=ground.owner, key=uuid.uuid4(), rev=application.rev)
    assert any("1" in text for text in lines.missing(Application.objects.get(pk=application.pk)))


def test_what_was_seen_is_what_is_handed_in(ground):
    application = make.filled(make.begun(ground), ground.owner)
    with pytest.raises(Refused):
        applications.submit(application=application, by=ground.owner, key=uuid.uuid4(), rev=application.rev, seen="1.00")
    handed = applications.submit(
        application=application, by=ground.owner, key=uuid.uuid4(), rev=application.rev, seen="13600.00"
    )
    assert handed.amount_requested == Decimal("13600.00")


def test_nobody_types_an_amount_or_a_trainee(ground):
    application = make.submitted(ground)
    intake = subsidies.staff("in", ("intake", ground.world.bureau))
    items = [{"kind": "payees", "key": "", "note": "账户有误"}]
    application = perform(application, "ask_correction", by=intake, data={"items": items, "note": ""})
    line = application.payee_lines.filter(role="trainee").first()
    with pytest.raises(PermissionDenied):
        papers.save_payee(application=application, by=ground.owner, rev=application.rev, values=dict(subsidies.PAYEE),
                          line=line)
    with pytest.raises(PermissionDenied):
        papers.remove_payee(application=application, by=ground.owner, rev=application.rev, line=line)
    place = line.placement
    actions.save_account(placement=place, by=ground.owner, kind="card", account="6217815699990001", bank="青海银行")
    application = papers.take_over_lines(application=application, by=ground.owner, rev=application.rev)
    line.refresh_from_db()
    assert (line.account.reveal(), line.kind, line.bank) == ("6217815699990001", "card", "青海银行")
    from subsidies.actions import correction

    again = correction.resubmit(application=application, by=ground.owner, rev=application.rev)
    assert again.state == "submitted"
    assert again.amount_requested == 2 * TRAINEE + HOST


# --- once per person, once per agreement -------------------------------------------------------------------------------


def second_shop(ground, *, ago=3):
    """Another shop of the same owner where the first trainee has been before, with all months confirmed."""
    person = ground.placements[0].person
    shop = subsidies.shop(ground.owner, name="第二家店")
    agreement = make.draft(shop, ground.clerk, ground.world.county, ago=ago)
    again = make.trainee(agreement, name=person.name, number=person.id_number.reveal())
    actions.place(agreement=agreement, trainees=[again, make.trainee(agreement)], by=ground.clerk)
    agreement = perform(make.signed(agreement, ground.clerk), "begin", by=ground.clerk)
    make.confirmed(agreement, ground.owner, ground.clerk)
    return agreement


def test_whoever_has_had_it_is_found_and_not_paid_again(ground):
    make.submitted(ground)
    other = second_shop(ground)
    plan = lines.plan(other, ground.scheme.versions.get())
    assert [one.placement.person for one in plan.earlier] == [ground.placements[0].person]
    assert plan.earlier[0].earlier.application.enterprise == ground.agreement.host
    assert make.submitted(ground, other).amount_requested == TRAINEE + HOST


def test_a_claim_made_meanwhile_is_refused_at_hand_in(ground):
    other = second_shop(ground)
    late = make.filled(make.begun(ground, other), ground.owner)
    seen = str(lines.plan_of(late).total)
    make.submitted(ground)
    with pytest.raises(Refused):
        applications.submit(application=late, by=ground.owner, key=uuid.uuid4(), rev=late.rev, seen=seen)


def test_the_database_keeps_one_live_claim_per_person(ground):
    make.submitted(ground)
    other = second_shop(ground)
    application = make.submitted(ground, other)
    twin = other.placements.get(person=ground.placements[0].person)
    one = lines.Candidate(twin, 3, 3, None)
    line = lines.copied(PayeeLine(application=application, role="trainee"), one, lines.Terms.of(ground.scheme.versions.get()))
    refused("payeeline_one_live_allowance_per_person", lambda: PayeeLine.objects.bulk_create([line]))
    with pytest.raises(Refused, match=twin.person.name), lines.one_allowance_each(application), transaction.atomic():
        PayeeLine.objects.bulk_create([line])


def test_a_claim_ends_with_its_application(ground):
    application = make.submitted(ground)
    applications.withdraw(application=application, by=ground.owner)
    assert not PayeeLine.objects.filter(live=True).exists()
    assert make.submitted(ground).payee_lines.filter(live=True).count() == 2


def test_one_application_per_agreement_and_several_per_shop(ground):
    application = make.begun(ground)
    again, created = applications.start(
        scheme=ground.scheme, enterprise=ground.agreement.host, by=ground.owner, agreement=ground.agreement
    )
    assert (again, created) == (application, False)
    second = make.running(ground.world.shop, ground.clerk, ground.world.county, ago=6)
    assert make.begun(ground, second) != application
    twin = Application.objects.get(pk=application.pk)
    twin.pk, twin.ref = None, uuid.uuid4()
    refused("application_one_open_or_granted_per_agreement", twin.save)


def test_an_agreement_where_the_scheme_wants_one_and_only_there(ground):
    with pytest.raises(ValidationError):
        applications.start(scheme=ground.scheme, enterprise=ground.world.shop, by=ground.owner)
    with pytest.raises(ValidationError):
        applications.start(
            scheme=ground.world.scheme, enterprise=ground.world.shop, by=ground.owner, agreement=ground.agreement
        )
    application = make.begun(ground)
    rows = Application.objects.filter(pk=application.pk)
    refused("application_agreement_keeps", lambda: rows.update(agreement=None))
    other = Application.objects.get(pk=application.pk)
    other.pk, other.ref, other.agreement = None, uuid.uuid4(), None
    refused("application_agreement_of_scheme", other.save)
    strange = make.running(subsidies.shop(), ground.clerk, ground.world.county)
    other.agreement = strange
    refused("application_agreement_of_shop", other.save)


def test_trainees_lines_are_placements_of_the_agreement(ground):
    application = make.begun(ground)
    stranger = make.running(subsidies.shop(), ground.clerk, ground.world.county)
    one = lines.Candidate(stranger.placements.first(), 3, 3, None)
    line = lines.copied(PayeeLine(application=application, role="trainee"), one, lines.Terms.of(ground.scheme.versions.get()))
    refused("payeeline_placement_of_agreement", line.save)
    plain = PayeeLine(application=application, role="trainee", kind="personal", name="某", bank="某", amount=1)
    plain.set_secrets(id_number=make.id_number(), account="6217815600001")
    refused("payeeline_trainee_iff_placement", plain.save)


# --- the offices ------------------------------------------------------------------------------------------------------


def test_approval_of_125_trainees_is_set_based(django_assert_max_num_queries):
    ground = make.ground(people=125)
    application = make.submitted(ground)
    assert application.payee_lines.count() == 126
    people, line = desk(ground)
    perform(application, "accept", by=people["intake"], data={})
    perform(application, "pass_stage", by=people["county"], data={})
    perform(application, "pass_stage", by=people["checker"], data={})
    with django_assert_max_num_queries(60):
        granted = perform(application, "approve", by=people["approver"], data={"line": line})
    assert granted.amount_approved == 125 * TRAINEE + HOST
    with django_assert_max_num_queries(60):
        perform(granted, "register_payment", by=people["finance"], data={"paid_on": today(), "voucher": "SX-1"})
    line.refresh_from_db()
    assert line.paid == 125 * TRAINEE + HOST
    assert ledger.drift() == []


def today():
    from bureau.common import clock

    return clock.today()


def test_a_payment_the_bank_returned_is_owed_and_paid_again(ground):
    granted, people, line = approved(ground, make.submitted(ground))
    perform(granted, "register_payment", by=people["finance"], data={"paid_on": today(), "voucher": "SX-1"})
    entry = Entry.objects.filter(kind="pay", payee_line__role="trainee").first()
    ledger.take_back(entry=entry, kind="return", by=people["finance"], on=today())
    line.refresh_from_db()
    assert (line.reserved, line.paid) == (TRAINEE, TRAINEE + HOST)
    assert PayeeLine.objects.get(pk=entry.payee_line_id).live  # the claim stands, the money is owed again


def test_the_figures_count_people_hosts_and_money(ground):
    from bureau.common.periods import Kind, Period
    from bureau.metrics import compute

    granted, people, _line = approved(ground, make.submitted(ground))
    perform(granted, "register_payment", by=people["finance"], data={"paid_on": today(), "voucher": "SX-1"})
    window = Period.of(Kind.YEAR, today())
    keys = ["placements.trainees_paid", "placements.hosts_paid", "placements.paid", "placements.running"]
    figures = compute(keys, [window])
    assert [figures.value(key, window) for key in keys][:3] == [2, 1, 2 * TRAINEE + HOST]
