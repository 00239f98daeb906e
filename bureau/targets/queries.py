"""How far each target is: read with the figures in one round trip, ordered by line of work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Min
from django.urls import reverse

from bureau.accounts.models import SiteProfile, User
from bureau.accounts.roles import Permission
from bureau.common import clock
from bureau.common.i18n import is_chinese
from bureau.common.money import narrative
from bureau.common.periods import Period
from bureau.metrics import TOTAL, Area, Bound, Figures, Question, all_metrics, compute_all
from bureau.metrics.enums import with_unit
from bureau.regions.models import Region
from bureau.targets import progress
from bureau.targets.enums import Standing
from bureau.targets.models import Target

ICONS = {
    Standing.AHEAD: ("good", "arrow-up"), Standing.REACHED: ("good", "check-circle"),
    Standing.BEHIND: ("attention", "arrow-down"), Standing.MISSED: ("bad", "x-circle"),
    Standing.BEYOND: ("attention", "alert"), Standing.WAITS: ("neutral", "clock"),
}


@dataclass
class Line:
    """One target and what has been done for it by the end of `day`. `rank` is set among counties."""

    target: Target
    metric: Bound
    done: Decimal
    day: date
    rank: int = 0

    @property
    def completion(self) -> Decimal:
        return progress.completion(self.done, self.target.low)

    @property
    def elapsed(self) -> Decimal:
        return progress.elapsed(self.target.period, self.day)

    @property
    def standing(self) -> Standing:
        return progress.standing(self.done, self.target.low, self.target.high, self.target.period, self.day)

    @property
    def tone(self) -> str:
        return ICONS[self.standing][0]

    @property
    def icon(self) -> str:
        return ICONS[self.standing][1]

    @property
    def completion_text(self) -> str:
        return progress.percent(self.completion)

    @property
    def elapsed_text(self) -> str:
        return progress.percent(self.elapsed)

    @property
    def bar(self) -> int:
        """Length of the bar, in percent of the whole track."""
        return min(100, int(self.completion * 100))

    @property
    def mark(self) -> int:
        """Where on the track the time is."""
        return int(self.elapsed * 100)

    @property
    def done_text(self) -> str:
        return text_of(self.done, self.metric)

    @property
    def target_text(self) -> str:
        low = text_of(self.target.low, self.metric)
        if self.target.high is None:
            return low
        if not self.metric.metric.is_money:
            low = number_of(self.target.low)
        return f"{low}–{text_of(self.target.high, self.metric)}"

    @property
    def href(self) -> str:
        window = self.target.period.to(self.day)
        query = {"from": window.start.isoformat(), "to": window.last_day.isoformat()}
        if self.target.region:
            query["region"] = self.target.region.code
        if self.target.unit:
            query["unit"] = self.target.unit.code
        return f"{reverse('dashboards:records', args=[self.metric.key])}?{urlencode(query)}"


@dataclass
class Board:
    """The targets of one figure for one period: the bureau's, the counties' by rank, the offices'."""

    metric: Bound
    period: Period
    whole: Line | None = None
    counties: list[Line] = field(default_factory=list)
    units: list[Line] = field(default_factory=list)

    @property
    def gap(self) -> progress.Gap | None:
        """Where the counties' targets do not add up to the bureau's."""
        if self.whole is None or not self.counties or not adds_up(self.metric):
            return None
        found = progress.Gap(sum((line.target.low for line in self.counties), Decimal(0)), self.whole.target.low)
        return found if found.difference else None

    @property
    def gap_text(self) -> str:
        return text_of(self.gap.size, self.metric) if self.gap else ""

    @property
    def period_label(self) -> str:
        return self.period.label("zh" if is_chinese() else "en")

    @property
    def lines(self) -> list[Line]:
        return [*([self.whole] if self.whole else []), *self.counties, *self.units]


def adds_up(metric: Bound) -> bool:
    """A figure that counts distinct things may be less than the sum of its parts."""
    return metric.metric.distinct is None


def text_of(value: Any, metric: Bound) -> str:
    """With its unit: 389.2万元, 1,431户."""
    language = "zh" if is_chinese() else "en"
    if metric.metric.is_money:
        return narrative(value, language)
    return with_unit(number_of(value), str(metric.unit.label), language)


def number_of(value: Any) -> str:
    return f"{Decimal(value).normalize():,f}"


