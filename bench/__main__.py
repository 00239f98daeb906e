"""`python -m bench`: fill what is not there yet, time every work beside its floor, write results.json and the docs."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from bench import report
from bench.measure import Apart, Result, apart
from bench.server import HOME, Server, schema_mark

SIZES = {"full": 341_900, "small": 5_000}
SMALL_TOWN = 1_000
#: Works that only read, all on the one big database: results come as (work, ours_s, floor_s, rows, notes).
READING = {
    "dashboard": "bench.works.figures:dashboard", "report": "bench.works.figures:report",
    "last_page": "bench.works.lists:last_page", "search": "bench.works.lists:search",
    "admin_list": "bench.works.lists:admin_list", "admin_search": "bench.works.lists:admin_search",
}
WORKS = ("import_xlsx", "reimport", *READING, "budget", "export_xlsx", "export_csv")


class Bench:
    def __init__(self, server: Server, size: int, out: Path, times: int):
        self.server, self.size, self.out, self.times = server, size, out, times
        self.mark = schema_mark()
        self.results: list[Result] = []

    # --- databases --------------------------------------------------------------------------------

    def filled(self, size: int) -> str:
        """The name of the database with so many enterprises; 0 is a bureau with its people and nothing else."""
        name = f"bench_{size}_{self.mark}"
        if not self.server.has(name):
            say(f"Filling a database of {size:,} enterprises")

            def fill(making: str) -> None:
                self.server.use(making)
                subprocess.run([sys.executable, "-m", "bench.generate", str(size)], check=True)

            self.server.make(name, fill)
        return name

    @cached_property
    def big(self) -> str:
        return self.filled(self.size)

    @cached_property
    def town(self) -> str:
        return self.filled(SMALL_TOWN)

    @cached_property
    def empty(self) -> str:
        return self.filled(0)

    def tidy(self) -> None:
        """Databases of other schemas are of no use any more."""
        self.server.drop_others({f"bench_{size}_{self.mark}" for size in (0, SMALL_TOWN, *SIZES.values())})

    def on(self, database: str, path: str, *arguments: object) -> Apart:
        self.server.use(database)
        return apart(path, *arguments)

    # --- works ------------------------------------------------------------------------------------

    def run(self, only: set[str]) -> None:
        steps: dict[str, Callable[[], None]] = {
            "import_xlsx": self.imports, "reimport": self.imports, "budget": self.budget,
            "export_xlsx": lambda: self.export("xlsx"), "export_csv": lambda: self.export("csv"),
            **{work: lambda work=work, path=path: self.reading(work, path) for work, path in READING.items()},
        }
        done = []
        for work in WORKS:
            if work in only and steps[work] not in done:
                say(f"Timing {work}")
                steps[work]()
                done.append(steps[work])

    def note(self, result: Result) -> None:
        self.results.append(result)
        words = "; ".join((f"{result.ratio:.2f}×", *result.notes))
        say(f"  {result.work}: ours {result.ours_s:.4g} s, floor {result.floor_s:.4g} s, {words}")

    def reading(self, work: str, path: str) -> None:
        self.note(Result(**self.on(self.big, path).value))

    def imports(self) -> None:
        """Each side imports into a bureau of its own, then reads the same list again."""
        workbook, table = self.on(self.empty, "bench.works.imports:write_files", str(HOME), self.size).value
        mine, other = "bench_work_ours", "bench_work_floor"
        first, floor = [], []
        for _round in range(self.times):
            for name in (mine, other):
                self.server.copy(self.empty, name)
            run = self.on(mine, "bench.works.imports:tried", workbook).value
            first.append(self.on(mine, "bench.works.imports:ours", run))
            floor.append(self.on(other, "bench.works.imports:floor_xlsx", workbook))
        self._imported("import_xlsx", first, floor)
        again, floor = [], []
        for _round in range(self.times):
            run = self.on(mine, "bench.works.imports:tried", table).value
            again.append(self.on(mine, "bench.works.imports:ours", run))
            floor.append(self.on(other, "bench.works.imports:floor_csv", table))
        self._imported("reimport", again, floor)
        for name in (mine, other):
            self.server.drop(name)

    def _imported(self, work: str, ours: list[Apart], floor: list[Apart]) -> None:
        mine, theirs = ours[-1].value, floor[-1].value
        if any(mine[key] != theirs[key] for key in ("new", "changed", "unchanged", "wrong")):
            raise AssertionError(f"{work}: {mine} is not {theirs}")
        middle = report.middle
        said = "no row rewritten" if not mine["rewritten"] else "rows written"
        self.note(Result(
            work, middle(one.seconds for one in ours), middle(one.seconds for one in floor), self.size,
            (f"{max(one.megabytes for one in ours):.0f} MB (floor {max(one.megabytes for one in floor):.0f} MB)", said, rounds(self.times)),
        ))

    def budget(self) -> None:
        self.server.copy(self.empty, "bench_work_budget")
        self.note(Result(**self.on("bench_work_budget", "bench.works.budget:run", self.size > 100_000).value))
        self.server.drop("bench_work_budget")

    def export(self, ending: str) -> None:
        ours, floor = [], []
        for _round in range(self.times):
            ours.append(self.on(self.big, f"bench.works.exports:ours_{ending}"))
            floor.append(self.on(self.big, f"bench.works.exports:floor_{ending}"))
        memory = f"{max(one.megabytes for one in ours):.0f} MB in all, {ours[-1].value[1]:.0f} MB for the work"
        self.note(Result(
            f"export_{ending}", report.middle(one.seconds for one in ours), report.middle(one.seconds for one in floor),
            ours[-1].value[0], (memory, rounds(self.times)),
        ))

    # --- pages ------------------------------------------------------------------------------------

    def pages(self) -> None:
        from bench import pages

        say(f"Server time of each page at {SMALL_TOWN:,} and at {self.size:,} enterprises")
        rows = pages.compare(self.server, self.town, self.big, carefully=self.size == SIZES["full"])
        pages.show(rows)
        (self.out / "pages.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")


def rounds(number: int) -> str:
    return "1 round" if number == 1 else f"{number} rounds"


def say(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--size", choices=SIZES, default="full")
    parser.add_argument("--only", nargs="*", default=[*WORKS, "pages"], help="works, or pages")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder of results.json and pages.json")
    parser.add_argument("--times", type=int, default=3, help="rounds of imports and exports, of which the median counts")
    options = parser.parse_args()
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    options.out.mkdir(parents=True, exist_ok=True)
    with Server() as server:
        bench = Bench(server, SIZES[options.size], options.out, options.times)
        bench.tidy()
        bench.run(set(options.only))
        if "pages" in options.only:
            bench.pages()
    report.write(options.out, bench.results, whole=set(options.only) == {*WORKS, "pages"})
    if options.size == "full" and options.out == parser.get_default("out"):
        report.write_docs(options.out, bench.size)


if __name__ == "__main__":
    main()
