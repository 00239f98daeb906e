"""The database's own copy of a transition table, as a migration operation.

    GuardStates("application", log="applicationlog", births=["draft"], edges={"draft": ["submitted"], …})

Three triggers: a state changes only along an edge and only with its version; when the transaction commits, the
state is that of the last log row (so `.update(state=…)` is no second door); log rows are never changed or removed.
Rows loaded in bulk with their logs pass. `manage.py workflow_guard subsidies.Application` prints the operation;
a check fails when a table and its last guard differ.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.migrations.operations.base import Operation, OperationCategory

FORWARDS = """
CREATE OR REPLACE FUNCTION {name}_edge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.{state} IS DISTINCT FROM OLD.{state} AND NOT ({edges}) THEN
        RAISE EXCEPTION 'state of {table} may not change from % to %', OLD.{state}, NEW.{state}
            USING ERRCODE = 'check_violation', CONSTRAINT = '{name}_edge';
    END IF;
    IF NEW.{state} IS DISTINCT FROM OLD.{state} AND NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'state of {table} changes only with its version'
            USING ERRCODE = 'check_violation', CONSTRAINT = '{name}_edge';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {name}_edge BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}_edge();

CREATE OR REPLACE FUNCTION {name}_logged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.{state} = ANY ({births}) THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM {log} l WHERE l.subject_id = NEW.id AND l.version = NEW.version
                   AND l.after = NEW.{state}) THEN
        RAISE EXCEPTION '{table} % is in state % without a log row', NEW.id, NEW.{state}
            USING ERRCODE = 'check_violation', CONSTRAINT = '{name}_logged';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER {name}_logged_i AFTER INSERT ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {name}_logged();
CREATE CONSTRAINT TRIGGER {name}_logged_u AFTER UPDATE OF {state}, version ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.{state} IS DISTINCT FROM OLD.{state} OR NEW.version <> OLD.version)
    EXECUTE FUNCTION {name}_logged();

CREATE OR REPLACE FUNCTION {name}_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of {log} are never changed or removed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER {name}_kept BEFORE UPDATE OR DELETE ON {log} FOR EACH ROW EXECUTE FUNCTION {name}_kept();
"""

BACKWARDS = """
DROP TRIGGER {name}_kept ON {log};
DROP TRIGGER {name}_logged_u ON {table};
DROP TRIGGER {name}_logged_i ON {table};
DROP TRIGGER {name}_edge ON {table};
DROP FUNCTION {name}_kept();
DROP FUNCTION {name}_logged();
DROP FUNCTION {name}_edge();
"""


class GuardStates(Operation):
    """See the module. Names and states are our own code, still quoted as literals where they are values."""

    category = OperationCategory.SQL
    reversible = True

    def __init__(self, model: str, *, log: str, births: Sequence[str], edges: Mapping[str, Sequence[str]],
                 state: str = "state"):
        self.model, self.log, self.state = model.lower(), log.lower(), state
        self.births = sorted(births)
        self.edges = {source: sorted(ends) for source, ends in sorted(edges.items())}

    def deconstruct(self) -> tuple[str, list, dict]:
        named = {"log": self.log, "births": self.births, "edges": self.edges}
        return type(self).__name__, [self.model], named | ({"state": self.state} if self.state != "state" else {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models are as before; only the database learns something."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(FORWARDS.format(**self._names(app_label, to_state.apps)), params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(BACKWARDS.format(**self._names(app_label, from_state.apps)), params=None)

    def describe(self) -> str:
        return f"Guard the states of {self.model}"

    def _names(self, app_label: str, apps: Any) -> dict[str, str]:
        table = apps.get_model(app_label, self.model)._meta.db_table
        column = apps.get_model(app_label, self.model)._meta.get_field(self.state).column
        pairs = [
            f"(OLD.{column} = {_literal(source)} AND NEW.{column} IN ({', '.join(map(_literal, ends))}))"
            for source, ends in self.edges.items() if ends
        ]
        return {
            "name": f"guard_{table}",
            "table": table,
            "log": apps.get_model(app_label, self.log)._meta.db_table,
            "state": column,
            "edges": " OR ".join(pairs) or "false",
            "births": f"ARRAY[{', '.join(map(_literal, self.births))}]::text[]",
        }


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