@dataclass
class Plan:
    """Targets whose figures are still to be read: ask `questions`, then `fill` in the answers."""

    boards: list[Board]
    day: date
    root: Region
    parts: dict[tuple[Period, Any], list[Board]]

    @property
    def questions(self) -> list[Question]:
        return [
            Question(
                list({board.metric.key: board.metric for board in some}.values()), [period.to(self.day)],
                None if unit else self.root, unit, by_county=not unit,
            )
            for (period, unit), some in self.parts.items()
        ]

    def fill(self, answers: Sequence[Figures]) -> list[Board]:
        """Put in what was done, and the ranks that follow."""
        by_part = dict(zip(self.parts, answers, strict=True))
        for board in self.boards:
            window = board.period.to(self.day)
            for line in board.lines:
                line.day = self.day
                if self.day < board.period.start:
                    continue
                target = line.target
                place = TOTAL if target.unit_id or target.region_id == self.root.pk else target.region_id
                figures = by_part[board.period, target.unit]
                line.done = Decimal(figures.value(board.metric.key, window, place))
            places = progress.ranks([line.completion for line in board.counties])
            for line, rank in zip(board.counties, places, strict=True):
                line.rank = rank
            board.counties.sort(key=lambda line: (line.rank, line.target.region.path))
        return self.boards


def plan(day: date, known: dict[str, Bound], root: Region, *, year: int | None = None) -> Plan:
    """Every target of the year (of `day` unless named). One query."""
    rows = Target.objects.of_year(year or day.year).select_related("region", "unit")
    found = grouped([row for row in rows if row.metric in known], known, root)
    parts: dict[tuple[Period, Any], list[Board]] = {}
    for board in found:
        for unit in {line.target.unit for line in board.lines}:
            parts.setdefault((board.period, unit), []).append(board)
    return Plan(found, day, root, parts)


def boards(day: date, *, year: int | None = None, user: User | None = None) -> list[Board]:
    """The targets of a year with figures of one moment. `user` sees the lines of his own territory with the ranks
    they have among all, unless he may see the dashboard, which shows all counties."""
    found = plan(day, {one.key: one for one in all_metrics()}, SiteProfile.get().root, year=year)
    found.fill(compute_all(found.questions))
    if user is not None and not user.can(Permission.DASHBOARD_VIEW):
        narrow(found.boards, set(Target.objects.visible_to(user).values_list("pk", flat=True)))
    return [board for board in found.boards if board.lines]


def by_area(found: Sequence[Board]) -> list[tuple[Area, list[Board]]]:
    areas: dict[str, tuple[Area, list[Board]]] = {}
    for board in sorted(found, key=lambda one: one.metric.area.order):
        areas.setdefault(board.metric.area.key, (board.metric.area, []))[1].append(board)
    return list(areas.values())


def grouped(rows: Sequence[Target], known: dict[str, Bound], root: Region) -> list[Board]:
    """Boards in the order of the figures' declaration, longer periods first; figures are not read yet."""
    place = {key: number for number, key in enumerate(known)}
    found: dict[tuple[str, Period], Board] = {}
    for row in sorted(rows, key=lambda row: (place[row.metric], row.start, -row.period.days)):
        board = found.setdefault((row.metric, row.period), Board(known[row.metric], row.period))
        line = Line(row, board.metric, Decimal(0), row.start)
        if row.unit_id:
            board.units.append(line)
        elif row.region_id == root.pk:
            board.whole = line
        else:
            board.counties.append(line)
    return list(found.values())


def narrow(found: Sequence[Board], seen: set[int]) -> None:
    for board in found:
        board.counties = [line for line in board.counties if line.target.pk in seen]
        board.units = [line for line in board.units if line.target.pk in seen]


def years() -> list[int]:
    """From the first year with a target to the present one, newest first."""
    first = Target.objects.aggregate(first=Min("start"))["first"]
    this = clock.today().year
    return list(range(max(this, first.year if first else this) + 1, min(this, first.year if first else this) - 1, -1))


def counties(root: Region) -> list[Region]:
    return list(Region.objects.within(root).current().filter(kind="county").exclude(pk=root.pk).order_by("code"))


# --- for reports: what stands beside frozen figures ------------------------------------------------


def to_date_targets(region: Region, day: date) -> list[Target]:
    """Targets that a figure of the year to date speaks of: of periods that began with the year and are not over
    before `day`; for the region and what lies under it."""
    rows = Target.objects.filter(
        region__path__startswith=region.path, start=date(day.year, 1, 1), end__gt=day
    ).select_related("region")
    return list(rows.order_by("metric", "end", "region__code"))
