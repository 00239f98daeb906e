"""Agreements, placements and months: what may be done, and what the database refuses whoever asks."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from bureau.attachments.enums import Channel
from bureau.common import clock
from bureau.workflow import Refused, perform
from enterprises.people import PersonRow, people_for
from tests.factories import placements as make
from tests.factories import subsidies
from training.models import Agreement, MonthRow, MonthSheet, Placement
from training.placements import actions, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    return make.ground(ready=False)


def refused(constraint, call):
    """`call` breaks exactly this rule of the database."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        call()
    assert re.search(constraint, refusal.value.__cause__.diag.constraint_name)


# --- the life of an agreement ---------------------------------------------------------------------------------------


def test_from_draft_to_finished(ground):
    agreement = ground.agreement
    assert agreement.state == "running"
    assert [row.name for row in agreement.log.order_by("version")] == ["sign", "begin"]
    assert agreement.number.startswith("SX")
    assert perform(agreement, "finish", by=ground.clerk).state == "finished"


def test_nothing_begins_before_its_first_day_or_without_people(ground):
    first = clock.today() + timedelta(days=10)
    coming = make.signed(make.draft(
        ground.world.shop, ground.clerk, ground.world.county, starts_on=first, ends_on=first + timedelta(days=90)
    ), ground.clerk)
    with pytest.raises(Refused) as refusal:
        perform(coming, "begin", by=ground.clerk)
    assert len(refusal.value.reasons) == 2


def test_ending_early_cuts_placements_and_cancels_those_to_come(ground):
    agreement, day = ground.agreement, ground.agreement.months()[1]
    late = make.trainee(agreement, starts_on=agreement.months()[2])
    (coming,) = actions.place(agreement=agreement, trainees=[late], by=ground.clerk)
    perform(agreement, "stop", by=ground.clerk, data={"stopped_on": day, "reason": "店铺停业"})
    coming.refresh_from_db()
    assert coming.cancelled_at is not None
    assert {row.ends_on for row in agreement.placements.standing()} == {day}


def test_it_cannot_end_before_days_that_were_confirmed(ground):
    agreement = ground.agreement
    make.confirmed(agreement, ground.owner, ground.clerk, days=28)
    with pytest.raises(Refused):
        perform(agreement, "stop", by=ground.clerk, data={"stopped_on": agreement.starts_on, "reason": "停业"})
    agreement.refresh_from_db()
    assert agreement.state == "running"


def test_signed_means_signed(ground):
    agreement = ground.agreement
    refused("agreement_keeps", lambda: Agreement.objects.filter(pk=agreement.pk).update(monthly_wage=1))
    with pytest.raises(Refused):
        actions.change_draft(agreement=agreement, by=ground.clerk, trainer="别人")


def test_state_moves_only_by_its_table(ground):
    agreement = ground.agreement
    refused("guard_training_agreement_edge", lambda: Agreement.objects.filter(pk=agreement.pk).update(state="signed"))


# --- trainees -------------------------------------------------------------------------------------------------------


def other_agreement(ground, **values):
    shop = subsidies.shop(ground.owner, name="第二家店")
    return make.draft(shop, ground.clerk, ground.world.county, **values)


def test_one_person_learns_in_one_shop_at_a_time(ground):
    person = ground.placements[0].person
    other = other_agreement(ground)
    twin = make.trainee(other, name=person.name, number=person.id_number.reveal())
    with pytest.raises(ValidationError, match=person.name):
        actions.place(agreement=other, trainees=[make.trainee(other), twin], by=ground.clerk)
    assert not other.placements.exists()  # all or none


def test_the_database_refuses_overlaps_by_whatever_path(ground):
    first = ground.placements[0]
    twin = Placement(
        agreement=first.agreement, person=first.person, starts_on=first.ends_on, ends_on=first.ends_on,
        entered_by=ground.clerk,
    )
    refused("placement_no_overlap", lambda: Placement.objects.bulk_create([twin]))


