"""Titles from nomination to their end: who may do what, what the database keeps, how long they are valid."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from bureau.accounts.roles import Role
from bureau.common import clock
from bureau.facts.rules import check, explain, verdicts
from bureau.notifications.models import Notification
from bureau.workflow import Refused, perform, perform_all
from enterprises.credentials import actions, queries
from enterprises.credentials.enums import Standing, State
from enterprises.credentials.models import CODE_PATTERN, Credential, CredentialQuota
from enterprises.credentials.tasks import remind_of_ends
from enterprises.models import Enterprise
from tests.factories import accounts
from tests.factories import credentials as make
from tests.factories import enterprises as shops

pytestmark = pytest.mark.django_db


@pytest.fixture
def who():
    return make.people()


def enforced() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate; set constraints all deferred")


def run(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    enforced()


# --- the way of a title -------------------------------------------------------------------------------


def test_from_nomination_to_plaque(who):
    row = make.credential(who, state=State.PLAQUE)
    enforced()
    assert [entry.name for entry in row.log.all()] == ["select", "name", "give_plaque"]
    assert row.entered_by == who.county and row.selected_by == who.clerk and row.named_by == who.approver
    assert row.valid_until == actions.years_later(row.valid_from, 3)
    assert row.plaque_number == row.number
    assert row.standing() == Standing.VALID
    import re

    assert re.match(CODE_PATTERN, row.code)


def test_three_different_people(who):
    round = make.round_of(by=who.clerk)
    own = actions.nominate(by=who.clerk, round=round, kind=make.kind(), shop=shops.enterprise(), reason="好")
    with pytest.raises(Refused, match="nominated|推荐"):
        perform(own, "select", by=who.clerk, data={"selected_on": clock.today()})
    both = accounts.staff(Role.CLERK, Role.APPROVER)
    row = perform(make.credential(who, round=round), "select", by=both, data={"selected_on": clock.today()})
    with pytest.raises(Refused, match="selection|评审"):
        perform(row, "name", by=both, data={**make.NAMING, "named_on": clock.today()})


def test_the_county_does_not_record_what_the_bureau_decided(who):
    other = accounts.staff(Role.CLERK, unit=accounts.county())
    with pytest.raises(Refused, match="bureau|局"):
        perform(make.credential(who), "select", by=other, data={"selected_on": clock.today()})


def test_no_selection_without_minutes(who):
    round = make.round_of(met=False)
    row = make.credential(who, round=round)
    with pytest.raises(Refused, match="minutes|纪要"):
        perform(row, "select", by=who.clerk, data={"selected_on": clock.today()})


def test_no_more_than_the_quota(who):
    round = make.round_of(quota=1, by=who.clerk)
    make.credential(who, round=round, state=State.SELECTED)
    with pytest.raises(Refused, match="quota|名额"):
        make.credential(who, round=round, state=State.SELECTED)


def test_a_closed_round_takes_no_nominations(who):
    round = make.round_of(by=who.clerk)
    round.closes_on = clock.today() - timedelta(days=1)
    round.save()
    with pytest.raises(ValidationError):
        make.credential(who, round=round)


def test_a_shop_once_per_round_and_kind(who):
    round, shop = make.round_of(by=who.clerk), shops.enterprise()
    first = make.credential(who, round=round, shop=shop)
    with pytest.raises(ValidationError):
        make.credential(who, round=round, shop=shop)
    perform(first, "withdraw", by=who.county, data={"reason": "材料不全"})
    assert make.credential(who, round=round, shop=shop).state == State.NOMINATED


def test_named_all_at_once_with_a_result_for_each(who):
    round = make.round_of(by=who.clerk)
    rows = [make.credential(who, round=round, state=State.SELECTED) for _n in range(3)]
    perform(rows[0], "not_select", by=who.clerk, data={"reason": "公示期内收到异议"})
    data = {**make.NAMING, "named_on": clock.today()}
    outcomes = perform_all(Credential.objects.filter(round=round), "name", by=who.approver, data=data)
    assert sorted(outcome.done for outcome in outcomes) == [False, True, True]
    enforced()


def test_a_renewal_follows_its_predecessor(who):
    today = clock.today()
    shop = shops.enterprise()
    old = make.back_entered(who, named_on=today - timedelta(days=1000), valid_until=today + timedelta(days=60), shop=shop)
    new = make.credential(who, state=State.NAMED, shop=shop)
    assert new.predecessor == old
    assert new.valid_from == old.valid_until + timedelta(days=1)
    assert new.standing() == Standing.COMING
    assert not queries.ending(today, 90).filter(pk=old.pk).exists()


def test_validity_is_a_matter_of_dates(who):
    row = make.back_entered(who, named_on=date(2018, 3, 20))
    assert row.valid_until == date(2021, 3, 19)
    assert row.standing(date(2021, 3, 19)) == Standing.VALID
    assert row.standing(date(2021, 3, 20)) == Standing.EXPIRED
    assert row.standing(date(2018, 3, 19)) == Standing.COMING
    revoked = perform(row, "revoke", by=who.approver, data={"ended_on": date(2020, 5, 1), "reason": "整改不合格"})
    assert revoked.standing(date(2020, 4, 30)) == Standing.VALID
    assert revoked.standing(date(2020, 5, 1)) == Standing.REVOKED


def test_a_back_entry_counts_once_another_person_confirmed_it(who):
    row = make.back_entered(who, named_on=date(2019, 6, 18), confirmed=False, plaque_on=date(2019, 6, 18),
                            plaque_number="SF-1")
    assert not Credential.objects.public().exists()
    with pytest.raises(Refused):
        perform(row, "confirm", by=who.county)
    assert perform(row, "confirm", by=who.verifier).state == State.PLAQUE
    enforced()


# --- what the database keeps --------------------------------------------------------------------------

FORBIDDEN = {
    "state without a log": ("nominated", "update enterprises_credential set state='withdrawn', version=version+1, "
                            "ended_on=effective_date, ended_at=now(), ended_by_id=entered_by_id, end_reason='x' where id=%s"),
    "a state that does not follow": ("nominated", "update enterprises_credential set state='plaque' where id=%s"),
    "selected by the nominator": ("selected", "update enterprises_credential set selected_by_id=entered_by_id where id=%s"),
    "named by who selected": ("named", "update enterprises_credential set named_by_id=selected_by_id where id=%s"),
    "named without a document": ("named", "update enterprises_credential set document='' where id=%s"),
    "named without an author": ("named", "update enterprises_credential set named_by_id=null, named_at=null where id=%s"),
    "valid until before valid from": ("named", "update enterprises_credential set valid_until=valid_from-1 where id=%s"),
    "named before selected": ("named", "update enterprises_credential set named_on=selected_on-1 where id=%s"),
    "plaque without a number": ("plaque", "update enterprises_credential set plaque_number=null where id=%s"),
    "plaque before the naming": ("plaque", "update enterprises_credential set plaque_on=named_on-1 where id=%s"),
    "end without a reason": ("revoked", "update enterprises_credential set end_reason='' where id=%s"),
    "selection dropped": ("selected", "update enterprises_credential set selected_on=null, selected_at=null, "
                          "selected_by_id=null where id=%s"),
    "a score of 101": ("selected", "update enterprises_credential set score=101 where id=%s"),
    "a year of 1021": ("named", "update enterprises_credential set valid_until='1021-01-01', valid_from='1020-01-01' where id=%s"),
    "a code that can be guessed": ("named", "update enterprises_credential set code='1' where id=%s"),
    "out of its round": ("named", "update enterprises_credential set round_id=null where id=%s"),
    "other minutes after a selection": ("selected", "update enterprises_credentialround set met_on=met_on-1 "
                                        "where id=(select round_id from enterprises_credential where id=%s)"),
    "a changed log": ("selected", "update enterprises_credentiallog set comment='x' where subject_id=%s"),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_the_database_refuses(who, name):
    state, statement = FORBIDDEN[name]
    row = make.credential(who, state=State(state))
    enforced()
    with pytest.raises(IntegrityError), transaction.atomic():
        run(statement, row.pk)


def test_the_database_counts_the_quota(who):
    round = make.round_of(quota=2, by=who.clerk)
    for _n in range(2):
        make.credential(who, round=round, state=State.SELECTED)
    third = make.credential(who, round=round)
    enforced()  # a table with events to come cannot change
    statement = ("update enterprises_credential set state='selected', version=version+1, selected_on=%s, selected_at=now(), "
                 "selected_by_id=%s where id=%s")
    with pytest.raises(IntegrityError, match="gives no more"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [clock.today(), who.clerk.pk, third.pk])
    # Without the trigger it would have been taken: the guard is what keeps the promise.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("alter table enterprises_credential disable trigger enterprises_credential_selection")
        cursor.execute(statement, [clock.today(), who.clerk.pk, third.pk])
        assert Credential.objects.filter(round=round, selected_on__isnull=False).count() == 3
        transaction.set_rollback(True)


def test_the_database_refuses_a_confirmation_of_ones_own(who):
    row = make.back_entered(who, named_on=date(2019, 6, 18))
    enforced()
    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.objects.filter(pk=row.pk).update(confirmed_by=row.entered_by_id)


def test_a_predecessor_is_of_the_same_shop(who):
    row, other = make.credential(who), make.back_entered(who, named_on=date(2019, 6, 18))
    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.objects.filter(pk=row.pk).update(predecessor=other)


def test_a_quota_may_be_raised(who):
    round = make.round_of(quota=1, by=who.clerk)
    make.credential(who, round=round, state=State.SELECTED)
    CredentialQuota.objects.filter(round=round).update(quota=2)
    assert make.credential(who, round=round, state=State.SELECTED).state == State.SELECTED


# --- facts ------------------------------------------------------------------------------------------


def test_titles_are_facts(who):
    holder, stranger, former = shops.enterprise(), shops.enterprise(), shops.enterprise()
    today = clock.today()
    make.credential(who, state=State.NAMED, shop=holder)
    make.credential(who, state=State.REVOKED, shop=former)
    make.back_entered(who, named_on=today - timedelta(days=900), valid_until=today - timedelta(days=1), shop=stranger)
    rule = {"is": ["credentials.leading.valid", "=", True]}
    assert check(rule) == []
    for grouped in (True, False):
        found = dict(verdicts([rule], Enterprise.objects.filter(pk__in=[holder.pk, stranger.pk, former.pk]), grouped=grouped))
        assert found == {holder.pk: True, stranger.pk: False, former.pk: False}
    node = explain(rule, holder.pk)
    assert node.verdict is True and node.label
    count = {"is": ["credentials.count", ">=", 1]}
    assert explain(count, holder.pk).verdict is True
    assert explain(count, stranger.pk).verdict is False


def test_a_title_of_others_is_unknown_not_failed(who):
    """A register that is not complete says nothing about those who are not in it."""
    other = make.kind("green_food", is_complete=False)
    holder, stranger = shops.enterprise(), shops.enterprise()
    make.back_entered(who, named_on=clock.today() - timedelta(days=10), shop=holder, of=other)
    rule = {"is": ["credentials.green_food.valid", "=", True]}
    assert dict(verdicts([rule], Enterprise.objects.filter(pk__in=[holder.pk, stranger.pk]))) == {
        holder.pk: True, stranger.pk: None}
    assert explain({"not": rule}, stranger.pk).verdict is None


# --- reminders --------------------------------------------------------------------------------------


def test_each_is_reminded_once(who):
    today, owner = clock.today(), accounts.owner()
    shop = shops.enterprise()
    shops.membership(owner, shop)
    make.back_entered(who, named_on=today - timedelta(days=1000), valid_until=today + timedelta(days=80), shop=shop)
    make.back_entered(who, named_on=today - timedelta(days=1000), valid_until=today + timedelta(days=400))
    for _n in range(3):
        remind_of_ends()
    assert Notification.objects.filter(kind="enterprises.credential_ends", to=owner).count() == 1
    assert Notification.objects.filter(kind="enterprises.credential_ends_office", to=who.county).count() == 1
    clock.shift(timedelta(days=55))
    remind_of_ends()
    remind_of_ends()
    assert Notification.objects.filter(kind="enterprises.credential_ends", to=owner).count() == 2
    assert Notification.objects.filter(kind="enterprises.credential_ends_office", to=who.county).count() == 2


def test_a_late_entry_is_reminded_of_the_near_end_only(who):
    today, owner = clock.today(), accounts.owner()
    shop = shops.enterprise()
    shops.membership(owner, shop)
    make.back_entered(who, named_on=today - timedelta(days=1000), valid_until=today + timedelta(days=10), shop=shop)
    remind_of_ends()
    keys = list(Notification.objects.filter(kind="enterprises.credential_ends").values_list("dedupe", flat=True))
    assert len(keys) == 1 and ":30:" in keys[0]
