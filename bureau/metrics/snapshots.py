"""Figures that are shown together are read together."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot(*, writing: bool = False) -> Iterator[None]:
    """Everything read inside is of one moment (REPEATABLE READ); `writing` allows writes too.

    Inside a transaction that is open already its own level goes on: whoever opened it chose it.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ {'READ WRITE' if writing else 'READ ONLY'}"
            )
        yield