def test_the_same_person_may_come_back_later_or_after_a_cancellation(ground):
    person = ground.placements[0].person
    earlier = other_agreement(ground, months=2, ago=3)
    again = make.trainee(earlier, name=person.name, number=person.id_number.reveal())
    assert actions.place(agreement=earlier, trainees=[again], by=ground.clerk)
    actions.leave(placement=ground.placements[0], by=ground.clerk, last_day=None, reason="没有报到")
    same = other_agreement(ground)
    assert actions.place(
        agreement=same, trainees=[make.trainee(same, name=person.name, number=person.id_number.reveal())],
        by=ground.clerk,
    )


def test_a_placement_lies_within_its_agreement(ground):
    person = next(iter(people_for([PersonRow("外人", make.id_number())]).values()))
    outside = Placement(
        agreement=ground.agreement, person=person, starts_on=ground.agreement.starts_on,
        ends_on=ground.agreement.ends_on + timedelta(days=1), entered_by=ground.clerk,
    )
    refused("placement_within_term", outside.save)


def test_a_placement_stays_with_its_person(ground):
    one, two = ground.placements
    refused("placement_keeps", lambda: Placement.objects.filter(pk=one.pk).update(person=two.person))


def test_accounts_are_whole_encrypted_and_nobody_elses(ground):
    one, two = ground.placements
    account = one.account.reveal()
    with connection.cursor() as cursor:
        cursor.execute("select account from training_placement where id = %s", [one.pk])
        assert account not in cursor.fetchone()[0]
    with pytest.raises(ValidationError):
        actions.save_account(placement=two, by=ground.owner, kind="personal", account=account, bank="某行")
    refused("placement_account_whole", lambda: Placement.objects.filter(pk=one.pk).update(bank=""))


def test_only_the_host_and_the_office_write(ground):
    from django.core.exceptions import PermissionDenied

    stranger = make.clerk(ground.world.other_county, "clerk-ledu")
    with pytest.raises(PermissionDenied):
        actions.save_account(placement=ground.placements[0], by=stranger, kind="personal", account="", bank="某行")
    with pytest.raises(Refused):
        actions.place(agreement=ground.agreement, trainees=[make.trainee(ground.agreement)], by=ground.owner)


def test_a_roster_of_200_is_placed_in_few_statements(ground, django_assert_max_num_queries):
    agreement = other_agreement(ground)
    rows = [make.trainee(agreement) for _n in range(200)]
    with django_assert_max_num_queries(25):
        actions.place(agreement=agreement, trainees=rows, by=ground.clerk)
    assert agreement.placements.count() == 200


# --- months ---------------------------------------------------------------------------------------------------------


def test_the_host_says_the_county_confirms(ground):
    month = ground.agreement.months()[0]
    sheet = make.reported(ground.agreement, month, ground.owner)
    assert perform(sheet, "confirm", by=ground.clerk).confirmed_by == ground.clerk
    with pytest.raises(Refused):
        make.reported(ground.agreement, month, ground.owner)


def test_saying_it_again_replaces_it_until_it_is_confirmed(ground):
    month = ground.agreement.months()[0]
    make.reported(ground.agreement, month, ground.owner)
    sheet = make.reported(ground.agreement, month, ground.owner, days=9)
    assert {row.days for row in sheet.rows.all()} == {9}
    assert sheet.version == 2


def test_who_entered_a_month_does_not_confirm_it(ground):
    sheet = make.reported(ground.agreement, ground.agreement.months()[0], ground.clerk)
    with pytest.raises(Refused):
        perform(sheet, "confirm", by=ground.clerk)
    other = make.clerk(ground.world.bureau, "clerk-bureau")
    assert perform(sheet, "confirm", by=other).state == "confirmed"


