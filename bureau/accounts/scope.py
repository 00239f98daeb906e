"""Which rows a member of staff may see: those of his unit's territory and those of his unit."""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from bureau.accounts.enums import UnitKind
from bureau.accounts.models import User
from bureau.accounts.roles import Permission

M = TypeVar("M", bound=Model)


def visible(
    queryset: QuerySet[M],
    user: User,
    *permissions: Permission,
    region: str | tuple[str, ...] = "region",
    unit: str | None = "unit",
) -> QuerySet[M]:
    """Narrow to rows in the territory of a unit at which `user` holds any of the permissions, or rows
    booked at or under that unit. The bureau itself sees everything; nobody else sees anything."""
    units = user.granted_units(*permissions)
    if not units:
        return queryset.none()
    if any(granted.kind in (UnitKind.BUREAU, UnitKind.SECTION) for granted in units):
        return queryset
    fields = (region,) if isinstance(region, str) else region
    rule = Q(pk__in=[])
    for granted in units:
        for field in fields:
            rule |= Q(**{f"{field}__path__startswith": granted.region.path})
        if unit:
            rule |= Q(**{f"{unit}__path__startswith": granted.path})
    return queryset.filter(rule)
