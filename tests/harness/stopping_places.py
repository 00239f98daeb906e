"""Included into a real worker: places in the writing of a report at which it can be made to stand still.

A file `stop` in `HARNESS_PLACES` names the place. The worker that reaches it in the first attempt of a job leaves
a file `reached` with its process id and the job, and waits there to be killed.
"""

import functools
import os
import time
from pathlib import Path

from bureau.jobs import actions as job_actions
from bureau.jobs import report as job_report
from bureau.jobs import runner
from bureau.reports import actions, freezing, tasks, writing
from bureau.reports.models import Paragraph

FOLDER = Path(os.environ["HARNESS_PLACES"])
LONG = 120
attempt = {"now": 0, "job": ""}


def stand_still(place: str) -> None:
    stop = FOLDER / "stop"
    if attempt["now"] != 1 or not stop.exists() or stop.read_text() != place:
        return
    part = FOLDER / "part"
    part.write_text(f"{os.getpid()} {attempt['job']}")
    stop.unlink()  # first, since the next place is named as soon as this one is reached
    part.rename(FOLDER / "reached")
    time.sleep(LONG)


def around(owner, name: str, label: str) -> None:
    """Two places: before the function and after it."""
    function = getattr(owner, name)

    @functools.wraps(function)
    def wrapped(*args, **kwargs):
        stand_still(f"before {label}")
        result = function(*args, **kwargs)
        stand_still(f"after {label}")
        return result

    setattr(owner, name, wrapped)


def claimed(*args, **kwargs):
    job = _claim(*args, **kwargs)
    attempt.update(now=job.attempts if job is not None else 0, job=str(job.pk) if job is not None else "")
    return job


_claim = job_actions.claim
job_actions.claim = claimed
around(runner, "_run", "the run")
around(freezing, "read_source", "reading a source")
around(writing, "read", "reading")
around(tasks.writing, "paragraphs", "the paragraphs")
around(actions, "perform", "the transition")
around(writing, "save_source", "saving a source")
around(actions.writing, "save", "saving")
around(Paragraph.objects, "bulk_create", "writing the paragraphs")
around(job_report.Report, "_seal", "sealing")
around(job_report.Report, "publish", "publishing")
around(job_actions, "finish", "ending")
