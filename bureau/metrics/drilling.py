"""From a figure to the records behind it: the same condition, the same window, as far as the viewer may see."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from bureau.accounts import scope
from bureau.accounts.models import Unit
from bureau.accounts.roles import Permission
from bureau.common.i18n import is_chinese
from bureau.common.periods import Period
from bureau.metrics.enums import Sensitivity
from bureau.metrics.figures import TOTAL, Figure, scoped
from bureau.metrics.registry import Bound, Column, Metric, Source, bound
from bureau.regions.models import Region

OFFICIALS = (Permission.DASHBOARD_VIEW, Permission.REPORT_VIEW)


def records(key: str | Bound, window: Period, region: Region | None = None, unit: Unit | None = None,
            county: Any = TOTAL, **dims: Any) -> QuerySet:
    """All rows that make up the figure. `county`: a region's id, or None for rows booked above the counties."""
    one = bound([key])[0]
    metric, source = one.metric, one.metric.source
    rows = scoped(source, source.queryset(), region, unit).filter(metric.where, metric.within(window))
    if county is not TOTAL:
        rows = rows.filter(**{f"{source.region}__county": getattr(county, "pk", county)})
    for name, value in {**dims, **one.dims}.items():
        rows = rows.filter(_has(source, source.dims[name].path, value))
    return rows


def _has(source: Source, path: str, value: Any) -> Q:
    """What another table names uniquely is looked up there once and compared by its key: so an index that begins with
    the key gives the rows in their order, without a sort of all."""
    if value is None:
        return Q(**{f"{path}__isnull": True})
    relation, _mark, name = path.rpartition("__")
    field = source.field_of(path)
    if not relation or not field.unique:
        return Q(**{path: value})
    return Q(**{relation: field.model._base_manager.filter(**{name: value}).values("pk")[:1]})


@dataclass(frozen=True)
class Drill:
    """The records behind a figure for one viewer. `total`: how many make up the figure; `queryset`: those he may
    see (none for the public), newest first; `sees_all`: nothing was taken out of it; `columns`: those he may see."""

    metric: Bound
    window: Period
    value: Any
    total: int
    queryset: QuerySet
    sees_all: bool
    columns: tuple[Column, ...]

    @property
    def figure(self) -> Figure:
        return Figure(self.metric, self.window, self.value, self.total)

    def rows(self, start: int = 0, stop: int = 50) -> list[list[Any]]:
        """A page of cells, in the order of `columns`. Only the rows of the page are joined with what they show: the
        many before and behind them are passed over by their keys alone."""
        paths = [_path(column) for column in self.columns]
        keys = list(self.queryset.values_list("pk", flat=True)[start:stop])
        shown = self.queryset.order_by().filter(pk__in=keys).values_list("pk", *paths)
        found = {key: cells for key, *cells in shown}
        return [
            [column.show(cell) if column.show and cell is not None else cell
             for column, cell in zip(self.columns, found[key], strict=True)]
            for key in keys if key in found
        ]


def drill(key: str | Bound, window: Period, *, viewer: Any = None, region: Region | None = None, unit: Unit | None = None,
          county: Any = TOTAL, read: Callable[[QuerySet, Metric], tuple[Any, int]] | None = None,
          **dims: Any) -> Drill:
    """What `viewer` (None: the public) may open: staff the rows they may see with every column, officials all
    rows with the columns meant for them, the public only the definition and the count. `read` stands in for
    `summed`."""
    one = bound([key])[0]
    metric = one.metric
    every = records(one, window, region, unit, county, **dims)
    seen, levels = _seen(every, one, viewer)
    date = metric.date or metric.begins or "pk"
    value, total = (read or summed)(every, metric)
    return Drill(
        one, window, value, total, seen.order_by(f"-{date}", "-pk"), seen is every,
        tuple(column for column in metric.columns if column.sensitivity in levels),
    )


def summed(rows: QuerySet, metric: Metric) -> tuple[Any, int]:
    """The figure of all these rows, and how many they are."""
    found = rows.order_by().aggregate(value=metric.aggregate(), total=Count("pk"))
    return found["value"], found["total"]


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
