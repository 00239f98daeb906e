"""Reads everything a report states, in one snapshot: figures, their rows, and which row counts for which figure.

One statement gives the figures, one more per source its rows. Each row carries numbers whose bits say for which
metric and window it counts, so that members are found without asking again.
"""

from __future__ import annotations

import hashlib
import struct
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BigIntegerField, Case, Q, Value, When
from django.utils.translation import override

from bureau.common import clock
from bureau.common.periods import Period
from bureau.metrics import Bound, Figures, Sensitivity, compute, snapshot
from bureau.metrics.figures import scoped
from bureau.metrics.registry import Column, Source, bound
from bureau.regions.models import Region
from bureau.reports.enums import Window
from bureau.reports.packing import pack_ids, pack_rows
from bureau.targets.models import Target
from bureau.targets.queries import to_date_targets

LANGUAGES = {"zh": "zh-hans", "en": "en"}
CHUNK = 500
#: Above this many records a figure keeps their number and digest instead of their ids.
MOST_MEMBERS = 10_000
#: How many cells (metric × window) one bigint column of marks holds; more cells take more columns.
BITS = 62


class DoesNotAddUp(Exception):
    """A figure differs from what its own records give; the report must not be published."""


@dataclass(frozen=True)
class FigureData:
    metric: Bound
    window: Window
    period: Period
    county: int | None
    value: Decimal
    ids: list[int]

    @property
    def digest(self) -> str:
        return digest(self.ids)

    @property
    def members(self) -> bytes | None:
        return pack_ids(self.ids) if len(self.ids) <= MOST_MEMBERS else None


@dataclass
class SourceData:
    source: Source
    columns: list[Column]
    measures: list[str]
    rows: list[list[Any]] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)

    def column_data(self) -> list[dict[str, str]]:
        return [
            {"key": c.key, "label_zh": in_language(c.label, "zh"), "label_en": in_language(c.label, "en"),
             "sensitivity": str(c.sensitivity)}
            for c in self.columns
        ]

    def chunks(self) -> Iterable[tuple[list[int], bytes]]:
        for start in range(0, len(self.ids), CHUNK):
            yield self.ids[start : start + CHUNK], pack_rows(self.rows[start : start + CHUNK])


@dataclass
class Frozen:
    """All that one report stands on, of one moment."""

    taken_at: datetime
    live: Figures
    figures: list[FigureData]
    sources: list[SourceData]
    targets: list[Target] = field(default_factory=list)


def read(
    windows: dict[Window, Period], region: Region, keys: Sequence[str], counties: Sequence[Region]
) -> Frozen:
    """Figures of `keys` for each window, for the region and its counties. Raises DoesNotAddUp."""
    with snapshot():
        taken_at = clock.now()
        targets = to_date_targets(region, windows[Window.TO_DATE].last_day)
        live = compute(keys, list(windows.values()), region=region, by_county=True)
        figures: list[FigureData] = []
        sources = []
        for source, metrics in by_source(bound(keys)).items():
            data, members = read_source(source, metrics, windows, region)
            sources.append(data)
            figures += figures_of(data, metrics, windows, live, members, counties, region)
    return Frozen(taken_at, live, figures, sources, targets)


def by_source(metrics: Iterable[Bound]) -> dict[Source, list[Bound]]:
    found: dict[Source, list[Bound]] = defaultdict(list)
    for one in metrics:
        found[one.metric.source].append(one)
    return found


Members = dict[tuple[str, Window], dict[int | None, list[int]]]


