"""Business numbers of applications: prefix of the scheme, year, serial. Drawn from a sequence, so nobody waits."""

from django.db import connection


def next_number(scheme, year):
    """For example XKD2021000123; may leave gaps, never repeats."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('subsidies_number')")
        (serial,) = cursor.fetchone()
    return f"{scheme.number_prefix}{year}{serial:06d}"


def next_numbers(scheme, year, count):
    """`count` numbers at once, for lists that are entered afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('subsidies_number') FROM generate_series(1, %s)", [count])
        return [f"{scheme.number_prefix}{year}{serial:06d}" for (serial,) in cursor.fetchall()]
