"""What the apps declare: sources, metrics, dimensions, sentences."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Count, DateTimeField, Field, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise

from bureau.common.i18n import localized
from bureau.common.periods import Period
from bureau.metrics.areas import Area, area_of
from bureau.metrics.enums import Section, Sensitivity, Units

Text = str | Promise
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class DimensionValue:
    """One value of a dimension as it stands in keys and in texts. What it stands for may bring a unit and a
    definition of its own, where the metric cannot know them."""

    value: Any
    label_zh: str
    label_en: str
    unit_zh: str = ""
    unit_en: str = ""
    definition_zh: str = ""
    definition_en: str = ""


@dataclass(frozen=True)
class OwnUnit:
    """A unit that staff wrote down, beside those of `Units`."""

    label_zh: str
    label_en: str

    @property
    def label(self) -> str:
        return localized(self, "label")


@dataclass(frozen=True)
class Dimension:
    """A to-one path of a source. `values` lists what it may be; needed only where a key holds the dimension."""

    path: str
    label: Text = ""
    values: Callable[[], Iterable[DimensionValue]] | None = None


@dataclass(frozen=True, eq=False)
class Source:
    """Countable rows: each carries its own date, region and unit, copied when it happened. The queryset holds no
    to-many join, no aggregate and no slice."""

    key: str
    queryset: Callable[[], QuerySet]
    region: str = "region"
    unit: str = "unit"
    dims: Mapping[str, Dimension] = field(default_factory=dict)
    _fields: dict[str, Field] = field(default_factory=dict, init=False, repr=False)

    def field_of(self, path: str) -> Field:
        """The model field, or the output field of the annotation, that a path ends in."""
        if path not in self._fields:
            self._fields[path] = self._find(path)
        return self._fields[path]

    def _find(self, path: str) -> Field:
        query = self.queryset().query
        first, *rest = path.split("__")
        if first in query.annotations and not rest:
            return query.annotations[first].output_field
        _path, final, _targets, names = query.names_to_path(path.split("__"), query.get_meta())
        if names:
            raise ImproperlyConfigured(f"{self.key}: {path} is no field.")
        return final


@dataclass(frozen=True)
class Column:
    """One column behind a figure. `path` of values(); with `pair` the path without _zh/_en; `show` formats."""

    key: str
    label: Text
    path: str
    sensitivity: Sensitivity = Sensitivity.PUBLIC
    pair: bool = False
    show: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Metric:
    """One declaration. Flow: `date` lies in the window. Stock: `begins` before the end of the window and `ends`
    not before it. `sum`: adds this path; `distinct`: counts its different values; neither: counts rows.
    A key may hold dimensions of its source ("subsidies.{scheme}.paid"); label and definition may name them."""

    key: str
    label: Text
    unit: Units
    source: Source
    where: Q = field(default_factory=Q)
    sum: str | None = None
    distinct: str | None = None
    date: str | None = None
    begins: str | None = None
    ends: str | None = None
    columns: tuple[Column, ...] = ()
    definition: Text = ""
    is_stated: bool = False  # entered from a document and confirmed, not computed from records
    headline: int | None = None  # place among the key figures of the dashboard
    better: str = ""  # "up" or "down": how a change of it is to be read

    @cached_property
    def placeholders(self) -> tuple[str, ...]:
        return tuple(PLACEHOLDER.findall(self.key))

    @property
    def is_stock(self) -> bool:
        return self.date is None

    @property
    def is_money(self) -> bool:
        return self.unit == Units.YUAN

    def within(self, window: Period) -> Q:
        """Which rows count for the window: half-open bounds in Asia/Shanghai, never a cast of the column."""
        start, end = self._bounds(self.date or self.begins or "", window)
        if self.date:
            return Q(**{f"{self.date}__gte": start, f"{self.date}__lt": end})
        alive = Q(**{f"{self.begins}__lt": end})
        if self.ends:
            _start, end = self._bounds(self.ends, window)
            alive &= Q(**{f"{self.ends}__isnull": True}) | Q(**{f"{self.ends}__gte": end})
        return alive

    def _bounds(self, path: str, window: Period) -> tuple[Any, Any]:
        if isinstance(self.source.field_of(path), DateTimeField):
            return window.bounds()
        return window.start, window.end

    def aggregate(self, filter: Q | None = None) -> Any:
        if self.sum:
            output = self.source.field_of(self.sum)
            return Coalesce(Sum(self.sum, filter=filter), Value(0), output_field=output)
        return Count(self.distinct or "pk", distinct=bool(self.distinct), filter=filter)


@dataclass(frozen=True)
class Bound:
    """A metric with its dimensions fixed: what a key such as "subsidies.new_shop.paid" means."""

    key: str
    metric: Metric
    fixed: tuple[tuple[str, DimensionValue], ...] = ()

    @property
    def dims(self) -> dict[str, Any]:
        return {name: value.value for name, value in self.fixed}

    def _fill(self, text: Text) -> str:
        filled = str(text)
        for name, value in self.fixed:
            filled = filled.replace(f"{{{name}}}", localized(value, "label"))
        return filled

    @property
    def label(self) -> str:
        return self._fill(self.metric.label)

    @property
    def definition(self) -> str:
        own = [localized(value, "definition") for _name, value in self.fixed if value.definition_zh]
        return " ".join([*own, self._fill(self.metric.definition)])

    @property
    def unit(self) -> Units | OwnUnit:
        own = (OwnUnit(value.unit_zh, value.unit_en) for _name, value in self.fixed if value.unit_zh)
        return next(own, self.metric.unit)

    @property
    def area(self) -> Area:
        return area_of(self.key)


@dataclass(frozen=True)
class Sentence:
    """A sentence of periodic reports. Text holds figures as {key}, the year to date, or {key@period}, {key@previous}
    and {key@next}. `when` ("key" or "key@period"): it stands only where that figure is not zero.
    Dimensions are written {scheme}: inside a key they become its value, elsewhere its name; `about` says which."""

    section: Section | str
    order: int
    zh: str
    en: str
    keys: tuple[str, ...] = ()
    when: str = ""
    about: tuple[str, ...] = ()

    @property
    def placeholders(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for key in self.keys for name in PLACEHOLDER.findall(key)))

    @property
    def area(self) -> Area:
        """The line of work of the first figure it names."""
        return area_of(self.keys[0] if self.keys else "")

    def fixed(self, values: Mapping[str, DimensionValue]) -> "Sentence":
        return Sentence(
            self.section, self.order, _fill(self.zh, values, "label_zh"), _fill(self.en, values, "label_en"),
            tuple(fill_key(key, values) for key in self.keys), fill_key(self.when, values),
            tuple(str(value.value) for value in values.values()),
        )


def fill_key(key: str, values: Mapping[str, DimensionValue]) -> str:
    return PLACEHOLDER.sub(lambda found: str(values[found[1]].value), key)


def _fill(text: str, values: Mapping[str, DimensionValue], label: str) -> str:
    for name, value in values.items():
        text = text.replace(f".{{{name}}}", f".{value.value}").replace(f"{{{name}}}.", f"{value.value}.")
        text = text.replace(f"{{{name}}}", getattr(value, label))
    return text


_metrics: dict[str, Metric] = {}
_sentences: list[Sentence] = []


def register(*declared: Metric | Sentence) -> None:
    """Called by the apps' metrics.py. A key is declared once."""
    for one in declared:
        if isinstance(one, Sentence):
            _sentences.append(one)
        elif one.key in _metrics:
            raise ImproperlyConfigured(f"The metric {one.key} is declared twice.")
        else:
            _metrics[one.key] = one


