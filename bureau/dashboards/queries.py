"""Everything a dashboard shows, from metrics alone, in one round trip: it grows with what the apps declare.

The overview has the key figures of every line of work; a line of work has its own, and one of them by month, county
and place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bureau.accounts.models import SiteProfile
from bureau.common import clock
from bureau.common.i18n import is_chinese, localized
from bureau.common.money import narrative
from bureau.common.periods import Period
from bureau.dashboards.kept import Keeper
from bureau.dashboards.spans import Span, months
from bureau.dashboards.tiles import SHORT, TILES, shade
from bureau.metrics import Area, Bound, Figure, Figures, Question, all_metrics, area_of, areas_of, compute_all
from bureau.metrics.enums import agreeing
from bureau.regions.models import Region
from bureau.targets.queries import Board, plan

PLACE, LINE = "place", "line"
BUDGET = ("budget.allotted", "budget.paid", "budget.reserved")


@dataclass(frozen=True)
class Card:
    key: str
    label: str
    value: str
    unit: str
    change: str
    direction: str
    tone: str
    href: str
    chosen: str


@dataclass(frozen=True)
class Bar:
    """One bar of a ranked list; `share` of the longest one in percent."""

    label: str
    value: str
    change: str
    share: int
    href: str


@dataclass(frozen=True)
class Tile:
    short: str
    label: str
    value: str
    row: int
    column: int
    shade: int
    href: str


@dataclass(frozen=True)
class BudgetRow:
    label: str
    allotted: Decimal
    paid: Decimal
    reserved: Decimal
    links: dict[str, str]

    @property
    def paid_share(self) -> int:
        return self._share(self.paid)

    @property
    def reserved_share(self) -> int:
        return self._share(self.reserved)

    @property
    def free(self) -> Decimal:
        return self.allotted - self.paid - self.reserved

    def _share(self, amount: Decimal) -> int:
        return round(amount * 100 / self.allotted) if self.allotted else 0


@dataclass
class Shelf:
    """The key figures of one line of work."""

    area: Area
    cards: list[Card]

    @property
    def width(self) -> int:
        """How many of four columns it takes on a desk."""
        return min(len(self.cards), 4)


@dataclass
class Detail:
    """One figure by month, county and place."""

    metric: Bound
    trend: dict[str, Any]
    counties: list[Bar]
    tiles: list[Tile]
    abroad: list[Bar]


@dataclass
class Dashboard:
    """`area` and `detail` are None on the overview."""

    span: Span
    window: Period
    before: Period
    areas: list[Area]
    area: Area | None
    shelves: list[Shelf]
    detail: Detail | None
    budget: list[BudgetRow]
    goals: list[Board]
    as_of: datetime

    @property
    def cards(self) -> list[Card]:
        return [card for shelf in self.shelves for card in shelf.cards]


def headlines(known: Iterable[Bound]) -> list[Bound]:
    """The key figures by line of work, in their order."""
    found = [one for one in known if one.metric.headline is not None]
    return sorted(found, key=lambda one: (one.area.order, [str(v) for v in one.dims.values()], one.metric.headline or 0))


def dashboard(span: Span, chosen: str | None = None, area: str | None = None, *, anew: bool = False) -> Dashboard:
    """The page for one span of time. `area` names a line of work, `chosen` one of the key figures, which is then
    shown in detail with its line of work; neither: the overview. `anew`: not from figures that are kept."""
    today = clock.today()
    known = {one.key: one for one in all_metrics()}
    keys = headlines(known.values())
    areas = areas_of(one.key for one in keys)
    metric = chosen_metric(keys, chosen, area)
    here = metric.area if metric else None
    shown = [one for one in keys if here is None or one.area == here]
    window, before, by_month = span.window(today), span.before(today), months(today)
    year = Period.year_to_date(today)
    region = SiteProfile.get().root
    money = [known[key] for key in BUDGET if key in known and (here is None or here == area_of(key))]
    aims = plan(today, known, region)
    keeper = Keeper(f"{span.key}|{here.key if here else ''}|{metric.key if metric else ''}", anew)
    cards, detailed, lines, *done = compute_all([
        Question(shown, [window, before], region),
        Question([metric] if metric else [], [window, before, *by_month], region, by_county=True, dims=(PLACE,)),
        Question(money, [year], region, dims=(LINE,)),
        *aims.questions,
    ], keeper)
    return Dashboard(
        span, window, before, areas, here,
        [
            Shelf(one, [card(cards, key, span, window, before, metric) for key in shown if key.area == one])
            for one in areas_of(key.key for key in shown)
        ],
        detail(detailed, metric, window, before, by_month, region) if metric else None,
        budget_rows(lines, year) if money else [],
        goals(aims.fill(done), here), keeper.moment or clock.now(),
    )


def chosen_metric(keys: Sequence[Bound], chosen: str | None, area: str | None) -> Bound | None:
    """The figure that is shown in detail: the one named, else the first of the line of work, else none."""
    named = next((one for one in keys if one.key == chosen), None)
    return named or next((one for one in keys if one.area.key == area), None)


def detail(figures: Figures, metric: Bound, window: Period, before: Period, by_month: Sequence[Period],
           region: Region) -> Detail:
    places = places_of(figures, metric, window)
    return Detail(
        metric, trend(figures, metric, by_month), county_bars(figures, metric, window, before, region),
        province_tiles(figures, metric, window, places), abroad_bars(figures, metric, window, places),
    )


def goals(found: Iterable[Board], area: Area | None) -> list[Board]:
    """The bureau's own targets, of the line of work that is shown."""
    return [board for board in found if board.whole and (area is None or board.metric.area == area)]


