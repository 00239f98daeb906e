"""Pages of the admin's lists: by number while they are few, beyond that from row to row.

A page by number skips the rows before it, so its cost grows with its depth. Beyond the counted rows a page is asked
for by the row it stands next to (`?p=after-<key>`, `?p=before-<key>`, `?p=last`), which an index answers at any depth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.paginator import Paginator
from django.db.models import F, Field, ForeignKey, Model, OrderBy, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

CAP = 1000


class CappedPaginator(Paginator):
    """Counts a thousand rows at most; more is shown as "more than 1000"."""

    @cached_property
    def _counted(self) -> int:
        rows = self.object_list
        if isinstance(rows, QuerySet):
            return rows.order_by()[: CAP + 1].count()
        return len(rows)

    @property
    def is_capped(self) -> bool:
        return self._counted > CAP

    @cached_property
    def count(self) -> int:
        return min(self._counted, CAP)


@dataclass(frozen=True)
class Turn:
    """Which page is asked for: the last one, or the one beside the row with the key `beside`."""

    to: Literal["last", "after", "before"]
    beside: str = ""

    @classmethod
    def read(cls, text: str) -> Turn | None:
        to, _dash, beside = text.partition("-")
        if to == "last" and not beside:
            return cls("last")
        return cls(cast(Literal["after", "before"], to), beside) if to in ("after", "before") and beside else None


@dataclass(frozen=True)
class SortColumn:
    path: str
    descending: bool
    nullable: bool

    def order(self, *, backwards: bool) -> str:
        return f"-{self.path}" if self.descending != backwards else self.path

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def beyond(self, value: Any, *, backwards: bool) -> Q:
        """What comes later in this direction; PostgreSQL sorts null as the greatest value."""
        if self.descending != backwards:
            return Q(**{f"{self.path}__isnull": False}) if value is None else Q(**{f"{self.path}__lt": value})
        if value is None:
            return Q(pk__in=[])
        later = Q(**{f"{self.path}__gt": value})
        return later | Q(**{f"{self.path}__isnull": True}) if self.nullable else later

    def from_here(self, value: Any, *, backwards: bool) -> Q:
        """`value` or later: what an index can begin with. Only for columns that are never null."""
        return Q(**{f"{self.path}__{'lte' if self.descending != backwards else 'gte'}": value})


def sort_columns(model: type[Model], ordering: Sequence[Any]) -> list[SortColumn] | None:
    """The columns of an ORDER BY; None where it sorts by something that cannot be compared from outside."""
    found: list[SortColumn] = []
    for part in ordering:
        path, descending = _named(part)
        columns = _columns(model, path, descending) if path else None
        if columns is None:
            return None
        found += columns
    return found


def _named(part: Any) -> tuple[str, bool]:
    """(path, descending) of one term; an empty path for what is no plain column."""
    if isinstance(part, str):
        return part.lstrip("-"), part.startswith("-")
    if isinstance(part, F):
        return str(part.name), False  # type: ignore[attr-defined]
    plain = isinstance(part, OrderBy) and isinstance(part.expression, F) and not (part.nulls_first or part.nulls_last)
    return (str(part.expression.name), part.descending) if plain else ("", False)


def _columns(model: type[Model], path: str, descending: bool) -> list[SortColumn] | None:
    """A path as its column; one that ends in a relation sorts as the other model does, as in `order_by`."""
    at, nullable, field = model, False, None
    for name in path.split("__"):
        try:
            field = at._meta.pk if name == "pk" else at._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        if not isinstance(field, Field) or field.many_to_many:
            return None
        nullable = nullable or field.null
        at = cast(type[Model], field.related_model) if field.is_relation else at
    last = path.split("__")[-1]
    if not isinstance(field, ForeignKey) or last == field.attname:
        return [SortColumn(path, descending, nullable)]
    if not at._meta.ordering:
        return [SortColumn(f"{path}_id" if last != "pk" else path, descending, nullable)]
    found: list[SortColumn] = []
    for part in at._meta.ordering:
        inner, down = _named(part)
        columns = _columns(model, f"{path}__{inner}", down != descending) if inner else None
        if columns is None:
            return None
        found += columns
    return found


def turned(rows: QuerySet, columns: Sequence[SortColumn], turn: Turn, size: int) -> list[Model]:
    """One page; where the row it is to stand beside is not there (any more), the first or the last one."""
    backwards = turn.to != "after"
    if turn.to != "last":
        rows = _beside(rows, columns, turn, backwards)
    page = list(rows.order_by(*(column.order(backwards=backwards) for column in columns))[:size])
    return page[::-1] if backwards else page


def _beside(rows: QuerySet, columns: Sequence[SortColumn], turn: Turn, backwards: bool) -> QuerySet:
    values = _values(rows, columns, turn.beside)
    if values is None:
        return rows
    rule, same = Q(pk__in=[]), Q()
    for column, value in zip(columns, values, strict=True):
        rule |= same & column.beyond(value, backwards=backwards)
        same &= column.same(value)
    if len(columns) > 1 and not columns[0].nullable:
        rule &= columns[0].from_here(values[0], backwards=backwards)
    return rows.filter(rule)


def _values(rows: QuerySet, columns: Sequence[SortColumn], key: str) -> tuple[Any, ...] | None:
    try:
        found = rows.order_by().filter(pk=key).values_list(*(column.path for column in columns))
        return found.first()
    except (ValidationError, ValueError, OverflowError):
        return None


class TurningChangeList(ChangeList):
    """Knows its neighbor pages wherever its rows are too many to be numbered."""

    paginator: CappedPaginator

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.turn: Turn | None = None
        asked = Turn.read(request.GET.get(PAGE_VAR, "")[:60])
        self.columns = self._sort_columns(request) if getattr(self.paginator, "is_capped", False) else None
        if asked and self.columns:
            self.turn = asked
            self.result_list = turned(self.queryset, self.columns, asked, self.list_per_page)

    def _sort_columns(self, request: HttpRequest) -> list[SortColumn] | None:
        return sort_columns(self.model, self.get_ordering(request, self.root_queryset))

    @property
    def first_page_link(self) -> str:
        return self.get_query_string(remove=[PAGE_VAR])

    @property
    def last_page_link(self) -> str:
        """To the end of a list whose pages are not numbered up to there."""
        at_end = self.turn and self.turn.to == "last"
        return self.get_query_string({PAGE_VAR: "last"}) if self.columns and not at_end else ""

    @property
    def next_page_link(self) -> str:
        """Behind the last numbered page, or behind the one that is shown."""
        at_last_number = self.turn is None and self.page_num == self.paginator.num_pages
        if not self.columns or not (at_last_number or self.turn and self.turn.to != "last"):
            return ""
        return self._beside("after", -1)

    @property
    def previous_page_link(self) -> str:
        return self._beside("before", 0) if self.turn else ""

    def _beside(self, to: str, index: int) -> str:
        rows = list(self.result_list)
        return self.get_query_string({PAGE_VAR: f"{to}-{rows[index].pk}"}) if rows else ""
