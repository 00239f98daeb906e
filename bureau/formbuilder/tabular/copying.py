"""Rows into a temporary table by COPY, batch by batch: memory stays flat, and making the rows may query."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import islice
from typing import Any

from django.db import connection

BATCH = 5_000


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """`table` and `columns` are names from code, never from outside. None is null, all else goes as text."""
    names = ", ".join(f'"{column}"' for column in columns)
    waiting = iter(rows)
    with connection.cursor() as cursor:
        # The connection is busy during a COPY, so each batch is made before its COPY begins.
        while lines := [_line(row) for row in islice(waiting, BATCH)]:
            lines.append("")
            cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', BytesIO("\n".join(lines).encode()))


def _line(row: Sequence[Any]) -> str:
    fields = ["\\N" if value is None else value if value.__class__ is str else str(value) for value in row]
    line = "\t".join(fields)
    plain = line.count("\\") == row.count(None) and line.count("\t") == len(row) - 1
    if plain and "\n" not in line and "\r" not in line:
        return line
    return "\t".join(field if value is None else _escaped(field) for value, field in zip(row, fields, strict=True))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
