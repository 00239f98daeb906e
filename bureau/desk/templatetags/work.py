"""The staff desk: navigation by work, the inbox, the first filter of a list as tabs."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList

from bureau.desk import handbook, navigation, queries

register = template.Library()
MOST_TABS = 9


@register.simple_tag(takes_context=True)
def work_groups(context: template.Context) -> list[navigation.Group]:
    """Worked out once per page, from what the user may open."""
    request = context["request"]
    if not hasattr(request, "_work_groups"):
        apps = context.get("available_apps")
        if apps is None:
            apps = admin.site.get_app_list(request)
        request._work_groups = navigation.work_groups(request.user, apps, request.path)
    return request._work_groups


@dataclass(frozen=True)
class Waiting:
    groups: list[queries.Group]

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)

    @property
    def overdue(self) -> int:
        return sum(group.overdue for group in self.groups)


@register.simple_tag(takes_context=True)
def inbox_groups(context: template.Context) -> Waiting:
    return Waiting(queries.groups(context["request"].user, "staff"))


@register.simple_tag(takes_context=True)
def first_week(context: template.Context) -> str:
    """The chapter a new member of staff begins with, until he takes the hint off his desk; else empty."""
    user = context["request"].user
    return handbook.first_week(user.roles) if user.guide_closed_at is None else ""


@register.simple_tag
def filter_tabs(cl: ChangeList) -> dict[str, Any] | None:
    """The first filter of the list, taken out of the side column, if it has few choices."""
    for spec in cl.filter_specs[:1]:
        choices = list(spec.choices(cl))
        if 2 < len(choices) <= MOST_TABS:
            cl.filter_specs = cl.filter_specs[1:]
            cl.has_filters = bool(cl.filter_specs)
            return {"title": spec.title, "choices": choices}
    return None


@register.simple_tag
def filters_in_use(cl: ChangeList) -> bool:
    """Is any of the filters beside the tabs set to something other than its first choice?"""
    return any(choice["selected"] for spec in cl.filter_specs for choice in list(spec.choices(cl))[1:])
