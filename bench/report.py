"""results.json and pages.json, and docs/benchmarks.md made from them, so that the page says what was measured."""

import json
import os
import platform
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.measure import Result
from bench.pages import GOAL, is_alike
from bureau.launcher.paths import ROOT

DOCS = ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Goal:
    """`most` or `least` of the ratio; what the work is and what stands beside it."""

    work: str
    floor: str
    most: float = 0
    least: float = 0

    def holds(self, ratio: float) -> bool:
        return ratio <= self.most if self.most else ratio >= self.least

    @property
    def text(self) -> str:
        return f"≤ {self.most:g}" if self.most else f"≥ {self.least:g}"


GOALS = {
    "import_xlsx": Goal("The register from a workbook of 12 columns: the job with faults, people, pinyin, upsert, row report",
                        "calamine, COPY and one upsert by hand into the same tables, pinyin included", most=1.5),
    "reimport": Goal("The same list again, as CSV: no row is rewritten", "the same by hand", most=1.5),
    "dashboard": Goal("Figures of the dashboard of a year: counties, places, budget lines, twelve months",
                      "one statement per table by hand, the same cells", most=1.5),
    "report": Goal("Figures of a monthly report by county", "one statement per table by hand, the same cells", most=1.5),
    "last_page": Goal("Last page of the admin lists of enterprises and of applications", "their first page", most=1.2),
    "search": Goal("First fifty shops by part of a name, three terms", "the bare indexed query on an open cursor", most=5),
    "budget": Goal("Approvals of 32 clients on one budget line, the whole service; per transaction",
                   "one conditional update and one insert; the ratio is of transactions per second", least=0.05),
    "admin_list": Goal("First page of the admin lists of enterprises and of applications",
                       "Django's stock admin on the same columns; the ratio is how many times faster ours is", least=2.5),
    "admin_search": Goal("An application by its number in the admin", "the stock admin, as above", least=10),
    "export_xlsx": Goal("The register as a workbook of 16 columns", "XlsxWriter fed by a cursor", most=1.3),
    "export_csv": Goal("The register as CSV", "COPY of the same query by hand", most=2),
}


#: Why a goal is missed where it is; shown only then.
WHY = {
    "budget": "An approval takes 19 statements (who, guards, duties, review, clock, message, money, log, audit) where the floor "
              "takes two, and most of its time is the ORM's Python for them; both cores are shared with the database. Who comes "
              "too late is told after nine. More workers on more cores bring it nearer; nothing is overspent at any speed.",
    "reimport": "Each cell is read and judged in Python with its row and its reason, where the floor copies the file as it is.",
}


def middle(seconds: Iterable[float]) -> float:
    return median(list(seconds))


def write(out: Path, results: list[Result], *, whole: bool) -> None:
    """Works that were not measured this time keep their last line."""
    path = out / "results.json"
    stored = [] if whole or not path.exists() else json.loads(path.read_text())
    fresh = {result.work: result.row() for result in results}
    rows = {row["work"]: fresh.pop(row["work"], row) for row in stored} | fresh
    path.write_text(json.dumps([rows[work] for work in GOALS if work in rows], indent=1) + "\n")
    said = out / "notes.json"
    notes = json.loads(said.read_text()) if said.exists() else {}
    notes |= {result.work: "; ".join(result.notes) for result in results}
    said.write_text(json.dumps(notes, indent=1, ensure_ascii=False) + "\n")


def write_docs(out: Path, size: int) -> None:
    """The page of the benchmarks, from the files."""
    rows = json.loads((out / "results.json").read_text())
    notes = json.loads((out / "notes.json").read_text())
    pages = json.loads((out / "pages.json").read_text()) if (out / "pages.json").exists() else []
    DOCS.write_text(PAGE.format(
        day=time.strftime("%Y-%m-%d"), size=f"{size:,}", machine=machine(), table=table(rows, notes), missed=missed(rows),
        pages=of_pages(pages),
    ))


def table(rows: list[dict[str, Any]], notes: dict[str, str]) -> str:
    lines = ["| work | ours | floor | ratio | goal | met | |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        goal = GOALS[row["work"]]
        lines.append(
            f"| `{row['work']}` {goal.work} — beside {goal.floor} | {seconds(row['ours_s'])} | {seconds(row['floor_s'])} |"
            f" {row['ratio']:.2f} | {goal.text} | {'yes' if goal.holds(row['ratio']) else '**no**'} |"
            f" {notes.get(row['work'], '')} |"
        )
    return "\n".join(lines)


def missed(rows: list[dict[str, Any]]) -> str:
    found = [row["work"] for row in rows if not GOALS[row["work"]].holds(row["ratio"])]
    lines = [f"**Missed: `{work}`.** {WHY.get(work, '')}".rstrip() for work in found]
    return "\n\n".join(lines) or "Every goal is met."


def seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def of_pages(pages: list[dict[str, Any]]) -> str:
    if not pages:
        return "Not measured yet."
    over = [row for row in pages if not is_alike(row)]
    lines = [f"{len(pages) - len(over)} of {len(pages)} pages take at most {GOAL} times as long."]
    if over:
        lines += ["", "| page | at 1,000 | at full size | ratio |", "|---|---|---|---|"]
        lines += [
            f"| `{row['route']}` | {row['small_ms']} ms | {row['big_ms']} ms | {row['ratio']} |" for row in over
        ]
    return "\n".join(lines)


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    return f"{os.cpu_count()} cores, {memory} GB, {platform.system()}, Python {platform.python_version()}"


PAGE = """# How fast it is

Written by `make bench` from `bench/results.json` and `bench/pages.json`; do not edit it by hand.

    make bench               # the size of a prefecture: fills a database once (minutes), then measures
    make bench SIZE=small    # 5,000 enterprises: shows that everything runs, says nothing about speed

It uses a PostgreSQL of its own under `var/bench` (with fsync, as in production) and touches nothing else. The filled
database is kept until a migration or the invented rows change. Absolute times differ from machine to machine: what
counts is the ratio of our code to the floor, which is the same work by hand on the same tables with all their indexes,
foreign keys and triggers, timed in the same run. Each figure is a median; of imports and exports, of as many rounds as stand beside it.

Measured on {day} with {size} enterprises, on {machine}.

{table}

{missed}

`import_xlsx` must also stay below 600 MB, `export_csv` below 100 MB for its work; `budget` must show nothing overspent
and no deadlock.

## Pages at 1,000 and at full size

Server time of every page that can be reached by links, through all middlewares, as somebody who may open it.
A difference below 3 ms counts as none. The dashboard shows figures of the last minute that the beat keeps. The records
behind a figure of more than 10,000 are counted once a minute, by the first who looks (not timed here); their rows are live.

{pages}
"""
