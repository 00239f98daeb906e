"""For tests: run what waits, here and now."""

from django.db import connection
from django.db.models.functions import Now

from bureau.jobs import runner
from bureau.jobs.enums import State
from bureau.jobs.models import Job


def run_waiting(kind: str | None = None, *, limit: int = 100) -> list[Job]:
    """Run waiting jobs, and those that they ask for, in order; returns them as they ended."""
    ran: list[Job] = []
    for _turn in range(limit):
        waiting = Job.objects.filter(state=State.WAITING).exclude(pk__in=[job.pk for job in ran])
        job = (waiting.filter(kind=kind) if kind else waiting).order_by("asked_at").first()
        if job is None:
            break
        Job.objects.filter(pk=job.pk).update(next_at=Now())
        runner.run(job.pk, inline=connection.in_atomic_block)
        job.refresh_from_db()
        ran.append(job)
    return ran
