"""Runs one job from claim to end; called by the Celery task and, in tests, directly."""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from bureau.jobs import actions
from bureau.jobs.enums import State
from bureau.jobs.errors import Cancelled, JobError, LostLease, Unfinished
from bureau.jobs.models import Job
from bureau.jobs.registry import KINDS
from bureau.jobs.report import Report, forget_faults_of_earlier_runs

logger = logging.getLogger(__name__)


def run(pk: Any, delivery: str = "", *, inline: bool = False) -> Job | None:
    """The job if this call ran it, else None (somebody else has it, or it is over)."""
    job = actions.claim(pk, delivery)
    if job is None:
        return None
    if not inline:
        allow_long_statements()
    with override(job.language):
        _run(job, Report(job, inline=inline))
    return job


def _run(job: Job, report: Report) -> None:
    try:
        forget_faults_of_earlier_runs(job)
        result = KINDS[job.kind].run(job, report)
        report.flush()
        if not actions.finish(job, State.DONE, result=result):
            raise LostLease
    except LostLease:
        logger.warning("Job %s was taken over while this worker ran it.", job.pk)
    except Cancelled:
        report.flush()
        actions.finish(job, State.CANCELLED)
    except Unfinished:
        report.flush()
        actions.go_on_later(job)
    except (JobError, ValidationError) as error:
        report.flush()
        actions.finish(job, State.FAILED, error=_said(error))
    except Exception:
        logger.exception("Job %s (%s) failed in attempt %s.", job.pk, job.kind, job.attempts)
        actions.try_again(job, _("An unexpected error. It has been noted; the bureau's technician can look it up."))


def _said(error: Exception) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def allow_long_statements() -> None:
    """Pages end after 30 seconds; jobs have Celery's limit of 15 minutes."""
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = '15min'; set idle_in_transaction_session_timeout = '15min'")
