"""The register as a file, against XlsxWriter fed by a cursor and against COPY."""

import tempfile
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from django.db import connection, transaction

from bench.floors import exporting
from bureau.accounts.models import User
from enterprises import exports


def memory() -> float:
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024


def ours_xlsx() -> tuple[int, float]:
    return _written(exports.write_xlsx)


def ours_csv() -> tuple[int, float]:
    return _written(exports.write_csv)


def _written(write) -> tuple[int, float]:
    """Rows of the list of somebody who sees all, and how much more memory than before the work took."""
    before = memory()
    rows = exports.chosen(User.objects.get(username="bench.clerk"), {})
    path = write(rows)
    path.unlink()
    return rows.count(), memory() - before


def floor_xlsx() -> int:
    return _floor(exporting.xlsx, ".xlsx")


def floor_csv() -> int:
    return _floor(exporting.csv, ".csv")


def _floor(write, ending: str) -> int:
    with transaction.atomic(), tempfile.NamedTemporaryFile(suffix=ending) as file:
        connection.ensure_connection()
        return write(connection.connection, Path(file.name))
