"""From a figure to the records behind it: the same condition, the same window, as far as the viewer may see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from bureau.accounts import scope
from bureau.accounts.models import Unit
from bureau.accounts.roles import Permission
from bureau.common.i18n import is_chinese
from bureau.common.periods import Period
from bureau.metrics.enums import Sensitivity
from bureau.metrics.figures import TOTAL, Figure, scoped
from bureau.metrics.registry import Bound, Column, bound
from bureau.regions.models import Region

OFFICIALS = (Permission.DASHBOARD_VIEW, Permission.REPORT_VIEW)


def records(key: str, window: Period, region: Region | None = None, unit: Unit | None = None,
            county: Any = TOTAL, **dims: Any) -> QuerySet:
    """All rows that make up the figure. `county`: a region's id, or None for rows booked above the counties."""
    one = bound([key])[0]
    metric, source = one.metric, one.metric.source
    rows = scoped(source, source.queryset(), region, unit).filter(metric.where, metric.within(window))
    if county is not TOTAL:
        rows = rows.filter(**{f"{source.region}__county": getattr(county, "pk", county)})
    for name, value in {**dims, **one.dims}.items():
        path = source.dims[name].path
        rows = rows.filter(**({f"{path}__isnull": True} if value is None else {path: value}))
    return rows


@dataclass(frozen=True)
class Drill:
    """The records behind a figure for one viewer. `total`: how many make up the figure; `queryset`: those he may
    see (none for the public), newest first; `columns`: those he may see."""

    metric: Bound
    window: Period
    value: Any
    total: int
    queryset: QuerySet
    columns: tuple[Column, ...]

    @property
    def figure(self) -> Figure:
        return Figure(self.metric, self.window, self.value, self.total)

    def rows(self, start: int = 0, stop: int = 50) -> list[list[Any]]:
        """A page of cells, in the order of `columns`."""
        paths = [_path(column) for column in self.columns]
        found = self.queryset.values_list("pk", *paths)[start:stop]
        return [
            [column.show(cell) if column.show and cell is not None else cell
             for column, cell in zip(self.columns, row[1:], strict=True)]
            for row in found
        ]


def drill(key: str, window: Period, *, viewer: Any = None, region: Region | None = None, unit: Unit | None = None,
          county: Any = TOTAL, **dims: Any) -> Drill:
    """What `viewer` (None: the public) may open: staff the rows they may see with every column, officials all
    rows with the columns meant for them, the public only the definition and the count."""
    one = bound([key])[0]
    metric = one.metric
    every = records(key, window, region, unit, county, **dims)
    seen, levels = _seen(every, one, viewer)
    date = metric.date or metric.begins or "pk"
    summary = every.order_by().aggregate(value=metric.aggregate(), total=Count("pk"))
    return Drill(
        one, window, summary["value"], summary["total"], seen.order_by(f"-{date}", "-pk"),
        tuple(column for column in metric.columns if column.sensitivity in levels),
    )


def _seen(every: QuerySet, one: Bound, viewer: Any) -> tuple[QuerySet, set[Sensitivity]]:
    if viewer is None or not viewer.is_authenticated:
        return every.none(), set()
    if viewer.can(Permission.RECORDS_VIEW):
        source = one.metric.source
        if hasattr(every, "visible_to"):
            return every.visible_to(viewer), set(Sensitivity)
        own = scope.visible(every, viewer, Permission.RECORDS_VIEW, region=source.region, unit=source.unit)
        return own, set(Sensitivity)
    if any(viewer.can(permission) for permission in OFFICIALS):
        return every, {Sensitivity.PUBLIC}
    return every.none(), set()


def _path(column: Column) -> str:
    return f"{column.path}_{'zh' if is_chinese() else 'en'}" if column.pair else column.path
