"""Periodic work of the rooms below this one."""

from bureau.accounts import actions as accounts
from bureau.attachments.actions import purge
from bureau.audit import chain
from bureau.jobs import celery_tasks  # noqa: F401 - Celery finds its two tasks through this module
from bureau.jobs.registry import every


@every(hours=24)
def check_audit_chain() -> None:
    """Recompute the chain and note its head outside the database; a bad place is an error in the log."""
    if found := chain.problems():
        raise RuntimeError(f"The audit chain has {len(found)} bad places, first: {found[0]}.")
    chain.note_head()


@every(hours=24)
def purge_files() -> None:
    purge()


@every(hours=24)
def purge_logins() -> None:
    """Old login codes, failed attempts and sessions that are over."""
    accounts.purge()
