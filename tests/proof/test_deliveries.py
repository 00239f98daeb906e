"""P4 and P13: a job delivered three times, by three workers at once; a job that always fails among others."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bureau import jobs
from bureau.accounts.models import User
from bureau.audit.models import AuditEvent
from bureau.jobs import actions, runner, sweeper
from bureau.jobs.enums import State
from bureau.jobs.models import Job
from bureau.jobs.registry import KINDS, Kind
from tests.proof.at_once import at_once

JOBS = 20


@pytest.fixture
def work(monkeypatch):
    """Declares the kind of these jobs; returns what has run, job by job."""
    ran = []
    monkeypatch.setattr("bureau.jobs.celery_tasks.run_job.apply_async", lambda *a, **k: None)
    kind = Kind("proof.work", "work", lambda job, report: ran.append(str(job.pk)), None, timedelta(minutes=2))
    monkeypatch.setitem(KINDS, kind.key, kind)
    return ran


def asked(count):
    boss = User.objects.machine()
    return [jobs.ask("proof.work", by=boss) for _n in range(count)]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.proof("P4", "held")
def test_three_deliveries_by_three_workers_have_one_effect(work, proof):
    for job in asked(JOBS):
        for delivery in range(3):
            at_once(3, lambda worker, job=job, d=delivery: runner.run(job.pk, f"{d}-{worker}", inline=True))
    assert len(work) == len(set(work)) == JOBS
    proof("P4").held(f"{JOBS} jobs delivered 3 times to 3 workers at once: {len(work)} effects, 0 twice")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.proof("P4", "removed")
def test_without_the_claim_they_run_again(work, monkeypatch, proof):
    """Whoever gets the message runs the job."""
    monkeypatch.setattr(actions, "claim", lambda pk, delivery="": Job.objects.select_related("asked_by").get(pk=pk))
    monkeypatch.setattr(actions, "finish", lambda *a, **k: True)
    for job in asked(2):
        for _delivery in range(3):
            runner.run(job.pk, inline=True)
    assert len(work) == 6
    proof("P4").removed("claim of a job", f"2 jobs delivered 3 times have {len(work)} effects")


@pytest.mark.django_db
@pytest.mark.proof("P13", "held")
def test_a_job_that_always_fails_is_given_up_and_stops_nobody(work, monkeypatch, proof, caplog):
    logging.disable(logging.NOTSET)  # the alarm is a line of the log
    first, *others = asked(5)
    done = KINDS["proof.work"].run

    def run(job, report):
        if job.pk == first.pk:
            raise MemoryError
        return done(job, report)

    monkeypatch.setitem(KINDS, "proof.work", replace(KINDS["proof.work"], run=run))
    for _round in range(5):
        Job.objects.filter(state=State.WAITING).update(next_at=first.asked_at, sent_at=None)
        sweeper.sweep()
        for job in Job.objects.filter(state=State.WAITING):
            runner.run(job.pk, inline=True)
    first.refresh_from_db()
    assert (first.state, first.attempts) == (State.FAILED, 3)
    assert Job.objects.filter(pk__in=[job.pk for job in others], state=State.DONE).count() == len(others)
    assert AuditEvent.objects.filter(event="jobs.job.dead").count() == 1
    assert "given up after 3 attempts" in caplog.text
    proof("P13").held(f"a job that always fails: tried 3 times, given up with an alarm; {len(others)} of {len(others)} others done")
