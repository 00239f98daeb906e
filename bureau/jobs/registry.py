"""Kinds of jobs and periodic functions; apps declare them in `tasks.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise

from bureau.accounts.roles import Permission

Run = Callable[..., Any]


@dataclass(frozen=True)
class Kind:
    key: str
    label: str | Promise
    run: Run
    permission: Permission | None
    lease: timedelta
    done_url: Callable[..., str] | None = None


@dataclass(frozen=True)
class Every:
    name: str
    run: Callable[[], Any]
    interval: timedelta


KINDS: dict[str, Kind] = {}
TICKS: dict[str, Every] = {}


def kind(
    key: str,
    *,
    label: str | Promise,
    permission: Permission | None = None,
    lease: int = 120,
    done_url: Callable[..., str] | None = None,
) -> Callable[[Run], Run]:
    """Declare `run(job, report)` as a kind of job; what it returns (a dict or None) is the job's result.

    It must call `report.step` more often than every `lease` seconds, and put what it writes into
    `report.publish`. `done_url(job)` is where people go on when it is done.
    """

    def declare(run: Run) -> Run:
        if key in KINDS and KINDS[key].run.__module__ != run.__module__:
            raise ValueError(f"Two kinds of jobs are called {key}.")
        KINDS[key] = Kind(key, label, run, permission, timedelta(seconds=lease), done_url)
        return run

    return declare


def every(*, minutes: float = 0, hours: float = 0) -> Callable[[Run], Run]:
    """Run the function about this often, on one worker only. It makes up by itself what was missed."""
    interval = timedelta(minutes=minutes, hours=hours)

    def declare(run: Run) -> Run:
        name = f"{run.__module__}.{run.__name__}"
        TICKS[name] = Every(name, run, interval)
        return run

    return declare
