"""Database truths in one line each; every helper returns a list for `Meta.constraints`."""

from collections.abc import Iterable

from django.db.models import BaseConstraint, CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 2000, 2100


def sane_dates(*fields: str, prefix: str) -> list[BaseConstraint]:
    """Each date or datetime lies in 2000..2100 (a year outside breaks every later page)."""
    return [
        CheckConstraint(
            condition=Q(**{f"{name}__year__gte": FIRST_YEAR, f"{name}__year__lte": LAST_YEAR}),
            name=f"{prefix}_{name}_sane",
            violation_error_message=_("Dates must lie between 2000 and 2100."),
        )
        for name in fields
    ]


def together(*fields: str, prefix: str) -> list[BaseConstraint]:
    """All of the fields are null, or none is."""
    return [
        CheckConstraint(
            condition=Q(**{f"{name}__isnull": True for name in fields})
            | Q(**{f"{name}__isnull": False for name in fields}),
            name=f"{prefix}_{fields[0]}_together",
        )
    ]


def iff_state(state: str, values: Iterable[str], field: str, *, prefix: str) -> list[BaseConstraint]:
    """The field is filled in exactly these states."""
    inside = Q(**{f"{state}__in": sorted(map(str, values))})
    filled = Q(**{f"{field}__isnull": False})
    return [CheckConstraint(condition=(inside & filled) | (~inside & ~filled), name=f"{prefix}_{field}_iff_state")]


def needs_in_state(state: str, values: Iterable[str], field: str, *, prefix: str) -> list[BaseConstraint]:
    """In these states the field is filled; elsewhere it may be."""
    condition = ~Q(**{f"{state}__in": sorted(map(str, values))}) | Q(**{f"{field}__isnull": False})
    return [CheckConstraint(condition=condition, name=f"{prefix}_{field}_needed")]


def only_in_state(state: str, values: Iterable[str], field: str, *, prefix: str) -> list[BaseConstraint]:
    """Outside these states the field is null."""
    condition = Q(**{f"{state}__in": sorted(map(str, values))}) | Q(**{f"{field}__isnull": True})
    return [CheckConstraint(condition=condition, name=f"{prefix}_{field}_only")]


def ordered(*fields: str, prefix: str) -> list[BaseConstraint]:
    """Each field is not before the one in front of it (nulls pass)."""
    return [
        CheckConstraint(condition=Q(**{f"{later}__gte": F(earlier)}), name=f"{prefix}_{earlier}_{later}_ordered")
        for earlier, later in zip(fields, fields[1:], strict=False)
    ]


def nonnegative(*fields: str, prefix: str) -> list[BaseConstraint]:
    """Amounts and counts are zero or more."""
    return [CheckConstraint(condition=Q(**{f"{name}__gte": 0}), name=f"{prefix}_{name}_nonneg") for name in fields]


def positive(*fields: str, prefix: str) -> list[BaseConstraint]:
    return [CheckConstraint(condition=Q(**{f"{name}__gt": 0}), name=f"{prefix}_{name}_positive") for name in fields]


def choices(field: str, values: Iterable[str], *, prefix: str) -> list[BaseConstraint]:
    """The column holds one of the values of its enum."""
    return [CheckConstraint(condition=Q(**{f"{field}__in": sorted(map(str, values))}), name=f"{prefix}_{field}_known")]
