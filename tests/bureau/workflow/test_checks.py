"""Every transition table of the project is sound, the database guards it, and no move leaves an undeclared state."""

import pytest
from django.core.management import call_command

from bureau.accounts.enums import UserKind
from bureau.workflow.checks import guard_of, guards, tables
from bureau.workflow.engine import why_not
from bureau.workflow.migrations import GuardStates
from bureau.workflow.table import all_workflows


class Everybody:
    """Holds every right everywhere, so that only the state can refuse."""

    kind, is_active, pk = UserKind.STAFF, True, None

    def can(self, permission, unit=None):
        return True


def cells():
    for workflow in all_workflows():
        for state, _label in workflow.states.flatchoices:
            for step in workflow.transitions:
                yield pytest.param(workflow, state, step, id=f"{workflow.model_label}:{state}:{step.name}")


def test_there_are_tables_and_nothing_is_wrong_with_them():
    assert all_workflows()
    assert tables(None) == []


def test_the_database_guards_every_table():
    assert [message.msg for message in guards(None)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("workflow", "state", "step"), list(cells()))
def test_a_move_is_refused_outside_its_states(workflow, state, step):
    """Without asking a guard: it could not know what to make of a case in this state."""
    if state in step.sources:
        assert step.ends
        return
    by = Everybody() if step.permissions else None
    assert len(why_not(workflow, step, workflow.model(**{workflow.state_field: state}), by)) == 1


def test_the_command_prints_what_a_migration_needs(capsys):
    workflow = all_workflows()[0]
    call_command("workflow_guard", workflow.model_label)
    head, _blank, body = capsys.readouterr().out.partition("\n\n")
    assert head == "from bureau.workflow.migrations import GuardStates"
    printed = eval(body, {"GuardStates": GuardStates})
    assert printed.deconstruct() == guard_of(workflow).deconstruct()