def read_source(
    source: Source, metrics: list[Bound], windows: dict[Window, Period], region: Region
) -> tuple[SourceData, Members]:
    """The rows that count for any of the metrics, and the positions in them by metric, window and county."""
    cells = [(one, window) for one in metrics for window in windows]
    hits = [condition(one, windows[window]) for one, window in cells]
    marks = marks_of(hits)
    data = SourceData(source, columns_of(metrics), measures_of(metrics))
    paths, widths = paths_of(data.columns)
    rows = scoped(source, source.queryset(), region, None).filter(reduce(or_, hits)).order_by("pk")
    rows = rows.annotate(**marks)
    first = 2 + len(marks)
    end = first + len(paths)
    positions: dict[tuple[tuple[int, ...], int | None], list[int]] = defaultdict(list)
    wanted = ("pk", f"{source.region}__county", *marks, *paths, *data.measures)
    for row in rows.values_list(*wanted).iterator(5000):
        positions[row[2:first], row[1]].append(len(data.ids))
        data.ids.append(row[0])
        data.rows.append([*show(data.columns, widths, row[first:end]), *map(plain, row[end:])])
    members: Members = {(one.key, window): defaultdict(list) for one, window in cells}
    for (found, county), places in positions.items():
        for n, (one, window) in enumerate(cells):
            if found[n // BITS] >> n % BITS & 1:
                members[one.key, window][county] += places
    return data, members


def marks_of(hits: Sequence[Q]) -> dict[str, Any]:
    """Annotations whose bits say which of the conditions a row meets, 62 to a column."""
    bits = [
        Case(When(hit, then=Value(1 << n % BITS)), default=Value(0), output_field=BigIntegerField())
        for n, hit in enumerate(hits)
    ]
    return {
        f"frozen_marks_{start // BITS}": reduce(lambda a, b: a + b, bits[start : start + BITS])
        for start in range(0, len(bits), BITS)
    }


def condition(one: Bound, period: Period) -> Q:
    fixed = {one.metric.source.dims[name].path: value for name, value in one.dims.items()}
    return one.metric.where & one.metric.within(period) & Q(**fixed)


def figures_of(
    data: SourceData, metrics: list[Bound], windows: dict[Window, Period], live: Figures, members: Members,
    counties: Sequence[Region], region: Region,
) -> list[FigureData]:
    """Of the whole, of each county, and where there are any, of the rows booked at the region itself."""
    found = []
    for one in metrics:
        for window, period in windows.items():
            by_county = members[one.key, window]
            everything = sorted(place for places in by_county.values() for place in places)
            found.append(figure(data, one, window, period, None, live.value(one.key, period), everything))
            for county in counties:
                places = sorted(by_county.get(county.pk, []))
                value = live.value(one.key, period, county.pk)
                found.append(figure(data, one, window, period, county.pk, value, places))
            if counties and any(members[one.key, other].get(None) for other in windows):
                value = live.value(one.key, period, None)
                found.append(figure(data, one, window, period, region.pk, value, sorted(by_county.get(None, []))))
    return found


def figure(
    data: SourceData, one: Bound, window: Window, period: Period, county: int | None, value: Any, places: list[int]
) -> FigureData:
    """One figure with its records; refuses one that its records don't give."""
    again = recount(data, one, places)
    if again != value:
        raise DoesNotAddUp(f"{one.key} {window} {county or ''}: stated {value}, its records give {again}")
    return FigureData(one, window, period, county, Decimal(value), [data.ids[place] for place in places])


def recount(data: SourceData, one: Bound, places: list[int]) -> Decimal | int:
    """The figure from its frozen rows alone."""
    path = one.metric.sum or one.metric.distinct
    if path is None:
        return len(places)
    column = len(data.columns) + data.measures.index(path)
    values = [data.rows[place][column] for place in places]
    if one.metric.distinct:
        return len({value for value in values if value is not None})
    return sum((Decimal(value) for value in values if value is not None), Decimal(0))


# --- columns and cells ---------------------------------------------------------------------------


def columns_of(metrics: Iterable[Bound]) -> list[Column]:
    """What a frozen row shows: every column of the metrics but personal ones."""
    found = {c.key: c for one in metrics for c in one.metric.columns if c.sensitivity != Sensitivity.PERSONAL}
    return list(found.values())


def measures_of(metrics: Iterable[Bound]) -> list[str]:
    paths = (one.metric.sum or one.metric.distinct for one in metrics)
    return sorted({path for path in paths if path})


def paths_of(columns: list[Column]) -> tuple[list[str], list[int]]:
    """Paths to read and how many of them each column takes: two for a bilingual one."""
    paths: list[str] = []
    for column in columns:
        paths += [f"{column.path}_zh", f"{column.path}_en"] if column.pair else [column.path]
    return paths, [2 if column.pair else 1 for column in columns]


def show(columns: list[Column], widths: list[int], values: Sequence[Any]) -> list[Any]:
    """Cells as they were shown: a text, or [Chinese, English] where the two differ."""
    cells: list[Any] = []
    start = 0
    for column, width in zip(columns, widths, strict=True):
        part = values[start : start + width]
        start += width
        cells.append(list(part) if width == 2 else shown(column, part[0]))
    return cells


def shown(column: Column, value: Any) -> Any:
    if column.show is None or value is None:
        return plain(value)
    texts = []
    for language in LANGUAGES.values():
        with override(language):
            texts.append(str(column.show(value)))
    return texts[0] if texts[0] == texts[1] else texts


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(clock.ZONE).date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def in_language(text: Any, language: str) -> str:
    with override(LANGUAGES[language]):
        return str(text)


def digest(ids: Sequence[int]) -> str:
    """SHA-256 over the ascending ids, eight bytes each."""
    return hashlib.sha256(struct.pack(f">{len(ids)}q", *sorted(ids))).hexdigest()