def declared() -> list[Metric]:
    """The declarations as they stand, keys with placeholders."""
    return list(_metrics.values())


def declared_sentences() -> list[Sentence]:
    return list(_sentences)


def all_metrics() -> list[Bound]:
    """Every figure there is, dimensions filled in, in the order of declaration."""
    return _filled(_metrics.values())


def _filled(metrics: Iterable[Metric]) -> list[Bound]:
    read: dict[Any, list[DimensionValue]] = {}
    return [Bound(fill_key(metric.key, dict(fixed)), metric, fixed)
            for metric in metrics for fixed in _fillings(metric, metric.placeholders, read)]


def bound(keys: Sequence[str | Bound] | None = None) -> list[Bound]:
    """The metrics of these keys (None: all), in this order. KeyError names the first that does not exist.

    Who holds metrics of `all_metrics()` already passes those: their dimensions are not read again.
    """
    given = {key.key: key for key in keys or () if isinstance(key, Bound)}
    if keys is not None and len(given) == len({key if isinstance(key, str) else key.key for key in keys}):
        return list(given.values())
    if keys is None:
        return all_metrics()
    names = dict.fromkeys(key if isinstance(key, str) else key.key for key in keys)
    # Dimensions are read for those metrics only whose key begins like one of the names.
    near = [metric for metric in _metrics.values() if any(name.startswith(metric.key.split("{")[0]) for name in names)]
    found = {one.key: one for one in _filled(near)} | given
    return [found[name] for name in names]


def all_sentences() -> list[Sentence]:
    """By section, line of work and order, dimensions filled in. What is said of one scheme stands together; what
    is said of none comes last."""
    read: dict[Any, list[DimensionValue]] = {}
    found = []
    for sentence in _sentences:
        if not sentence.placeholders:
            found.append(sentence)
            continue
        metric = _metrics[sentence.keys[0]]
        found += [sentence.fixed(dict(fixed)) for fixed in _fillings(metric, sentence.placeholders, read)]
    sections = [section.value for section in Section]
    return sorted(
        found, key=lambda one: (sections.index(one.section), one.area.order, not one.about, one.about, one.order)
    )


def _fillings(metric: Metric, names: Sequence[str], read: dict[Any, list[DimensionValue]]) -> list[tuple]:
    """Every combination of dimension values. `read` remembers what a list of values gave: sources share it."""
    fillings: list[tuple] = [()]
    for name in names:
        values = metric.source.dims[name].values
        if values not in read:
            read[values] = list(values()) if values else []
        fillings = [(*head, (name, value)) for head in fillings for value in read[values]]
    return fillings