def records_url(key: str, window: Period, **scope: Any) -> str:
    query = {"from": window.start.isoformat(), "to": window.last_day.isoformat(), **scope}
    return f"{reverse('dashboards:records', args=[key])}?{urlencode(query)}"


# --- cards and trend -----------------------------------------------------------------------------


def card(figures: Figures, one: Bound, span: Span, window: Period, before: Period, chosen: Bound | None) -> Card:
    figure = figures.get(one.key, window)
    change = figure.value - figures.value(one.key, before)
    direction = "up" if change > 0 else "down" if change < 0 else "same"
    tone = "" if direction == "same" or not one.metric.better else (
        "good" if direction == one.metric.better else "bad"
    )
    value, unit, changed = *split_value(figure), signed(change, one)
    if one.metric.is_stated and not figure.records:
        value, unit, changed = "—", "", _("not stated yet")
    return Card(
        one.key, one.label, value, unit, changed, direction, tone, records_url(one.key, window),
        "true" if chosen and one.key == chosen.key else "",
    )


def split_value(figure: Figure) -> tuple[str, str]:
    """Number and unit apart: ("389.2", "万元") or ("1,431", "户")."""
    if figure.metric.metric.is_money:
        return money_parts(figure.value)
    return figure.number, agreeing(figure.number, str(figure.metric.unit.label))


def money_parts(value: Any) -> tuple[str, str]:
    text = narrative(Decimal(value), "zh" if is_chinese() else "en")
    split = next((n for n, sign in enumerate(text) if sign not in "-−0123456789.,"), len(text))
    return text[:split], text[split:].strip()


def short(value: Any, one: Bound) -> str:
    if one.metric.is_money:
        return narrative(Decimal(value), "zh" if is_chinese() else "en")
    return f"{Decimal(value).normalize():,f}"


def signed(value: Any, one: Bound) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return sign + short(abs(value), one)


def trend(figures: Figures, one: Bound, by_month: Sequence[Period]) -> dict[str, Any]:
    """For the chart and the table behind it: months, values in yuan or counts, and where each point opens."""
    found = [figures.get(one.key, month) for month in by_month]
    return {
        "label": one.label,
        "unit": str(one.unit.label),
        "money": one.metric.is_money,
        "points": [
            {
                "label": month_label(month),
                "value": float(figure.value),
                "text": short(figure.value, one),
                "href": records_url(one.key, month),
            }
            for month, figure in zip(by_month, found, strict=True)
        ],
    }


def month_label(month: Period) -> str:
    first: date = month.start
    if is_chinese():
        return f"{first.year % 100}年{first.month}月" if first.month == 1 else f"{first.month}月"
    return f"{first:%b} {first.year}" if first.month == 1 else f"{first:%b}"


# --- places --------------------------------------------------------------------------------------


def places_of(figures: Figures, one: Bound, window: Period) -> dict[int, Region]:
    """The places that have figures, and every province that has a square, by id."""
    found = {dict(figure.dims)[PLACE] for figure in figures.by(PLACE, one.key, window)} - {None}
    squares = Q(kind="province", code__in=TILES, valid_to=None)
    rows = Region.objects.filter(Q(pk__in=found) | squares).only("code", "kind", "name_zh", "name_en", "valid_to")
    return {region.pk: region for region in rows.order_by("path")}


