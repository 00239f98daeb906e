"""A job is done once, whatever dies in between; its row is the truth."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.urls import reverse

from bureau import jobs
from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.audit.models import AuditEvent
from bureau.jobs import actions, runner, sweeper
from bureau.jobs.enums import State
from bureau.jobs.errors import LostLease
from bureau.jobs.models import Fault, Job, Tick
from bureau.jobs.registry import KINDS, TICKS, Every
from bureau.jobs.report import Report
from bureau.jobs.testing import run_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return User.objects.create_staff(username="wang", name="王", password=None)


@pytest.fixture
def sent(monkeypatch):
    """Ids that reach the broker; `sent.up = False` is a broker that is away."""

    class Sent(list):
        up = True

    box = Sent()

    def apply_async(args, **options):
        if not box.up:
            raise ConnectionError
        box.append(args[0])

    monkeypatch.setattr("bureau.jobs.celery_tasks.run_job.apply_async", apply_async)
    return box


@pytest.fixture
def kind():
    """Declare a kind of job for this test."""
    before = dict(KINDS)

    def declare(run, **options):
        jobs.kind("test.work", label="work", **options)(run)

    yield declare
    KINDS.clear()
    KINDS.update(before)


def die(job):
    """The lease of a killed worker runs out."""
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


def test_asked_in_a_transaction_and_sent_at_its_commit(staff, sent, kind, django_capture_on_commit_callbacks):
    kind(lambda job, report: {"sum": job.params["a"] + 1})
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.ask("test.work", by=staff, params={"a": 1})
        assert sent == []
    assert sent == [str(job.pk)]
    assert [(j.state, j.result) for j in run_waiting()] == [(State.DONE, {"sum": 2})]


def test_the_same_key_is_the_same_job(staff, sent, kind):
    kind(lambda job, report: None)
    first, second = (jobs.ask("test.work", by=staff, key="once") for _ in range(2))
    assert first == second
    assert Job.objects.count() == 1


def test_rights_are_asked_when_the_job_is(staff, kind):
    kind(lambda job, report: None, permission=Permission.ENTERPRISE_IMPORT)
    with pytest.raises(PermissionDenied):
        jobs.ask("test.work", by=staff)
    assert jobs.ask("test.work", by=User.objects.machine())


def test_a_broker_that_is_away_loses_nothing(staff, sent, kind, django_capture_on_commit_callbacks):
    kind(lambda job, report: None)
    sent.up = False
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.ask("test.work", by=staff)
    assert Job.objects.get().state == State.WAITING
    sent.up = True
    assert sweeper.sweep() == 1
    assert sent == [str(job.pk)]


def test_a_broker_that_was_emptied_gets_the_job_again(staff, sent, kind):
    kind(lambda job, report: None)
    job = jobs.ask("test.work", by=staff)
    for _twice in range(2):
        assert sweeper.sweep() == 0, "not at once"
        Job.objects.update(sent_at=Now() - timedelta(seconds=31))
        assert sweeper.sweep() == 1
    assert sent == [str(job.pk)] * 2


def test_a_job_for_later_is_sent_when_its_time_has_come(
    staff, sent, kind, django_capture_on_commit_callbacks,
):
    kind(lambda job, report: None)
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.ask("test.work", by=staff, after=timedelta(hours=9))
    Job.objects.update(sent_at=Now() - timedelta(hours=8))
    assert (sweeper.sweep(), sent) == (0, [])
    Job.objects.update(next_at=Now())
    assert (sweeper.sweep(), sent) == (1, [str(job.pk)])


def test_a_message_that_comes_three_times_has_one_effect(staff, kind):
    ran = []
    kind(lambda job, report: ran.append(job.fence))
    job = jobs.ask("test.work", by=staff)
    for delivery in ("a", "b", "c"):
        runner.run(job.pk, delivery, inline=True)
    assert ran == [1]


def test_a_running_job_is_nobody_elses(staff, kind):
    kind(lambda job, report: None)
    job = jobs.ask("test.work", by=staff)
    assert actions.claim(job.pk, "a")
    assert actions.claim(job.pk, "b") is None
    assert actions.claim(job.pk, "a"), "the same delivery comes again only when its worker died"


def test_a_dead_workers_job_is_given_back_and_given_up_after_three_deaths(staff, sent, kind, caplog):
    kind(lambda job, report: None)
    job = jobs.ask("test.work", by=staff)
    for attempt in (1, 2, 3):
        assert actions.claim(job.pk).attempts == attempt
        die(job)
        sweeper.sweep()
    job.refresh_from_db()
    assert (job.state, job.lease_until) == (State.FAILED, None)
    assert sent == [str(job.pk)] * 2
    assert AuditEvent.objects.filter(event="jobs.job.dead").exists()
    assert "given up after 3 attempts" in caplog.text


def test_a_stale_worker_cannot_publish(staff, kind):
    kind(lambda job, report: None)
    job = jobs.ask("test.work", by=staff)
    stale = Report(actions.claim(job.pk), inline=True)
    die(job)
    fresh = Report(actions.claim(job.pk), inline=True)
    assert fresh.publish(lambda: User.objects.create_staff(username="fresh", name="", password=None).pk)
    for late in (
        lambda: stale.publish(lambda: User.objects.create_staff(username="stale", name="", password=None), "other"),
        lambda: stale.step(1, 2),
        lambda: stale.attach(None),
    ):
        with pytest.raises(LostLease):
            late()
    assert not actions.finish(stale.job, State.DONE)
    assert not User.objects.filter(username="stale").exists()
    assert actions.finish(fresh.job, State.DONE)


def test_without_the_fence_the_stale_worker_would_publish(staff, kind, monkeypatch):
    """The test above can fail: with the guard taken out the stale write goes through."""
    monkeypatch.setattr(Report, "_seal", lambda self, name, answer: None)
    with pytest.raises(pytest.fail.Exception):
        test_a_stale_worker_cannot_publish(staff, kind)


def test_what_was_published_is_not_done_again_by_the_next_attempt(staff, kind):
    written = []

    def run(job, report):
        report.publish(lambda: written.append("first") or "kept", "first")
        if job.attempts == 1:
            raise ZeroDivisionError
        return {"again": report.publish(lambda: written.append("second"), "second"), "kept": "kept"}

    kind(run)
    jobs.ask("test.work", by=staff)
    assert run_waiting()[0].state == State.WAITING
    job = run_waiting()[0]
    assert (job.state, written) == (State.DONE, ["first", "second"])
    assert job.published == {"first": "kept", "second": None}


def test_an_error_is_tried_three_times_and_its_text_stays_in_the_log(staff, kind):
    def run(job, report):
        raise RuntimeError("secret detail")

    kind(run)
    job = jobs.ask("test.work", by=staff)
    for _attempt in range(3):
        run_waiting()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.FAILED, 3)
    assert job.error
    assert "secret" not in job.error


@pytest.mark.parametrize("error", [jobs.JobError("no header row"), ValidationError("no header row")])
def test_what_cannot_work_is_told_at_once(staff, kind, error):
    def run(job, report):
        report.fault(3, "电话", "1\x00", "wrong")
        raise error

    kind(run)
    jobs.ask("test.work", by=staff)
    job = run_waiting()[0]
    assert (job.state, job.attempts, job.error) == (State.FAILED, 1, "no header row")
    assert list(job.faults.values_list("row", "column", "value", "reason")) == [(3, "电话", "1\ufffd", "wrong")]


def test_cancelling(staff, kind):
    def run(job, report):
        actions.cancel(job, by=staff)
        report.step(1, 2)
        raise AssertionError("not reached")

    kind(run)
    jobs.ask("test.work", by=staff)
    assert run_waiting()[0].state == State.CANCELLED
    waiting = jobs.ask("test.work", by=staff)
    assert actions.cancel(waiting, by=staff)
    assert run_waiting() == []
    assert not actions.cancel(waiting, by=staff)
    assert AuditEvent.objects.filter(event="jobs.job.cancelled").count() == 2


def test_a_step_renews_the_lease_and_is_written_sparingly(staff, kind, django_assert_num_queries):
    kind(lambda job, report: None, lease=100)
    report = Report(actions.claim(jobs.ask("test.work", by=staff).pk), inline=True)
    Job.objects.update(lease_until=Now() + timedelta(seconds=5))
    report.step(1, 1000, "reading")
    job = Job.objects.get()
    assert (job.done, job.total, job.message) == (1, 1000, "reading")
    assert Job.objects.filter(lease_until__gt=Now() + timedelta(seconds=90)).exists()
    with django_assert_num_queries(0):
        for done in range(2, 900):
            report.step(done, 1000)


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_runs_own_transaction_is_open(kind):
    staff = User.objects.create_staff(username="wang", name="王", password=None)
    seen = []

    def run(job, report):
        def write():
            report.step(5, 10, "in the middle")
            transaction.get_connection().cursor().execute("select 1")
            seen.append(Job.objects.values_list("done", "message").get(pk=job.pk))
            raise ZeroDivisionError

        report.publish(write)

    kind(run)
    jobs.ask("test.work", by=staff)
    job = run_waiting()[0]
    assert seen == [(5, "in the middle")]
    assert (job.state, job.done) == (State.WAITING, 5), "progress stays although the transaction was rolled back"


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "odd"},
        {"state": State.RUNNING},
        {"state": State.DONE},
        {"lease_until": Now()},
        {"done": 3, "total": 2},
        {"finished_at": Now()},
    ],
)
def test_the_database_refuses_impossible_rows(staff, kind, broken):
    kind(lambda job, report: None)
    jobs.ask("test.work", by=staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.update(**broken)


def test_a_periodic_function_runs_once_per_interval(monkeypatch):
    ran = []
    ticks = {"t": Every("t", lambda: ran.append(1), timedelta(minutes=5))}
    monkeypatch.setattr(sweeper, "TICKS", ticks)
    for _beat in range(3):
        sweeper.run_due_ticks()
    assert ran == [1]
    Tick.objects.filter(name="t").update(last_at=F("last_at") - timedelta(minutes=6))
    sweeper.run_due_ticks()
    assert ran == [1, 1]
    assert "bureau.jobs.tasks.check_audit_chain" in TICKS


def test_a_periodic_function_that_fails_does_not_stop_the_others(monkeypatch):
    ran = []
    ticks = {
        "bad": Every("bad", lambda: 1 / 0, timedelta(minutes=5)),
        "good": Every("good", lambda: ran.append(1), timedelta(minutes=5)),
    }
    monkeypatch.setattr(sweeper, "TICKS", ticks)
    sweeper.run_due_ticks()
    assert ran == [1]


def test_the_heartbeat_is_known():
    assert sweeper.seconds_since_last_tick() is None
    sweeper.note_heartbeat()
    assert -1 < sweeper.seconds_since_last_tick() < 10


class TestPages:
    @pytest.fixture
    def job(self, staff, kind):
        def run(job, report):
            report.fault(3, "电话", "=1+1", "wrong")
            report.fault(None, "", None, "another")

        kind(run)
        return jobs.ask("test.work", by=staff)

    def test_progress_then_faults(self, client, staff, job, django_assert_max_num_queries):
        client.force_login(staff)
        url = reverse("jobs:detail", args=[job.pk])
        page = client.get(url, headers={"HX-Request": "true"}).content.decode()
        assert 'hx-trigger="every 2s"' in page
        assert "<html" not in page
        run_waiting()
        with django_assert_max_num_queries(15):
            page = client.get(url).content.decode()
        assert "=1+1" in page
        assert "every 2s" not in page
        table = b"".join(client.get(reverse("jobs:faults", args=[job.pk]))).decode("utf-8-sig")
        assert "3,电话,'=1+1,wrong" in table

    def test_another_persons_job_is_not_found(self, client, job):
        client.force_login(User.objects.create_staff(username="li", name="李", password=None))
        for name in ("detail", "faults", "cancel"):
            method = client.post if name == "cancel" else client.get
            assert method(reverse(f"jobs:{name}", args=[job.pk])).status_code == 404
        job.refresh_from_db()
        assert job.state == State.WAITING

    def test_cancel_button(self, client, staff, job):
        client.force_login(staff)
        assert client.get(reverse("jobs:cancel", args=[job.pk])).status_code == 405
        client.post(reverse("jobs:cancel", args=[job.pk]))
        job.refresh_from_db()
        assert job.state == State.CANCELLED
        assert not Fault.objects.exists()
