"""COPY into a model's table: named columns as they come, the others by their defaults."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import AutoField, JSONField, Model

from bureau.formbuilder.tabular.copying import copy_rows


def fill(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """`names` are columns; a column that is neither named nor made by the database takes its field's default.

    The planner is told of the rows at once: triggers of the next table look into this one."""
    constant = {
        field.column: _as_text(field, field.get_default())
        for field in model._meta.concrete_fields
        if field.column not in names and not field.generated and not field.has_db_default()
        and not isinstance(field, AutoField)
    }
    tail = tuple(constant.values())
    copy_rows(model._meta.db_table, [*names, *constant], ((*row, *tail) for row in rows))
    if not connection.in_atomic_block:
        execute(f"ANALYZE {model._meta.db_table}")


def _as_text(field: Any, value: Any) -> Any:
    if isinstance(field, JSONField):
        return json.dumps(value)
    return value.isoformat() if isinstance(value, datetime) else value


def reset_serials(*models: type[Model]) -> None:
    """Ids were given by us: the database goes on behind the last one."""
    with connection.cursor() as cursor:
        for model in models:
            table = model._meta.db_table
            cursor.execute(f"""SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}""")


def execute(statement: str, params: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []
