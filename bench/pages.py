"""Server time of every page that can be reached by links, at two sizes of the register.

Two processes, one on each database, answer in turn: first each walks the portal as every role and finds one address
for every route, then both time it. What a page writes is taken back.
"""

import time
from contextlib import suppress
from multiprocessing import get_context
from statistics import median
from typing import Any

from bench.server import Server

TIMES = 7
#: A page that seems to take longer is timed again, so often: with few rounds a disturbed second looks like growth.
AGAIN = 25
#: A page that differs by less than this is alike, whatever the ratio: the clock of a busy machine is no finer.
ALIKE_MS = 3.0
GOAL = 1.3


class Side:
    """One process on one database."""

    def __init__(self, server: Server, database: str):
        server.use(database)
        context = get_context("spawn")
        self.pipe, there = context.Pipe()
        self.process = context.Process(target=_serve, args=(there,), daemon=True)
        self.process.start()
        there.close()

    def ask(self, what: str, *arguments: Any) -> Any:
        self.pipe.send((what, arguments))
        try:
            return self.pipe.recv()
        except EOFError:
            raise RuntimeError(f"{what} failed; see above") from None

    def stop(self) -> None:
        self.pipe.close()
        self.process.join(10)
        self.process.kill()


def compare(server: Server, small: str, big: str, *, carefully: bool) -> list[dict[str, Any]]:
    """Rows {route, as, small_ms, big_ms, ratio}, the worst ratio first. `carefully`: as often as it takes, and
    what seems over once more; else it only shows that every page opens."""
    sides = [Side(server, name) for name in (small, big)]
    try:
        found = [side.ask("walk") for side in sides]
        rows = []
        for route in sorted(set(found[0]) & set(found[1])):
            addresses = [where[route] for where in found]
            row = timed(route, sides, addresses, TIMES if carefully else 1)
            rows.append(timed(route, sides, addresses, AGAIN) if carefully and not is_alike(row) else row)
        return sorted(rows, key=lambda row: -row["ratio"])
    finally:
        for side in sides:
            side.stop()


def timed(route: str, sides: list[Side], addresses: list[tuple[str, str]], times: int) -> dict[str, Any]:
    """Medians of both sides, asked in turn, after one round to warm up."""
    taken: list[list[float]] = [[], []]
    for turn in range(times + 1):
        for seconds, side, address in zip(taken, sides, addresses, strict=True):
            took = side.ask("time", *address)
            if turn:
                seconds.append(took * 1000)
    small_ms, big_ms = (median(seconds) for seconds in taken)
    who, address = addresses[1]
    return {
        "route": route, "as": who, "address": address, "small_ms": round(small_ms, 1), "big_ms": round(big_ms, 1),
        "ratio": round(big_ms / small_ms, 2),
    }


def is_alike(row: dict[str, Any]) -> bool:
    return row["ratio"] <= GOAL or row["big_ms"] - row["small_ms"] < ALIKE_MS


def show(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        mark = "" if is_alike(row) else "  over 1.3"
        print(f"  {row['route']:<58}{row['small_ms']:>9.1f}{row['big_ms']:>9.1f} ms {row['ratio']:>6.2f}×{mark}")
    alike = sum(map(is_alike, rows))
    print(f"  {alike} of {len(rows)} pages within {GOAL} times", flush=True)


# --- in the process of one side ------------------------------------------------------------------


def _serve(pipe: Any) -> None:
    import django

    django.setup()
    from bench.visits import Visits

    visits = Visits()
    with suppress(EOFError):
        while True:
            what, arguments = pipe.recv()
            pipe.send(getattr(visits, what)(*arguments))


def now() -> float:
    return time.perf_counter()
