"""Life cycles: transition tables, the one door `perform()`, deadlines, the admin's panel, the database's guard.

Names of everyday use are taken from here; the abstract log is `bureau.workflow.models.TransitionLog`, the admin
class `bureau.workflow.admin_base.WorkflowAdmin`, the trigger `bureau.workflow.migrations.GuardStates`.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "Transition": "table", "Workflow": "table", "workflow_of": "table", "later": "table",
    "perform": "engine", "perform_all": "engine", "perform_in_job": "engine", "steps": "engine", "other_steps": "engine", "Step": "engine",
    "NotDone": "engine", "AlreadyMoved": "engine", "Refused": "engine", "Outcome": "engine",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Found on first use: the engine needs models, and the package is imported before they exist."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
