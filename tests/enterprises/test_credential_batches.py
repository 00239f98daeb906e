"""One step for a whole list of titles: all at once, in few queries each, heard on the way, and on from where it broke."""

from datetime import date, timedelta

import pytest

from bureau import jobs
from bureau.audit.models import AuditEvent
from bureau.jobs.report import Report
from bureau.jobs.testing import run_waiting
from enterprises.credentials.enums import State
from enterprises.credentials.models import Credential, CredentialLog
from tests.factories import credentials as make
from tests.factories import enterprises as shops
from tests.harness.pages import browser

pytestmark = pytest.mark.django_db
LIST = "/admin/enterprises/credential/"
ROWS = 30


@pytest.fixture
def who():
    return make.people()


@pytest.fixture
def listed(who):
    """A list that somebody has imported."""
    shop, day = shops.enterprise(), date(2016, 6, 18)
    return [make.back_entered(who, named_on=day + timedelta(days=n), shop=shop, confirmed=False) for n in range(ROWS)]


def asked(who, rows):
    return jobs.ask("enterprises.move_credentials", by=who.verifier, params={
        "step": "confirm", "ids": [row.pk for row in rows], "data": {}})


def test_a_whole_list_is_confirmed_with_one_choice(who, listed, monkeypatch):
    """One page is ticked and everything is chosen; the list is longer than its counted rows."""
    monkeypatch.setattr("bureau.accounts.admin_paging.CAP", 10)
    monkeypatch.setattr("enterprises.credentials.batch.AT_ONCE", 5)
    monkeypatch.setattr("enterprises.credentials.admin.CredentialAdmin.list_per_page", 4)
    client = browser(who.verifier)
    page = client.get(LIST, {"desk": "confirm"}).content.decode()
    assert "选中本列表的全部条目" in page and "选中所有的" not in page
    answer = client.post(f"{LIST}?desk=confirm", {
        "action": "confirm_chosen", "_selected_action": [listed[0].pk], "select_across": "1", "index": "0"})
    job = run_waiting("enterprises.move_credentials")[0]
    assert answer.status_code == 302
    assert (job.state, job.result) == ("done", {"done": ROWS, "refused": 0}), job.error
    assert set(Credential.objects.values_list("state", flat=True)) == {State.NAMED}


def test_who_chose_more_than_a_batch_takes_is_told_and_finds_the_rest(who, listed, monkeypatch):
    monkeypatch.setattr("enterprises.credentials.batch.AT_ONCE", 5)
    monkeypatch.setattr("bureau.workflow.admin_base.MOST", 20)
    client = browser(who.verifier)
    answer = client.post(f"{LIST}?desk=confirm", {
        "action": "confirm_chosen", "_selected_action": [listed[0].pk], "select_across": "1", "index": "0"}, follow=True)
    assert "每次办理20条，其余的仍在名单中" in answer.content.decode()
    run_waiting()
    assert Credential.objects.filter(state=State.PROPOSED).count() == ROWS - 20


def test_each_row_costs_few_queries_and_is_recorded_like_one(who, listed, django_assert_max_num_queries):
    """Twenty thousand rows end within the time of a job: lock, one guard, row, log, audit, and the bounds of each."""
    asked(who, listed)
    with django_assert_max_num_queries(8 * ROWS + 40):
        (job,) = run_waiting()
    assert (job.state, job.result) == ("done", {"done": ROWS, "refused": 0}), job.error
    keys = [row.pk for row in listed]
    assert CredentialLog.objects.filter(subject__in=keys, name="confirm", by=who.verifier).count() == ROWS
    events = AuditEvent.objects.filter(event="enterprises.credential.confirm", object_id__in=map(str, keys))
    assert events.count() == ROWS


def test_the_job_is_heard_after_every_row(who, listed, monkeypatch):
    """Its lease would run out, and another worker would begin the same."""
    heard = []
    monkeypatch.setattr(Report, "step", lambda self, done, total=0, *_words, **_how: heard.append((done, total)))
    asked(who, listed)
    run_waiting()
    assert heard == [(number, ROWS) for number in range(1, ROWS + 1)]


def test_what_broke_off_goes_on_where_it_was(who, listed, monkeypatch):
    """What was confirmed before the crash counts as done, and is no place to look at."""
    heard, broken = [], 12

    def step(self, done, total=0, *_words, **_how):
        heard.append((done, total))
        if len(heard) == broken:
            raise RuntimeError("the worker dies")

    monkeypatch.setattr(Report, "step", step)
    job = asked(who, listed)
    run_waiting()
    job.refresh_from_db()
    assert job.state == "waiting" and Credential.objects.filter(state=State.NAMED).count() == broken
    run_waiting()
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"done": ROWS, "refused": 0}), job.error
    assert heard == [(number, ROWS) for number in range(1, ROWS + 1)]
    assert not job.faults.exists()
    assert CredentialLog.objects.filter(name="confirm").count() == ROWS


def test_it_ends_before_the_time_of_a_worker_as_often_as_it_must(who, listed, monkeypatch):
    """However slow the machine: a run that has moved something is no failed attempt, and the next one goes on."""
    monkeypatch.setattr("bureau.workflow.engine.SHIFT", -1)
    job = asked(who, listed[:6])
    for left in range(5, 0, -1):
        run_waiting()
        job.refresh_from_db()
        assert (job.state, job.attempts) == ("waiting", 0)
        assert Credential.objects.filter(pk__in=job.params["ids"], state=State.PROPOSED).count() == left
    run_waiting()
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"done": 6, "refused": 0}), job.error
