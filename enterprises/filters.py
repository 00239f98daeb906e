"""Filters of the staff's lists."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from enterprises.forms import counties_at_home


class HomeCountyFilter(admin.SimpleListFilter):
    """The counties of the bureau's own area, not all of the country's."""

    title = _("home county")
    parameter_name = "home"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(region.code, str(region)) for region in counties_at_home()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(home_county__code=self.value()) if self.value() else queryset
