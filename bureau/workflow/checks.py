"""What `check` says about transition tables: states that don't exist, and a database guard that is out of date."""

from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register
from django.db.migrations.loader import MigrationLoader

from bureau.workflow.migrations import GuardStates
from bureau.workflow.models import TransitionLog
from bureau.workflow.table import Workflow, all_workflows


@register("workflow")
def tables(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [problem for workflow in all_workflows() for problem in _table(workflow)]


def _table(workflow: Workflow) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    choices = dict(workflow.states.flatchoices)
    names = [step.name for step in workflow.transitions]
    for step in workflow.transitions:
        where = f"{workflow.model_label}: {step.name}"
        if callable(step.target) and not step.targets:
            found.append(Error(f"{where}: a computed target must name its possible ends.", id="workflow.E001"))
        unknown = {*map(str, step.sources), *map(str, step.ends)} - set(map(str, choices))
        if unknown:
            found.append(Error(f"{where}: no such state: {sorted(unknown)}.", id="workflow.E002"))
        if names.count(step.name) > 1:
            found.append(Error(f"{where}: the name appears twice.", id="workflow.E003"))
    if not issubclass(workflow.log_model, TransitionLog):
        found.append(Error(f"{workflow.log_model_label} is no TransitionLog.", id="workflow.E004"))
    return found


@register("workflow")
def guards(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Reads the migrations on disk, not the database."""
    workflows = all_workflows()
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations if workflows else {}
    found: list[CheckMessage] = []
    for workflow in workflows:
        kept = [
            operation
            for (app, _), migration in sorted(disk.items()) if app == workflow.app_label
            for operation in migration.operations
            if isinstance(operation, GuardStates) and operation.model == workflow.model_name
        ]
        if not kept or kept[-1].deconstruct() != guard_of(workflow).deconstruct():
            # A warning: an error would stop makemigrations, with which the guard is written. A test asks for none.
            found.append(Warning(
                f"The database does not guard the table of {workflow.model_label} as it is now.",
                hint=f"Put what `manage.py workflow_guard {workflow.model_label}` prints into a migration.",
                id="workflow.W005",
            ))
    return found


def guard_of(workflow: Workflow) -> GuardStates:
    return GuardStates(
        workflow.model_name,
        log=workflow.log_model_label.split(".")[1],
        births=workflow.births(),
        edges=workflow.edges(),
        state=workflow.state_field,
    )
