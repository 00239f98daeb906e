"""Asking for a job, claiming it, ending it. Every step is one conditional update on its row."""

import logging
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest, Now
from django.utils.translation import get_language

from bureau import audit
from bureau.accounts.models import User
from bureau.common import clock
from bureau.common.insertion import insert_once
from bureau.jobs.enums import State
from bureau.jobs.models import Job
from bureau.jobs.registry import KINDS

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
PAUSES = (timedelta(seconds=10), timedelta(minutes=1))  # before the second and the third attempt


def ask(
    kind: str,
    *,
    by: User,
    params: dict | None = None,
    key: str | None = None,
    subject: models.Model | None = None,
    after: timedelta | None = None,
) -> Job:
    """Write the job in the caller's transaction; a worker hears of it at commit. The same `key` is the same job.

    `after`: not before that time has passed; the sweeper sends it then.
    """
    spec = KINDS[kind]
    if spec.permission and by.kind != "machine" and not by.can(spec.permission):
        raise PermissionDenied
    fields = {
        "kind": kind,
        "params": params or {},
        "asked_by": by,
        "asked_at": clock.now(),
        "language": get_language() or by.language,
        "subject_type": subject._meta.label_lower if subject is not None else "",
        "subject_id": str(subject.pk) if subject is not None else "",
    }
    if after is not None:
        fields["next_at"] = Now() + after
    job = Job(**fields, key=key)
    if not insert_once(job):
        return Job.objects.get(key=key)
    if after is None:
        transaction.on_commit(lambda: nudge(job.pk))
    return job


def nudge(pk: Any) -> bool:
    """Tell a worker; if the broker is away, the sweeper sends it later.

    The row calls itself sent from its beginning: that saves a write after every commit, and whoever dies between
    commit and broker costs the job half a minute.
    """
    from bureau.jobs.celery_tasks import run_job

    try:
        run_job.apply_async((str(pk),), retry=False)
    except Exception:  # noqa: BLE001 - whatever the broker says, the row is the truth
        logger.warning("The broker did not take job %s; the sweeper will send it.", pk)
        Job.objects.filter(pk=pk, state=State.WAITING).update(sent_at=None)
        return False
    return True


def claim(pk: Any, delivery: str = "") -> Job | None:
    """Take the job for this worker, or None if another one has it, it is finished, or it was tried often enough.

    The same delivery coming again means that the worker which had it is dead: Celery gives a message back only then.
    """
    kind = Job.objects.filter(pk=pk).values_list("kind", flat=True).first()
    if kind not in KINDS:
        return None
    lost = Q(lease_until__lt=Now()) | Q(delivery=delivery) & ~Q(delivery="")
    free = Q(state=State.WAITING, next_at__lte=Now()) | Q(state=State.RUNNING) & lost
    taken = Job.objects.filter(free, pk=pk, attempts__lt=MAX_ATTEMPTS, cancel_asked=False).update(
        state=State.RUNNING,
        attempts=F("attempts") + 1,
        fence=F("fence") + 1,
        lease_until=Now() + KINDS[kind].lease,
        delivery=delivery,
        started_at=Coalesce("started_at", Greatest("asked_at", clock.now())),
    )
    return Job.objects.select_related("asked_by").get(pk=pk) if taken else None


def finish(job: Job, state: State, *, error: str = "", result: Any = None) -> bool:
    """End the run of `job` if its fence is still ours."""
    return bool(
        Job.objects.filter(pk=job.pk, fence=job.fence, state=State.RUNNING).update(
            state=state,
            finished_at=Greatest(Coalesce("started_at", "asked_at"), clock.now()),
            lease_until=None,
            error=error[:500],
            result=result,
        )
    )


def try_again(job: Job, error: str) -> None:
    """Give the job back for a later attempt, or end it as failed and say so."""
    if job.attempts >= MAX_ATTEMPTS:
        if finish(job, State.FAILED, error=error):
            alarm(job.pk)
        return
    Job.objects.filter(pk=job.pk, fence=job.fence, state=State.RUNNING).update(
        state=State.WAITING,
        lease_until=None,
        error=error[:500],
        next_at=Now() + PAUSES[job.attempts - 1],
        sent_at=None,
    )


def go_on_later(job: Job) -> None:
    """Give the job back in the midst of long work; that is no failed attempt."""
    Job.objects.filter(pk=job.pk, fence=job.fence, state=State.RUNNING).update(
        state=State.WAITING, lease_until=None, attempts=F("attempts") - 1, next_at=Now(), sent_at=None,
    )


def alarm(pk: Any) -> None:
    """A job that is given up is an error in the log and an event in the audit."""
    job = Job.objects.get(pk=pk)
    logger.error("Job %s (%s) was given up after %s attempts: %s", pk, job.kind, job.attempts, job.error)
    audit.record("jobs.job.dead", job, kind=job.kind, attempts=job.attempts)


def cancel(job: Job, *, by: User) -> bool:
    """A waiting job ends at once, a running one at its next step. False if it was over already."""
    with transaction.atomic():
        now = Greatest("asked_at", clock.now())
        ended = Job.objects.filter(pk=job.pk, state=State.WAITING).update(
            state=State.CANCELLED,
            finished_at=Greatest(Coalesce("started_at", "asked_at"), now),
            cancel_asked=True,
        )
        asked = ended or Job.objects.filter(pk=job.pk, state=State.RUNNING).update(cancel_asked=True)
        if asked:
            audit.record("jobs.job.cancelled", job, by=by, kind=job.kind)
    return bool(asked)
