"""Fills the database in use with a prefecture: `python -m bench.generate 341900` (DATABASE_URL names the database)."""

import sys
import time
from random import Random

import django

#: Of Qiannan, by enterprises.
FULL, APPLICATIONS, ATTENDANCES = 341_900, 331_300, 1_100_000
SEED = 20261122


def generate(size: int) -> None:
    """Rows for `size` enterprises and as many of all else as belongs to them."""
    from django.core.management import call_command
    from django.db import connection

    from bench import bureau
    from bench.rows import cases, classes, pledges, register
    from bench.rows.filling import execute

    call_command("migrate", verbosity=0, interactive=False)
    execute("SET synchronous_commit = off")
    chance = Random(SEED)
    home = bureau.build()
    steps = (
        ("enterprises", lambda: register.build(home, size, chance)),
        ("applications", lambda: cases.build(home, shops, size * APPLICATIONS // FULL, chance)),
        ("attendances", lambda: classes.build(home, shops, size * ATTENDANCES // FULL, chance)),
        ("pledges", lambda: pledges.build(home, chance)),
    )
    shops: list = []
    if not size:
        steps = ()
    for name, step in steps:
        began = time.monotonic()
        shops = step() or shops
        print(f"  {name}: {time.monotonic() - began:.0f} s", flush=True)
    connection.commit()
    execute("VACUUM (ANALYZE)")


if __name__ == "__main__":
    django.setup()
    generate(int(sys.argv[1]))
