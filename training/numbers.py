"""Business numbers of sessions: PX (培训), year, serial. Drawn from a sequence, so nobody waits."""

from django.db import connection


def next_number(year):
    """For example PX2021000123; may leave gaps, never repeats."""
    return next_numbers(year, 1)[0]


def next_numbers(year, count):
    """`count` numbers at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('training_number') FROM generate_series(1, %s)", [count])
        return [f"PX{year}{serial:06d}" for (serial,) in cursor.fetchall()]
