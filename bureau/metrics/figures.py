"""Figures from records: one statement per source, whatever the number of metrics, windows and regions; and one
round trip for all of them, whatever the number of sources.

Each source's statement gives rows of other columns than its neighbor's, so each row travels as one JSON text, and
`UNION ALL` makes one statement of all. A number in JSON is written out in full: amounts stay exact.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Aggregate, Count, DecimalField, F, IntegerField, Q, QuerySet
from django.db.models import Value as Constant
from django.db.models.functions import NullIf

from bureau.accounts.models import Unit
from bureau.common.periods import Period
from bureau.metrics.registry import Bound, Metric, Source, bound
from bureau.metrics.snapshots import snapshot
from bureau.regions.models import Region


class Total:
    """Marks the sum over all counties, so that None can mean: booked above the counties."""

    def __repr__(self) -> str:
        return "TOTAL"


TOTAL = Total()
COUNTY = "lv_county"
Value = int | Decimal
Place = tuple[tuple[str, Any], ...]  # values of the grouped dimensions, in the order of their names


@dataclass(frozen=True)
class Figure:
    """A metric for a window and a scope. `records`: how many rows stand behind it. `county`: id of the region,
    None for rows booked above the counties, TOTAL for all."""

    metric: Bound
    window: Period
    value: Value
    records: int
    county: Any = TOTAL
    dims: Place = ()

    @property
    def key(self) -> str:
        return self.metric.key

    @property
    def number(self) -> str:
        """With separators, as short as it is: 1,431 or 12.5."""
        return f"{Decimal(self.value).normalize():,f}"

    def as_text(self) -> str | int:
        """Money with two decimals as text, counts as int, other sums as short as they are."""
        if self.metric.metric.is_money:
            return f"{Decimal(self.value):.2f}"
        whole = int(self.value)
        return whole if whole == self.value else format(Decimal(self.value).normalize(), "f")


class Figures:
    """What `compute` found; a cell without rows is zero."""

    def __init__(self, metrics: Sequence[Bound], windows: Sequence[Period]):
        self.metrics = {one.key: one for one in metrics}
        self.windows = list(windows)
        self._cells: dict[tuple, tuple[Value, int]] = {}

    def put(self, key: str, window: Period, county: Any, place: Place, value: Value, records: int) -> None:
        self._cells[key, window, county, place] = (value, records)

    def get(self, key: str, window: Period | None = None, county: Any = TOTAL, **dims: Any) -> Figure:
        """`window`: the first one asked for unless named. KeyError for a key that was not computed."""
        window = window or self.windows[0]
        county = getattr(county, "pk", county)
        place = tuple(sorted(dims.items()))
        value, records = self._cells.get((key, window, county, place), (0, 0))
        return Figure(self.metrics[key], window, value, records, county, place)

    def value(self, key: str, window: Period | None = None, county: Any = TOTAL, **dims: Any) -> Value:
        return self.get(key, window, county, **dims).value

    def __getitem__(self, key: str) -> Figure:
        return self.get(key)

    def __iter__(self) -> Iterator[Figure]:
        return (self.get(key, window) for key in self.metrics for window in self.windows)

    def counties(self, key: str, window: Period | None = None) -> list[Figure]:
        """The figures by county that have rows; ids of regions, None for rows booked above the counties."""
        window = window or self.windows[0]
        found = {cell[2] for cell in self._cells if cell[:2] == (key, window) and cell[3] == ()} - {TOTAL}
        return [self.get(key, window, county) for county in sorted(found, key=lambda pk: (pk is None, pk or 0))]

    def by(self, dim: str, key: str, window: Period | None = None) -> list[Figure]:
        """The figures by a dimension that was asked for with `dims=`, largest first."""
        window = window or self.windows[0]
        places = {cell[3] for cell in self._cells if cell[:2] == (key, window) and cell[2] is TOTAL}
        found = [self.get(key, window, **dict(place)) for place in places if [name for name, _ in place] == [dim]]
        return sorted(found, key=lambda figure: (-figure.value, str(figure.dims)))


class Grouping(Aggregate):
    """1 where the row is a total over this column, 0 where it is a group of its own (its value may be null)."""

    function = "GROUPING"
    output_field = IntegerField()


@dataclass(frozen=True)
class Question:
    """What one part of a page wants to know: figures of these keys (None: all) for these windows, in the scope.

    `by_county` adds one per county, `dims` one per value of each named dimension of the source.
    """

    keys: Sequence[str | Bound] | None
    windows: Sequence[Period]
    region: Region | None = None
    unit: Unit | None = None
    by_county: bool = False
    dims: tuple[str, ...] = ()


def compute(
    keys: Sequence[str | Bound] | None,
    windows: Sequence[Period],
    *,
    region: Region | None = None,
    unit: Unit | None = None,
    by_county: bool = False,
    dims: Iterable[str] = (),
) -> Figures:
    """The figures of one question, all of one moment."""
    return compute_all([Question(keys, windows, region, unit, by_county, tuple(dims))])[0]


Statement = tuple[str, tuple]  # SQL and parameters
Answer = tuple[int, str]  # which statement, and a row of it as JSON without its nulls


def compute_all(questions: Sequence[Question], read: Callable[[list[Statement]], Iterable[Answer]] | None = None
                ) -> list[Figures]:
    """The answers to several questions in one round trip, all of one moment. `read` stands in for `run`."""
    answers, plans = [], []
    for asked in questions:
        metrics = bound(asked.keys)
        figures = Figures(metrics, asked.windows)
        answers.append(figures)
        plans += [
            (_Plan(source, group, list(dict.fromkeys(asked.windows)), asked.by_county, asked.dims), asked, figures)
            for source, group in _by_source(metrics).items()
        ]
    if plans:
        statements = [
            plan.statement(scoped(plan.source, plan.source.queryset(), asked.region, asked.unit))
            for plan, asked, _figures in plans
        ]
        for number, text in (read or run)(statements):
            plan, _asked, figures = plans[number]
            plan.put(json.loads(text, parse_float=Decimal), figures)
    return answers


def run(statements: Sequence[Statement]) -> list[Answer]:
    """The rows of all statements, run as one."""
    parts = [
        f"SELECT {number}, json_strip_nulls(to_json(found))::text FROM ({sql}) found"  # noqa: S608 (Django's own SQL)
        for number, (sql, _params) in enumerate(statements)
    ]
    with snapshot(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [param for _sql, params in statements for param in params])
        return cursor.fetchall()


def _by_source(metrics: Sequence[Bound]) -> dict[Source, list[Bound]]:
    found: dict[Source, list[Bound]] = {}
    for one in metrics:
        found.setdefault(one.metric.source, []).append(one)
    return found


def scoped(source: Source, rows: QuerySet, region: Region | None, unit: Unit | None) -> QuerySet:
    """The rows of a source at or under a region and a unit."""
    if region is not None:
        rows = rows.filter(**{f"{source.region}__path__startswith": region.path})
    if unit is not None:
        rows = rows.filter(**{f"{source.unit}__path__startswith": unit.path})
    return rows


class _Plan:
    """One statement: its columns (metric × window), its groups (county, dimensions), its grouping sets."""

    def __init__(self, source: Source, group: Sequence[Bound], windows: Sequence[Period], by_county: bool,
                 dims: tuple[str, ...]):
        self.source, self.group, self.windows = source, group, windows
        self.templates: list[Metric] = list({id(one.metric): one.metric for one in group}.values())
        self.numbers = {id(metric): number for number, metric in enumerate(self.templates)}
        self.exact = [_reader(metric) for metric in self.templates]
        self.extra = tuple(name for name in dims if name in source.dims)
        heads = {tuple(sorted(metric.placeholders)) for metric in self.templates}
        tails: list[tuple[str, ...]] = [(), *((name,) for name in self.extra)]
        if by_county:
            tails.append((COUNTY,))
        both = (tuple(dict.fromkeys((*head, *tail))) for head in sorted(heads) for tail in tails)
        self.sets = list(dict.fromkeys(both))
        self.groups = tuple(dict.fromkeys(name for names in self.sets for name in names))

    def _path(self, group: str) -> str:
        return f"{self.source.region}__county" if group == COUNTY else self.source.dims[group].path

    def statement(self, rows: QuerySet) -> tuple[str, tuple]:
        """SQL and parameters. Cells without records come as null, so that they need not travel."""
        hits = {
            (number, window): metric.where & metric.within(window)
            for number, metric in enumerate(self.templates) for window in self.windows
        }
        columns: dict[str, Any] = {}
        for (number, window), hit in hits.items():
            name = f"m{number}_{self.windows.index(window)}"
            columns[name] = _unless_zero(self.templates[number].aggregate(hit))
            columns[f"{name}_n"] = _unless_zero(Count("pk", filter=hit))
        return self._sql(rows.filter(reduce(or_, hits.values())).filter(self._wanted()).order_by(), columns)

    def _wanted(self) -> Q:
        """Only the dimension values that some key names, where every key names one."""
        if not all(one.fixed for one in self.group):
            return Q()
        pairs = {(self._path(name), value) for one in self.group for name, value in one.dims.items()}
        paths = {path for path, _value in pairs}
        return Q(**{f"{path}__in": sorted((v for p, v in pairs if p == path), key=str) for path in paths})

    def _sql(self, rows: QuerySet, columns: Mapping[str, Any]) -> tuple[str, tuple]:
        groups: dict[str, Any] = {f"by_{name}": F(self._path(name)) for name in self.groups}
        flags = {f"total_{name}": Grouping(F(self._path(name))) for name in self.groups}
        if not groups:
            groups, flags = {"everything": Constant(1)}, {}
            return rows.annotate(**groups).values("everything").annotate(**columns).query.sql_with_params()
        sql, params = rows.values(**groups).annotate(**flags, **columns).query.sql_with_params()
        # Two words turn Django's GROUP BY into grouping sets; a Django that writes it otherwise fails loudly here.
        tail = " GROUP BY " + ", ".join(str(n + 1) for n in range(len(groups)))
        if not sql.endswith(tail):
            raise AssertionError(f"unexpected GROUP BY: {sql[-200:]}")
        sets = (", ".join(str(self.groups.index(name) + 1) for name in names) for names in self.sets)
        return sql.removesuffix(tail) + f" GROUP BY GROUPING SETS ({', '.join(f'({one})' for one in sets)})", params

    def put(self, row: Mapping[str, Any], figures: Figures) -> None:
        """Book what a row says under the metrics it speaks of."""
        present = {name for name in self.groups if not row[f"total_{name}"]}
        for one in self.group:
            head = set(one.dims)
            if not head <= present or any(str(row.get(f"by_{name}")) != str(v) for name, v in one.dims.items()):
                continue
            rest = present - head
            if len(rest) > 1 or not rest <= {COUNTY, *self.extra}:
                continue
            county = row.get(f"by_{COUNTY}") if COUNTY in rest else TOTAL
            place = tuple((name, self._typed(name, row.get(f"by_{name}"))) for name in sorted(rest - {COUNTY}))
            number = self.numbers[id(one.metric)]
            for index, window in enumerate(self.windows):
                if records := row.get(f"m{number}_{index}_n"):
                    value = self.exact[number](row.get(f"m{number}_{index}", 0))
                    figures.put(one.key, window, county, place, value, records)

    def _typed(self, name: str, value: Any) -> Any:
        """A group's value as the database's driver would have given it: JSON has no dates and no UUIDs."""
        field = self.source.field_of(self._path(name))
        return None if value is None else getattr(field, "target_field", field).to_python(value)


def _unless_zero(aggregate: Any) -> NullIf:
    return NullIf(aggregate, Constant(0), output_field=aggregate.output_field)


def _reader(metric: Metric) -> Callable[[Any], Value]:
    """Turns a number from JSON into what the metric counts in."""
    if metric.sum and isinstance(metric.source.field_of(metric.sum), DecimalField):
        return Decimal
    return lambda value: value
