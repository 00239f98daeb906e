"""Fills the database in use with a prefecture: `python -m bench.generate 341900` (DATABASE_URL names the database)."""

import sys
import time
from random import Random

import django

#: Of Qiannan, by enterprises.
FULL, APPLICATIONS, ATTENDANCES = 341_900, 331_300, 1_100_000
#: Invented, by enterprises; a small town has its lists full all the same.
AGREEMENTS, LOANS, CREDENTIALS, FEEDBACK = 2_000, 20_000, 15_000, 10_000
SEED = 20261122


def generate(size: int) -> None:
    """Rows for `size` enterprises and as many of all else as belongs to them."""
    from django.core.management import call_command
    from django.db import connection

    from bench import bureau
    from bench.rows import cases, classes, coming, credentials, feedback, loans, placements, pledges, register
    from bench.rows.filling import execute

    call_command("migrate", verbosity=0, interactive=False)
    execute("SET synchronous_commit = off")
    chance = Random(SEED)
    home = bureau.build()
    made: dict[str, list] = {}
    steps = (
        ("enterprises", lambda: register.build(home, size, chance)),
        ("agreements", lambda: placements.build(home, shops(), part(AGREEMENTS), chance)),
        ("applications", lambda: cases.build(home, shops(), made["agreements"], part(APPLICATIONS), chance)),
        ("attendances", lambda: classes.build(home, shops(), part(ATTENDANCES), chance)),
        ("sessions to come", lambda: coming.build(home, shops(), chance)),
        ("loans", lambda: loans.build(home, shops(), part(LOANS), chance)),
        ("credentials", lambda: credentials.build(home, shops(), part(CREDENTIALS), chance)),
        ("pledges", lambda: pledges.build(home, chance)),
        ("feedback", lambda: feedback.build(home, shops(), part(FEEDBACK), chance)),
    )
    if not size:
        steps = ()

    def shops() -> list:
        return made["enterprises"]

    def part(whole: int) -> int:
        return size * whole // FULL

    for name, step in steps:
        began = time.monotonic()
        made[name] = step() or []
        print(f"  {name}: {time.monotonic() - began:.0f} s", flush=True)
    connection.commit()
    execute("VACUUM (ANALYZE)")


if __name__ == "__main__":
    django.setup()
    generate(int(sys.argv[1]))
