"""Rows into a temporary table by COPY, in a stream: memory stays flat whatever the size."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

_CHUNK = 2_000


class _Lines:
    """The part of a file that psycopg's COPY asks for: `read(size)`; each call gives the next chunk of lines."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._chunks = self._encoded(iter(rows))

    def _encoded(self, rows: Iterator[Sequence[Any]]) -> Iterator[bytes]:
        lines: list[str] = []
        for row in rows:
            lines.append("\t".join(["\\N" if value is None else _text(value) for value in row]))
            if len(lines) == _CHUNK:
                lines.append("")
                yield "\n".join(lines).encode()
                lines.clear()
        if lines:
            lines.append("")
            yield "\n".join(lines).encode()

    def read(self, size: int = -1) -> bytes:
        return next(self._chunks, b"")


def _text(value: Any) -> str:
    text = value if value.__class__ is str else str(value)
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """`table` and `columns` are names from code, never from outside; values are bound by COPY itself."""
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', _Lines(rows))
