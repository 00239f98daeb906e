"""The two messages that travel through Celery: "run this job" and "look what is due"."""

from celery import shared_task

from bureau.jobs import runner, sweeper


@shared_task(name="jobs.run", bind=True, ignore_result=True)
def run_job(self, pk: str) -> None:
    runner.run(pk, self.request.id or "")


@shared_task(name="jobs.tick", ignore_result=True)
def tick() -> None:
    """Sent by beat every 15 seconds. Two beats, or none for a while, do no harm."""
    sweeper.note_heartbeat()
    sweeper.sweep()
    sweeper.run_due_ticks()
