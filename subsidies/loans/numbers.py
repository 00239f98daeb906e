"""Business numbers of requests and lists. Drawn from a sequence, so nobody waits."""

from django.db import connection


def next_numbers(prefix, year, count):
    """For example LD2021000123; may leave gaps, never repeats."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('subsidies_loan_number') FROM generate_series(1, %s)", [count])
        return [f"{prefix}{year}{serial:06d}" for (serial,) in cursor.fetchall()]


def next_number(prefix, year):
    return next_numbers(prefix, year, 1)[0]


REQUEST, LIST = "LD", "LDM"
