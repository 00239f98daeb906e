"""A process that runs one job of an import and kills itself at a place, or after so many statements.

`python -m tests.proof.importing JOB PLACE [loose]`; `loose` takes away the one transaction.
"""

import os
import signal
import sys
from contextlib import nullcontext
from types import SimpleNamespace


def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(place: str) -> None:
    from bureau.formbuilder.tabular import flow
    from bureau.jobs.report import Report
    from enterprises.imports import statements

    places = {"people": (statements, "_write_people"), "shops": (statements, "_insert"), "seal": (Report, "_seal"),
              "told": (flow, "_tell")}
    if place in places:
        setattr(*places[place], die)
    elif place:
        left, run = iter(range(int(place))), statements._run
        statements._run = lambda *args: die() if next(left, None) is None else run(*args)


def loosen() -> None:
    """Each statement commits by itself."""
    from bureau.formbuilder.tabular import flow
    from bureau.jobs import report
    from enterprises.imports import statements

    run, loose = statements._run, SimpleNamespace(atomic=nullcontext)
    flow.transaction = report.transaction = loose
    statements._run = lambda sql, params=None: run(sql.replace("ON COMMIT DROP", ""), params)


if __name__ == "__main__":
    import django

    django.setup()
    from bureau.jobs import runner

    job, where, *more = sys.argv[1:]
    if "loose" in more:
        loosen()
    die_at(where)
    runner.run(job)
