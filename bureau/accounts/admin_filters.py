"""Filters whose choices come from the code: the stock one reads the whole table for its different values."""

from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


def declared_filter(
    column: str, heading: Any, choices: Callable[[], Iterable[tuple[str, Any]]]
) -> type[admin.SimpleListFilter]:
    """A filter on a column whose values are declared somewhere; `choices()` gives (value, label)."""

    class DeclaredFilter(admin.SimpleListFilter):
        title = heading
        parameter_name = column

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
            return list(choices())

        def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
            known = {value for value, _label in self.lookup_choices}
            return queryset.filter(**{column: self.value()}) if self.value() in known else queryset

    return DeclaredFilter


def labels_of_models() -> list[tuple[str, str]]:
    """Every model of the portal that has a name for people, as the audit log names it: the rest is never an object."""
    own = [
        model for model in apps.get_models()
        if not model.__module__.startswith(("django.", "axes.")) and "verbose_name" in model._meta.original_attrs
    ]
    labels = [(model._meta.label_lower, str(capfirst(str(model._meta.verbose_name)))) for model in own]
    return sorted(labels, key=lambda pair: pair[1])


ObjectFilter = declared_filter("object_type", _("object"), labels_of_models)
