"""What pages and papers read of a report: its text with figures put in, its annex, the rows behind a figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import override

from bureau.accounts import scope
from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.common import money
from bureau.common.periods import Period
from bureau.metrics import Sensitivity, compute
from bureau.metrics.areas import Area, area, area_of
from bureau.metrics.enums import Section, with_unit
from bureau.metrics.registry import all_metrics
from bureau.reports.enums import Window
from bureau.reports.models import FrozenFigure, FrozenTarget, Paragraph, Report
from bureau.reports.packing import unpack_ids, unpack_rows
from bureau.reports.text import Token, parts
from bureau.targets import progress
from bureau.targets.enums import Standing

NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Said:
    """A figure as it stands in a sentence."""

    figure: FrozenFigure
    text: str


Line = tuple[Paragraph, list[str | Said]]


@dataclass
class Group:
    """The paragraphs on one line of work: each a list of plain strings and `Said`. `heading` may be empty."""

    area: str
    heading: str
    paragraphs: list[Line] = field(default_factory=list)


@dataclass
class Part:
    """A section with its number and its paragraphs by line of work."""

    section: Section
    heading: str
    groups: list[Group] = field(default_factory=list)

    @property
    def paragraphs(self) -> list[Line]:
        return [line for group in self.groups for line in group.paragraphs]


def value_text(figure: FrozenFigure, language: str) -> str:
    """With its unit, as prose has it: 389.2万元, 1,431户."""
    if figure.is_money:
        return money.narrative(figure.value, language)
    unit = figure.unit_zh if language == "zh" else figure.unit_en
    return with_unit(f"{figure.value.normalize():,f}", unit, language)


def sections(report: Report, language: str) -> list[Part]:
    """The whole text in one language, figures in place. Two queries."""
    figures = {
        Token(figure.key, Window(figure.window)): figure for figure in report.figures.filter(county=None)
    }
    lines: dict[Section, list[Line]] = {section: [] for section in Section}
    for paragraph in report.paragraphs.all():
        body = paragraph.body_zh if language == "zh" else paragraph.body_en
        line = [part if isinstance(part, str) else said(part, figures, language) for part in parts(body)]
        lines[Section(paragraph.section)].append((paragraph, line))
    return [Part(section, heading(section, language), grouped(section, some, language)) for section, some in lines.items()]


def grouped(section: Section, lines: list[Line], language: str) -> list[Group]:
    """Progress is told by line of work, under headings of its own where there are several."""
    if section != Section.PROGRESS or len({paragraph.area for paragraph, _line in lines}) < 2:
        return [Group("", "", lines)]
    groups: dict[str, Group] = {}
    for paragraph, line in sorted(lines, key=lambda one: area(one[0].area).order):
        found = area(paragraph.area)
        group = groups.setdefault(found.key, Group(found.key, subheading(len(groups), found, language)))
        group.paragraphs.append((paragraph, line))
    return list(groups.values())


def subheading(number: int, found: Area, language: str) -> str:
    with override("zh-hans" if language == "zh" else "en"):
        label = str(found.label)
    return f"（{NUMERALS[number]}）{label}" if language == "zh" else f"({number + 1}) {label}"


def said(token: Token, figures: dict[Token, FrozenFigure], language: str) -> str | Said:
    figure = figures.get(token)
    return Said(figure, value_text(figure, language)) if figure else str(token)


def vocabulary(report: Report, language: str) -> list[tuple[str, FrozenFigure, str]]:
    """What a drafter may write: (token, figure, how it reads), by key."""
    figures = report.figures.filter(county=None).order_by("key", "window")
    return [(str(Token(f.key, Window(f.window))), f, value_text(f, language)) for f in figures]


HEADINGS = {
    Section.PROGRESS: ("工作进展", "Progress"),
    Section.PROBLEMS: ("存在问题", "Problems"),
    Section.PLANS: ("下一步打算", "Next steps"),
}


def heading(section: Section, language: str) -> str:
    number = list(Section).index(section)
    text_zh, text_en = HEADINGS[section]
    return f"{NUMERALS[number]}、{text_zh}" if language == "zh" else f"{number + 1}. {text_en}"


# --- targets -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Goal:
    """A frozen target beside its frozen figure. `rank`: among the counties with a target of the same figure and
    period; 0 for the whole."""

    target: FrozenTarget
    day: date
    rank: int

    @property
    def figure(self) -> FrozenFigure:
        return self.target.figure

    @property
    def completion(self) -> Decimal:
        return progress.completion(self.figure.value, self.target.low)

    @property
    def completion_text(self) -> str:
        return progress.percent(self.completion)

    @property
    def elapsed_text(self) -> str:
        return progress.percent(progress.elapsed(self.target.period, self.day))

    @property
    def standing(self) -> Standing:
        target = self.target
        return progress.standing(self.figure.value, target.low, target.high, target.period, self.day)


@dataclass
class GoalTable:
    """Targets of one figure for one period: the whole first, then the counties by rank."""

    figure: FrozenFigure
    period: Period
    rows: list[Goal]

    @property
    def whole(self) -> Goal | None:
        return next((goal for goal in self.rows if not goal.figure.county_id), None)


def goals(report: Report) -> list[GoalTable]:
    """目标完成情况, from frozen figures and frozen targets. One query."""
    found: dict[tuple[str, Period], list[FrozenTarget]] = {}
    for target in report.targets.select_related("figure__county").order_by("end", "figure__county__code"):
        found.setdefault((target.figure.key, target.period), []).append(target)
    order = {key: number for number, key in enumerate(report.template.annex)}
    keys = sorted(found, key=lambda one: (area_of(one[0]).order, order.get(one[0], len(order)), one[0], one[1].end))
    return [goal_table(found[key], key[1], report.period.last_day) for key in keys]


def goal_table(targets: list[FrozenTarget], period: Period, day: date) -> GoalTable:
    whole = [target for target in targets if not target.figure.county_id]
    counties = [target for target in targets if target.figure.county_id]
    places = progress.ranks([progress.completion(one.figure.value, one.low) for one in counties])
    ranked = sorted(zip(places, counties, strict=True), key=lambda pair: pair[0])
    rows = [Goal(one, day, 0) for one in whole] + [Goal(one, day, rank) for rank, one in ranked]
    return GoalTable(rows[0].figure, period, rows)


# --- annex ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AnnexCell:
    done: FrozenFigure
    period: FrozenFigure
    change: Decimal
    rank: int


@dataclass
class AnnexTable:
    """One figure by county: done in the year, in the period, change against the period before, rank. `own` is what
    the office of the scope did itself; None where it did nothing."""

    total: AnnexCell
    rows: list[tuple[Any, AnnexCell]]
    own: AnnexCell | None = None

    @property
    def figure(self) -> FrozenFigure:
        return self.total.done


def annex(report: Report) -> list[AnnexTable]:
    """A table per annex figure, counties in the order of their codes. One query."""
    cells: dict[tuple[str, int | None], dict[str, FrozenFigure]] = {}
    counties: dict[int, Any] = {}
    wanted = report.figures.filter(key__in=report.template.annex).select_related("county")
    for figure in wanted.order_by("county__code"):
        cells.setdefault((figure.key, figure.county_id), {})[figure.window] = figure
        if figure.county_id and figure.county_id != report.region_id:
            counties[figure.county_id] = figure.county
    tables = []
    for key in report.template.annex:
        if (key, None) in cells:
            table = annex_table(key, cells, counties)
            if own := cells.get((key, report.region_id)):
                table.own = annex_cell(own, 0)
            tables.append(table)
    return tables


def annex_table(key: str, cells: dict, counties: dict[int, Any]) -> AnnexTable:
    values = sorted((cells[key, pk][Window.TO_DATE].value for pk in counties), reverse=True)
    rows = [
        (county, annex_cell(cells[key, pk], values.index(cells[key, pk][Window.TO_DATE].value) + 1))
        for pk, county in counties.items()
    ]
    return AnnexTable(annex_cell(cells[key, None], 0), rows)


def annex_cell(windows: dict[str, FrozenFigure], rank: int) -> AnnexCell:
    period, before = windows[Window.PERIOD], windows[Window.PREVIOUS]
    return AnnexCell(windows[Window.TO_DATE], period, period.value - before.value, rank)


def evidence(report: Report) -> list[FrozenFigure]:
    """Every figure of the scope that the text or the annex states: for the list of metric, period, value, records."""
    used = {token_key(part) for p in report.paragraphs.all() for part in parts(p.body_zh) if isinstance(part, Token)}
    used |= {(key, window) for key in report.template.annex for window in (Window.TO_DATE, Window.PERIOD)}
    figures = report.figures.filter(county=None).order_by("key", "window")
    return [figure for figure in figures if (figure.key, Window(figure.window)) in used]


def token_key(token: Token) -> tuple[str, Window]:
    return token.key, token.window


# --- records behind a figure ---------------------------------------------------------------------

PAGE = 50


@dataclass
class FrozenPage:
    """A page of the records as issued, as far as the viewer may see them."""

    columns: list[dict[str, str]]
    rows: list[list[tuple[dict[str, str], Any]]]
    number: int
    pages: int
    seen: int


def members(figure: FrozenFigure) -> list[int]:
    return unpack_ids(figure.members) if figure.members is not None else []


def frozen_page(figure: FrozenFigure, viewer: User, number: int = 1) -> FrozenPage | None:
    """Rows of the figure, newest first; None for whoever may not open records."""
    level = sensitivities(viewer)
    if not level:
        return None
    ids = list(reversed(visible_members(figure, viewer)))
    pages = max(1, -(-len(ids) // PAGE))
    number = min(max(number, 1), pages)
    wanted = ids[(number - 1) * PAGE : number * PAGE]
    shown = [n for n, column in enumerate(figure.source.columns) if column["sensitivity"] in level]
    cells = dict(cells_of(figure, wanted))
    rows = [[(figure.source.columns[n], cells[pk][n]) for n in shown] for pk in wanted]
    return FrozenPage([figure.source.columns[n] for n in shown], rows, number, pages, len(ids))


def cells_of(figure: FrozenFigure, ids: list[int]) -> Iterator[tuple[int, list[Any]]]:
    wanted = set(ids)
    for chunk in figure.source.chunks.filter(ids__overlap=ids):
        for pk, row in zip(chunk.ids, unpack_rows(chunk.body), strict=True):
            if pk in wanted:
                yield pk, row


def sensitivities(viewer: User) -> set[str]:
    """Which columns of frozen rows the viewer may read; personal ones are never frozen."""
    if not viewer.is_authenticated:
        return set()
    if viewer.can(Permission.RECORDS_VIEW):
        return {str(Sensitivity.PUBLIC), str(Sensitivity.INTERNAL)}
    if viewer.can(Permission.REPORT_VIEW) or viewer.can(Permission.DASHBOARD_VIEW):
        return {str(Sensitivity.PUBLIC)}
    return set()


def visible_members(figure: FrozenFigure, viewer: User) -> list[int]:
    """Staff see the records they may see anyway; officials see all of them, in few columns."""
    ids = members(figure)
    if not viewer.can(Permission.RECORDS_VIEW):
        return ids
    source = source_of(figure)
    rows = source.queryset() if source else None
    if rows is None or not ids:
        return ids if rows is None else []
    if hasattr(rows, "visible_to"):
        mine = rows.visible_to(viewer)
    else:
        mine = scope.visible(rows, viewer, Permission.RECORDS_VIEW, region=source.region, unit=source.unit)
    return sorted(mine.filter(pk__in=ids).values_list("pk", flat=True))


def source_of(figure: FrozenFigure) -> Any:
    """The live source of a frozen figure; None where its declaration is gone."""
    return next((one.metric.source for one in all_metrics() if one.key == figure.key), None)


def now(figure: FrozenFigure) -> tuple[Decimal, int] | None:
    """(value, records) as they are known now; None where the metric is no longer declared."""
    if source_of(figure) is None:
        return None
    region = figure.county or figure.report.region
    if figure.is_own:
        found = compute([figure.key], [figure.period], region=region, by_county=True).get(figure.key, county=None)
    else:
        found = compute([figure.key], [figure.period], region=region).get(figure.key)
    return Decimal(found.value), found.records
