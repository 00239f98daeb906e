"""The figures of the dashboard and of a monthly report, beside SQL by hand that answers the same cells."""

from collections.abc import Iterator, Sequence
from typing import Any

from bench.floors import figures as by_hand
from bench.measure import in_turn
from bureau.accounts.models import SiteProfile
from bureau.common import clock
from bureau.common.periods import Kind, Period
from bureau.dashboards.queries import BUDGET, LINE, PLACE, headlines
from bureau.dashboards.spans import SPANS, months
from bureau.metrics import Bound, Figures, all_metrics, compute
from bureau.reports.enums import Window
from bureau.reports.models import Report, ReportTemplate
from bureau.reports.writing import keys_of

TIMES = 3


def dashboard() -> dict[str, Any]:
    """What the page of this year asks: key figures by county and place, budget by line, twelve months."""
    today, span = clock.today(), SPANS[0]
    known = all_metrics()
    asked = [*headlines(known), *(one for one in known if one.key in BUDGET)]
    windows = [span.window(today), span.before(today), Period.year_to_date(today), *months(today)]
    return _beside("dashboard", asked, windows, ("county", PLACE, LINE))


def report() -> dict[str, Any]:
    """What last month's report asks: this month, the one before, the next one and the year, by county."""
    template = ReportTemplate.objects.get(key="monthly")
    last = Period.of(Kind.MONTH, clock.today()).previous()
    windows = Report(template=template, period_start=last.start, period_end=last.end).windows
    names = set(keys_of(template))
    asked = [one for one in all_metrics() if one.key in names]
    return _beside("report", asked, [windows[one] for one in Window], ("county",))


def _beside(work: str, asked: list[Bound], windows: Sequence[Period], levels: tuple[str, ...]) -> dict[str, Any]:
    """Both sides on the figures that are written by hand here; their cells must be the same."""
    root = SiteProfile.get().root
    windows = list(dict.fromkeys(windows))
    bound = [one for one in asked if (one.metric.source.key, one.metric.key) in by_hand.KNOWN]
    keys = {one.metric.key for one in bound}
    dims = tuple(level for level in levels if level != "county")

    def ours() -> Figures:
        return compute(bound, windows, region=root, by_county=True, dims=dims)

    def floor() -> dict:
        return by_hand.read(keys, windows, root.path, levels)

    cells = floor()
    compare(ours(), cells, levels)
    ours_s, floor_s = in_turn(TIMES, ours, floor)
    left = sorted({one.metric.source.key for one in asked if one not in bound})
    found = {key for key, *_rest in cells}
    empty = sorted({one.metric.key for one in bound} - {one.metric.key for one in bound if one.key in found})
    said = {"not compared": left, "nothing to compare": empty}
    notes = (f"{len(cells):,} cells alike", *(f"{what}: {', '.join(names)}" for what, names in said.items() if names))
    return {"work": work, "ours_s": ours_s, "floor_s": floor_s, "rows": len(cells), "notes": notes}


def compare(ours: Figures, floor: dict[tuple, Any], levels: Sequence[str]) -> None:
    """Raises where a cell differs, or only one side has it. By hand all values of a dimension are found, also those
    that were not asked for."""
    mine = {place: value for place, value in cells_of(ours, levels) if value}
    theirs = {place: value for place, value in floor.items() if place[0] in ours.metrics}
    wrong = [place for place in mine.keys() | theirs.keys() if mine.get(place, 0) != theirs.get(place, 0)]
    if wrong:
        said = (f"{place}: {mine.get(place)}, by hand {theirs.get(place)}" for place in sorted(wrong, key=str)[:10])
        raise AssertionError(f"{len(wrong)} cells differ, such as\n" + "\n".join(said))


def cells_of(ours: Figures, levels: Sequence[str]) -> Iterator[tuple[tuple, Any]]:
    for figure in ours:
        key, window = figure.key, figure.window
        yield (key, "all", None, window), figure.value
        for found in ours.counties(key, window):
            yield (key, "county", found.county, window), found.value
        for level in levels:
            for found in ours.by(level, key, window):
                yield (key, level, found.dims[0][1], window), found.value
