"""Key figures by hand: one statement per table, with grouping sets, on the base tables.

Each statement gives (key, county or None, place or None, line or None, level, values per window), where `level`
names the grouping: "all", "county", "place" or "line". Values come as a dict {(metric, level, group, window): value}.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from bureau.common.periods import Period

PASSED = "t.outcome = 'passed'"


@dataclass(frozen=True)
class Counted:
    """`value` is what is added up where `where` holds; a flow has `date`, a stock `begins` and `ends`. `at`: the
    end of a stock is a moment, not a day."""

    key: str
    value: str
    where: str = "true"
    date: str = ""
    begins: str = ""
    ends: str = ""
    at: bool = False

    def within(self, window: Period) -> str:
        start, end = f"'{window.start}'", f"'{window.end}'"
        if self.date:
            return f"t.{self.date} >= {start} AND t.{self.date} < {end}"
        moment = f"'{window.bounds()[1].isoformat()}'" if self.at else end
        return f"{self.begins} < {end} AND ({self.ends} IS NULL OR {self.ends} >= {moment})"

    def column(self, window: Period) -> str:
        return self.value.format(f"FILTER (WHERE {self.where} AND {self.within(window)})")


@dataclass(frozen=True)
class Table:
    """`key`: column that fills {scheme} in the keys, "" where the keys have none; `groups`: level → column."""

    source: str
    tables: str
    where: str
    key: str
    groups: dict[str, str]
    counted: tuple[Counted, ...]


ROWS, SUM = "count(*) {}", "coalesce(sum(t.{}) {{}}, 0)"
REGION = "JOIN regions_region r ON r.id = {}.region_id LEFT JOIN regions_region o ON o.id = {}.operating_region_id"
SCHEME = "JOIN subsidies_scheme s ON s.id = t.scheme_id "
PLACES = {"county": "r.county_id", "place": "coalesce(o.province_id, o.country_id)"}
ANY = "subsidies.{scheme}."

TABLES = (
    Table(
        "subsidies.applications", f"subsidies_application t {SCHEME}{REGION.format('t', 't')}",
        "t.submitted_at IS NOT NULL", "s.key", PLACES, (
            Counted(f"{ANY}submitted", ROWS, date="effective_date"),
            Counted(f"{ANY}open", ROWS, begins="t.effective_date", ends="t.closed_on"),
        ),
    ),
    Table(
        "subsidies.reviews", f"subsidies_review t {SCHEME}{REGION.format('t', 't')}", "true", "s.key", PLACES, (
            Counted(f"{ANY}accepted", ROWS, f"t.step = 'accept' AND {PASSED}", "effective_date"),
            Counted(f"{ANY}preliminarily_reviewed", ROWS, f"t.step = 'first_review' AND {PASSED}", "effective_date"),
            Counted(f"{ANY}approved", ROWS, f"t.step = 'approval' AND {PASSED}", "effective_date"),
            Counted(f"{ANY}refused", ROWS, "t.outcome = 'refused'", "effective_date"),
        ),
    ),
    Table(
        "subsidies.entries", f"subsidies_entry t {SCHEME}{REGION.format('t', 't')}", "true", "s.key", PLACES, (
            Counted(f"{ANY}approved_amount", SUM.format("amount"), "t.kind = 'reserve'", "effective_date"),
            Counted(f"{ANY}paid", SUM.format("paid_effect"), "t.kind IN ('pay', 'return', 'recover')", "effective_date"),
            Counted(f"{ANY}paid_shops", "count(DISTINCT t.enterprise_id) {}", "t.kind = 'pay'", "effective_date"),
        ),
    ),
    Table(
        "subsidies.waits",
        "subsidies_wait t JOIN subsidies_application a ON a.id = t.application_id"
        " JOIN subsidies_scheme s ON s.id = a.scheme_id JOIN regions_region r ON r.id = t.region_id"
        " LEFT JOIN regions_region o ON o.id = a.operating_region_id",
        "true", "s.key", PLACES, (
            Counted(f"{ANY}overdue", ROWS, begins="t.due_on + 1", ends="t.ended_at", at=True),
            Counted(f"{ANY}falling_due", ROWS, "t.ended_at IS NULL", "due_on"),
        ),
    ),
    Table(
        "subsidies.budget",
        "subsidies_entry t LEFT JOIN subsidies_entry l ON l.settles_id = t.id JOIN regions_region r ON r.id = t.region_id",
        "true", "", {"county": "r.county_id", "line": "t.line_id"}, (
            Counted("budget.allotted", SUM.format("amount"), "t.kind = 'allot'", "effective_date"),
            Counted("budget.paid", SUM.format("paid_effect"), "t.kind IN ('pay', 'return', 'recover')", "effective_date"),
            Counted("budget.reserved", SUM.format("amount"), "t.kind IN ('reserve', 'return')",
                    begins="t.effective_date", ends="l.effective_date"),
        ),
    ),
    Table(
        "enterprises", "enterprises_enterprise t JOIN regions_region r ON r.id = t.region_id",
        "t.state IN ('active', 'closed')", "", {"county": "r.county_id"}, (
            Counted("enterprises.registered", ROWS, begins="t.effective_date", ends="t.closed_on"),
            Counted("enterprises.opened", ROWS, date="opened_on"),
            Counted("enterprises.closed", ROWS, date="closed_on"),
        ),
    ),
)
KNOWN = {(table.source, one.key): one for table in TABLES for one in table.counted}


def read(keys: set[str], windows: Sequence[Period], path: str, levels: Sequence[str]) -> dict[tuple, Any]:
    """Values of the declarations `keys` under the region `path`; cells without rows are left out."""
    return {cell: value for table in TABLES for cell, value in _read(table, keys, windows, path, levels) if value}


def _read(
    table: Table, keys: set[str], windows: Sequence[Period], path: str, levels: Sequence[str]
) -> Iterator[tuple[tuple, Any]]:
    counted = [one for one in table.counted if one.key in keys]
    if not counted:
        return
    groups = {level: column for level, column in table.groups.items() if level in levels}
    head = [table.key] if table.key else []
    sets = [head, *([*head, column] for column in groups.values())]
    hits = [f"({one.where} AND {one.within(window)})" for one in counted for window in windows]
    names = [*head, *groups.values()]
    columns = [one.column(window) for one in counted for window in windows]
    statement = f"""SELECT {", ".join([*names, *(f"grouping({name})" for name in groups.values()), *columns])}
        FROM {table.tables} WHERE {table.where} AND r.path LIKE %s AND ({" OR ".join(hits)})
        GROUP BY GROUPING SETS ({", ".join(f"({', '.join(one)})" for one in sets)})"""
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{}", ""), [path + "%"])
        for row in cursor.fetchall():
            values = iter(row)
            scheme = next(values) if head else ""
            found, flags = [[next(values) for _group in groups] for _turn in range(2)]
            level = next((n for n, flag in enumerate(flags) if not flag), None)
            place = ("all", None) if level is None else (list(groups)[level], found[level])
            for one in counted:
                for window in windows:
                    yield (one.key.replace("{scheme}", scheme), *place, window), next(values)