def county_bars(figures: Figures, one: Bound, window: Period, before: Period, root: Region) -> list[Bar]:
    """Every county of the scope, largest first; at the end what is booked above the counties, if anything is."""
    counties = Region.objects.within(root).current().filter(kind="county").order_by("code")
    values = {figure.county: figure.value for figure in figures.counties(one.key, window)}
    rows = [(county, values.get(county.pk, 0)) for county in counties]
    own = values.get(None, 0)
    largest = max([own, *(value for _county, value in rows)])
    bars = [
        Bar(
            localized(county, "name"), short(value, one),
            signed(value - figures.value(one.key, before, county.pk), one),
            percent(value, largest), records_url(one.key, window, region=county.code),
        )
        for county, value in sorted(rows, key=lambda row: -row[1])
    ]
    if own:
        change = signed(own - figures.value(one.key, before, None), one)
        url = records_url(one.key, window, region=root.code, above=1)
        bars.append(Bar(_("The bureau itself"), short(own, one), change, percent(own, largest), url))
    return bars


def percent(value: Any, largest: Any) -> int:
    return max(1, round(float(value) * 100 / float(largest))) if value and largest else 0


def by_place(figures: Figures, one: Bound, window: Period, places: dict[int, Region]) -> list[tuple[Region, Any]]:
    found = []
    for figure in figures.by(PLACE, one.key, window):
        if region := places.get(dict(figure.dims)[PLACE]):
            found.append((region, figure.value))
    return found


def province_tiles(figures: Figures, one: Bound, window: Period, places: dict[int, Region]) -> list[Tile]:
    """All provinces, those without records too. Empty where the metric has no place of operation."""
    if PLACE not in one.metric.source.dims:
        return []
    values = {region.code: (region, value) for region, value in by_place(figures, one, window, places)}
    provinces = [row for row in places.values() if row.kind == "province" and row.code in TILES and not row.valid_to]
    largest = max([value for region, value in values.values() if region.code in TILES] or [0])
    return [tile(province, values.get(province.code), largest, one, window) for province in provinces]


def tile(province: Region, found: tuple[Region, Any] | None, largest: Any, one: Bound, window: Period) -> Tile:
    row, column = TILES[province.code]
    value = found[1] if found else 0
    href = records_url(one.key, window, place=province.pk) if found else ""
    short_zh, short_en = SHORT[province.code]
    return Tile(
        short_zh if is_chinese() else short_en, localized(province, "name"), tile_value(value, one), row, column,
        shade(value, largest), href,
    )


def tile_value(value: Any, one: Bound) -> str:
    """As short as a square needs: money in whole 万 or thousands."""
    if not value or not one.metric.is_money:
        return f"{Decimal(value).normalize():,f}"
    return f"{Decimal(value) / 10000:.0f}万" if is_chinese() else f"{Decimal(value) / 1000:.0f}k"


def abroad_bars(figures: Figures, one: Bound, window: Period, places: dict[int, Region]) -> list[Bar]:
    rows = [(region, value) for region, value in by_place(figures, one, window, places) if region.kind == "country"]
    largest = max([value for _region, value in rows] or [0])
    return [
        Bar(localized(region, "name"), short(value, one), "", percent(value, largest),
            records_url(one.key, window, place=region.pk))
        for region, value in rows
        if region.code != "CN"
    ]


# --- money ---------------------------------------------------------------------------------------


def budget_rows(figures: Figures, year: Period) -> list[BudgetRow]:
    """Lines with money in the year: allotted, paid, reserved and free."""
    labels = {value.value: localized(value, "label") for value in line_values(figures)}
    lines = {dict(f.dims)[LINE] for key in BUDGET for f in figures.by(LINE, key, year)}
    rows = []
    for line in sorted(lines, reverse=True):
        allotted, paid, reserved = (Decimal(figures.value(key, year, line=line)) for key in BUDGET)
        links = {key.split(".")[1]: records_url(key, year, line=line) for key in BUDGET}
        rows.append(BudgetRow(labels.get(line, str(line)), allotted, paid, reserved, links))
    return rows


def line_values(figures: Figures) -> Sequence[Any]:
    values = figures.metrics[BUDGET[0]].metric.source.dims[LINE].values
    return list(values()) if values else []
