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
    date of a flow or the end of a stock is a moment, not a day."""

    key: str
    value: str
    where: str = "true"
    date: str = ""
    begins: str = ""
    ends: str = ""
    at: bool = False

    def within(self, window: Period) -> str:
        start, end = f"'{window.start}'", f"'{window.end}'"
        if self.date and self.at:
            start, end = (f"'{moment.isoformat()}'" for moment in window.bounds())
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
PAID = "t.kind IN ('pay', 'return', 'recover')"
HELD = "JOIN regions_region h ON h.id = t.place_id"
HELD_IN = {"county": "r.county_id", "place": "coalesce(h.province_id, h.country_id)"}
SHOPS = "count(DISTINCT t.enterprise_id) {}"
BINDING = "{}.state IN ('signed', 'running', 'finished', 'ended')"
CLASS = "t.kind <> 'livestream'"

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
            Counted(f"{ANY}paid", SUM.format("paid_effect"), PAID, "effective_date"),
            Counted(f"{ANY}paid_shops", SHOPS, "t.kind = 'pay'", "effective_date"),
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
            Counted("budget.paid", SUM.format("paid_effect"), PAID, "effective_date"),
            Counted("budget.reserved", SUM.format("amount"), "t.kind IN ('reserve', 'return')",
                    begins="t.effective_date", ends="l.effective_date"),
        ),
    ),
    Table(
        "subsidies.allowances",
        "subsidies_entry t JOIN subsidies_payeeline p ON p.id = t.payee_line_id JOIN regions_region r ON r.id = t.region_id",
        "p.role IN ('trainee', 'host')", "", {"county": "r.county_id"}, (
            Counted("placements.trainees_paid", "count(DISTINCT p.person_id) {}", "t.kind = 'pay' AND p.role = 'trainee'",
                    "effective_date"),
            Counted("placements.hosts_paid", "count(DISTINCT t.enterprise_id) {}", "t.kind = 'pay' AND p.role = 'host'",
                    "effective_date"),
            Counted("placements.paid", SUM.format("paid_effect"), PAID, "effective_date"),
        ),
    ),
    Table(
        "subsidies.corrections",
        "subsidies_correction t JOIN subsidies_application a ON a.id = t.application_id"
        f" JOIN subsidies_scheme s ON s.id = a.scheme_id {REGION.format('a', 'a')}", "true", "s.key", PLACES, (
            Counted(f"{ANY}returned", ROWS, date="asked_at", at=True),
        ),
    ),
    Table(
        "loans.requests", f"subsidies_loanrequest t {REGION.format('t', 't')}", "true", "", PLACES,
        (Counted("loans.requested", ROWS, date="effective_date"),),
    ),
    Table(
        "loans.referrals", f"subsidies_referralrow t {REGION.format('t', 't')}", "true", "", PLACES,
        (Counted("loans.referred", SHOPS, date="listed_on"),),
    ),
    Table(
        "loans.decisions", f"subsidies_loanrequest t {REGION.format('t', 't')}", "t.amount_approved IS NOT NULL", "", PLACES, (
            Counted("loans.approved", SHOPS, date="decided_on"),
            Counted("loans.approved_amount", SUM.format("amount_approved"), date="decided_on"),
        ),
    ),
    Table(
        "loans.drawdowns", f"subsidies_drawdown t {REGION.format('t', 't')}", "true", "", PLACES, (
            Counted("loans.disbursed", SUM.format("amount"), date="effective_date"),
            Counted("loans.borrowers", SHOPS, date="effective_date"),
        ),
    ),
    Table(
        "programs.pledges", "programs_pledge t JOIN regions_region r ON r.id = t.region_id", "t.published_at IS NOT NULL", "",
        {"county": "r.county_id"}, (
            Counted("pledges.published", ROWS, date="published_on"),
            Counted("pledges.fulfilled", ROWS, "t.state = 'fulfilled'", "closed_on"),
            Counted("pledges.open", ROWS, begins="t.published_on", ends="t.closed_on"),
        ),
    ),
    Table(
        "programs.due_spells",
        """(SELECT d.region_id, greatest(d.new + 1, d.effective_date) AS late_from, coalesce(
                lead(d.effective_date) OVER (PARTITION BY d.pledge_id ORDER BY d.id), p.closed_on) AS until
            FROM programs_pledgedatechange d JOIN programs_pledge p ON p.id = d.pledge_id) t
        JOIN regions_region r ON r.id = t.region_id""", "true", "", {"county": "r.county_id"},
        (Counted("pledges.overdue", ROWS, begins="t.late_from", ends="t.until"),),
    ),
    Table(
        "programs.feedback", "programs_feedback t JOIN regions_region r ON r.id = t.region_id", "true", "",
        {"county": "r.county_id"}, (
            Counted("feedback.received", ROWS, date="given_on"),
            Counted("pledges.ratings", ROWS, "t.state = 'shown'", "given_on"),
        ),
    ),
    Table(
        "programs.answers", "programs_answer t JOIN regions_region r ON r.id = t.region_id", "true", "",
        {"county": "r.county_id"}, (Counted("feedback.answered", "count(DISTINCT t.feedback_id) {}", date="answered_on"),),
    ),
    Table(
        "enterprises.credentials", f"enterprises_credential t {REGION.format('t', 't')}",
        "t.state NOT IN ('proposed', 'discarded')", "", PLACES, (
            Counted("honors.selected", SHOPS, "t.selected_on IS NOT NULL AND t.state <> 'not_selected'", "selected_on"),
            Counted("honors.awaiting", SHOPS, "t.selected_on IS NOT NULL",
                    begins="t.selected_on", ends="least(t.named_on, t.ended_on)"),
            Counted("honors.named", SHOPS, "t.named_on IS NOT NULL", "named_on"),
            Counted("honors.plaques", SHOPS, "t.plaque_on IS NOT NULL", "plaque_on"),
            Counted("honors.valid", SHOPS, "t.valid_from IS NOT NULL",
                    begins="t.valid_from", ends="least(t.valid_until + 1, t.ended_on)"),
            Counted("honors.expiring", ROWS, "t.valid_until IS NOT NULL AND t.ended_on IS NULL", "valid_until"),
            Counted("honors.revoked", ROWS, "t.ended_on IS NOT NULL AND t.valid_until IS NOT NULL", "ended_on"),
        ),
    ),
    Table(
        "training.placements",
        "training_placement t JOIN training_agreement a ON a.id = t.agreement_id JOIN regions_region r ON r.id = a.region_id",
        f"t.cancelled_at IS NULL AND {BINDING.format('a')}", "", {"county": "r.county_id"},
        (Counted("placements.running", "count(DISTINCT t.person_id) {}", begins="t.starts_on", ends="t.ends_on + 1"),),
    ),
    Table(
        "training.agreements", "training_agreement t JOIN regions_region r ON r.id = t.region_id", BINDING.format("t"), "",
        {"county": "r.county_id"}, (
            Counted("placements.hosts", "count(DISTINCT t.host_id) {}",
                    begins="t.starts_on", ends="coalesce(t.stopped_on, t.ends_on) + 1"),
        ),
    ),
    Table(
        "training.sessions", f"training_session t JOIN regions_region r ON r.id = t.region_id {HELD}", "true", "", HELD_IN, (
            Counted("training.sessions", ROWS, CLASS, "ended_on"),
            Counted("training.livestreams", ROWS, "t.kind = 'livestream'", "ended_on"),
            Counted("training.current_class.days", SUM.format("days"), f"{CLASS} AND t.canceled_at IS NULL",
                    begins="t.begins_on", ends="t.ends_on"),
            Counted("training.coming", ROWS, f"{CLASS} AND t.state IN ('planned', 'open')", "begins_on"),
            Counted("training.marks_open", ROWS, f"{CLASS} AND t.state = 'ended' AND t.marks_closed_at IS NULL", "ended_on"),
        ),
    ),
    Table(
        "training.enrollments",
        "training_enrollment t JOIN training_session n ON n.id = t.session_id JOIN regions_region r ON r.id = t.region_id"
        f" {HELD.replace('t.', 'n.')}", "true", "", HELD_IN, (
            Counted("training.person_times", ROWS, "t.present > 0", "ended_on"),
            Counted("training.persons", "count(DISTINCT t.person_id) {}", "t.present > 0", "ended_on"),
            Counted("training.person_days", SUM.format("days_present"), "t.present > 0", "ended_on"),
            Counted("training.hours", SUM.format("hours"), "t.present > 0", "ended_on"),
            Counted("training.completions", ROWS, "t.completed AND t.present > 0", "ended_on"),
            Counted("training.current_class.size", ROWS, "t.state = 'enrolled' AND n.canceled_at IS NULL",
                    begins="n.begins_on", ends="n.ends_on"),
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