def test_what_the_only_clerk_of_a_county_entered_waits_for_the_bureau(ground):
    above = make.clerk(ground.world.bureau, name="clerk-of-the-bureau")
    month = ground.agreement.months()[0]
    rows = dict.fromkeys(queries.trainees_of(ground.agreement, month), (20, make.WAGE))
    said = make.reported(ground.agreement, ground.agreement.months()[1], ground.owner)
    entered = actions.report(
        agreement=ground.agreement, month=month, rows=rows, by=ground.clerk, channel=Channel.ON_BEHALF
    )
    assert list(queries.sheets_to_confirm(ground.clerk)) == [said]
    assert list(queries.sheets_to_confirm(above)) == [entered]
    assert perform(entered, "confirm", by=above).confirmed_by == above


def test_sent_back_with_a_word_and_said_again(ground):
    sheet = make.reported(ground.agreement, ground.agreement.months()[0], ground.owner)
    sheet = perform(sheet, "send_back", by=ground.clerk, data={"note": "天数与工资表不符"})
    assert sheet.return_note
    owed = [item.month for item in queries.due_months(Agreement.objects.all())]
    assert owed.count(sheet.month) == 1
    again = make.reported(ground.agreement, sheet.month, ground.owner)
    assert (again.state, again.return_note) == ("reported", "")


def test_a_month_that_runs_is_not_reported(ground):
    first = clock.today().replace(day=1)
    agreement = make.running(
        subsidies.shop(ground.owner), ground.clerk, ground.world.county, starts_on=first,
        ends_on=first + timedelta(days=80),
    )
    with pytest.raises(Refused):
        make.reported(agreement, first, ground.owner)


def test_nobody_works_more_days_than_he_was_there(ground):
    agreement = ground.agreement
    month = agreement.months()[0]
    short = make.trainee(agreement, ends_on=month + timedelta(days=4))
    (placement,) = actions.place(agreement=agreement, trainees=[short], by=ground.clerk)
    sheet = make.reported(agreement, month, ground.owner, days=5)
    refused("monthrow_within_placement", lambda: MonthRow.objects.filter(placement=placement).update(days=6))
    assert sheet.rows.count() == 3


def test_what_was_confirmed_stands(ground):
    make.confirmed(ground.agreement, ground.owner, ground.clerk, months=1)
    refused("monthrow_confirmed", lambda: MonthRow.objects.update(days=1))
    refused("monthrow_confirmed", lambda: MonthRow.objects.all().delete())
    refused("placement_confirmed_days", lambda: Placement.objects.filter(pk=ground.placements[0].pk).update(
        ends_on=ground.agreement.starts_on))


def test_dates_and_authors_are_tied_to_the_state(ground):
    sheet = make.reported(ground.agreement, ground.agreement.months()[0], ground.owner)
    rows = MonthSheet.objects.filter(pk=sheet.pk)
    refused("monthsheet_confirmed_at_iff_state|monthsheet_confirmed_at_together",
            lambda: rows.update(confirmed_at=clock.now()))
    refused("monthsheet_two_people|iff_state", lambda: rows.update(confirmed_by=ground.owner, confirmed_at=clock.now()))
    refused("monthsheet_first_day", lambda: rows.update(month=sheet.month + timedelta(days=1)))
    refused("monthsheet_once", lambda: MonthSheet.objects.create(
        agreement=ground.agreement, month=sheet.month, entered_by=ground.owner))
    refused("agreement_stopped_on_iff_state",
            lambda: Agreement.objects.filter(pk=ground.agreement.pk).update(stopped_on=ground.agreement.ends_on))


def test_due_months_cost_the_same_whatever_their_number(ground, django_assert_num_queries):
    for _n in range(4):
        make.running(subsidies.shop(ground.owner), ground.clerk, ground.world.county)
    with django_assert_num_queries(2):
        assert len(queries.due_months(Agreement.objects.all())) == 15


def test_whoever_left_and_came_back_counts_by_all_his_months(ground):
    make.confirmed(ground.agreement, ground.owner, ground.clerk)
    rows = list(queries.confirmed_months(ground.agreement.placements.all(), days=15))
    assert {row.months_confirmed for row in rows} == {3}
    assert {row.months_confirmed for row in queries.confirmed_months(Placement.objects.all(), days=21)} == {0}
    assert Decimal(rows[0].months.first().wage) == make.WAGE
