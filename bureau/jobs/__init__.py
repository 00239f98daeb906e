"""Long work: `jobs.ask(...)` writes a row, a worker runs it, `/jobs/<id>/` shows it."""

from typing import TYPE_CHECKING, Any

from bureau.jobs.errors import JobError
from bureau.jobs.registry import every, kind

if TYPE_CHECKING:
    from bureau.accounts.models import User
    from bureau.jobs.models import Job

__all__ = ["Job", "JobError", "ask", "every", "kind"]


def __getattr__(name: str) -> Any:
    """`jobs.Job`, once Django has loaded the models."""
    if name == "Job":
        from bureau.jobs.models import Job

        return Job
    raise AttributeError(name)


def ask(kind: str, *, by: "User", **about: Any) -> "Job":
    """See `bureau.jobs.actions.ask`; models are not loaded yet when Django imports this package."""
    from bureau.jobs import actions

    return actions.ask(kind, by=by, **about)
