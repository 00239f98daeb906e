"""Business numbers of credentials: prefix of the kind, year, serial. From a sequence: gaps, but nobody waits."""

from django.db import connection

from enterprises.credentials.models import CredentialKind


def next_numbers(kind: CredentialKind, year: int, count: int) -> list[str]:
    """For example LT20210012."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('enterprises_credential_number') FROM generate_series(1, %s)", [count])
        return [f"{kind.number_prefix}{year}{serial:04d}" for (serial,) in cursor.fetchall()]


def next_number(kind: CredentialKind, year: int) -> str:
    return next_numbers(kind, year, 1)[0]
