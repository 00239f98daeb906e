"""Whatever is nominated, selected, turned down or changed in whatever order: never more than the quota, and the quota
never below what was selected, by the door or beside it."""

import threading
import time

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.common import clock
from bureau.workflow import NotDone, perform
from enterprises.credentials.enums import State
from enterprises.credentials.models import Credential, CredentialQuota
from enterprises.credentials.permissions import free_places
from tests.factories import credentials as make
from tests.harness.pages import browser

pytestmark = pytest.mark.django_db

STEPS = st.one_of(
    st.just(("select", 0)), st.just(("turn down", 0)), st.tuples(st.just("quota"), st.integers(1, 4)),
    st.just(("take away", 0)),
)


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=3, max_size=10), first=st.integers(1, 3))
def test_never_more_than_the_quota(db, steps, first):
    with transaction.atomic():
        who = make.people()
        round = make.round_of(quota=first, by=who.clerk)
        quota, chosen = first, []
        for step, number in steps:
            if step == "select":
                row = make.credential(who, round=round)
                fits = len(chosen) < quota
                assert done(lambda row=row: select(row, who)) is fits
                chosen += [row] if fits else []
            elif step == "turn down" and chosen:
                perform(chosen.pop(), "not_select", by=who.clerk, data={"reason": "复核"})
            elif step == "quota":
                fits = number >= len(chosen)
                assert done(lambda number=number: CredentialQuota.objects.filter(round=round).update(quota=number)) is fits
                quota = number if fits else quota
            elif step == "take away":
                assert done(lambda: empty(round)) is not bool(chosen)
            held = Credential.objects.filter(round=round, state=State.SELECTED).count()
            assert held == len(chosen) <= quota
            assert free_places(round, make.kind()) == quota - held
        transaction.set_rollback(True)


def select(row, who):
    return perform(row, "select", by=who.clerk, data={"selected_on": clock.today()})


def empty(round):
    """Taken away and put back: where something was selected, already the first is refused."""
    row = round.quotas.get()
    row.delete()
    row.pk = None
    row.save()


def done(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except (NotDone, IntegrityError):
        return False
    return True


def test_a_quota_stays_above_what_was_selected(db):
    who = make.people()
    round = make.round_of(quota=2, by=who.clerk)
    for _n in range(2):
        make.credential(who, round=round, state=State.SELECTED)
    quotas = CredentialQuota.objects.filter(round=round)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    for act in (lambda: quotas.update(quota=1), quotas.delete):
        with pytest.raises(IntegrityError, match="has selected"), transaction.atomic():
            act()
    # Without the trigger the round would give less than it has given.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("alter table enterprises_credentialquota disable trigger enterprises_credential_quota_kept")
        assert quotas.update(quota=1) == 1
        transaction.set_rollback(True)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_quota_lowered_while_somebody_selects_is_refused_beside_its_field():
    """The page waits for the selection and counts it. Without its lock the trigger would end it in an error."""
    who = make.people()
    round = make.round_of(quota=2, by=who.clerk)
    make.credential(who, round=round, state=State.SELECTED)
    row = make.credential(who, round=round)
    client, answers = browser(who.clerk), []
    address = f"/admin/enterprises/credentialround/{round.pk}/change/"
    values = {"name_zh": round.name_zh, "name_en": "Round", "opens_on": round.opens_on.isoformat(),
              "closes_on": round.closes_on.isoformat(), "met_on": round.met_on.isoformat(),
              "minutes_file": str(round.minutes_id), "quota_leading": "1"}

    def lower():
        answers.append(client.post(address, values))
        connection.close()

    other = threading.Thread(target=lower)
    with transaction.atomic():
        select(row, who)
        other.start()
        wait_until_blocked()
    other.join()
    assert answers[0].status_code == 200 and "已选出2家" in answers[0].content.decode().replace(" ", "")
    assert round.quotas.get().quota == 2


def wait_until_blocked():
    """Until another connection waits for a lock; nobody but us has any."""
    for _n in range(500):
        with connection.cursor() as cursor:
            cursor.execute("select exists(select from pg_locks where not granted)")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")
