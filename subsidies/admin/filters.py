"""Saved filters of the case list; the first one is shown as tabs."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bureau.common import clock
from subsidies.enums import CLOSED, State
from subsidies.inbox import waiting_for
from subsidies.models import Scheme, Wait


class DeskFilter(admin.SimpleListFilter):
    """Cases by what is to be done with them."""

    title = _("desk")
    parameter_name = "desk"

    def lookups(self, request, model_admin):
        return [
            ("mine", _("Waiting for me")),
            ("overdue", _("Overdue")),
            ("review", _("In review")),
            ("returned", _("Being corrected")),
            ("approved", _("To be paid")),
            ("closed", _("Closed")),
        ]

    def queryset(self, request, queryset):
        chosen = self.value()
        if chosen == "mine":
            return queryset.filter(pk__in=waiting_for(request.user).order_by().values("application"))
        if chosen == "overdue":
            late = Wait.objects.filter(ended_at=None, due_on__lt=clock.today())
            return queryset.filter(pk__in=late.values("application"))
        states = {
            "review": [State.SUBMITTED, State.IN_REVIEW],
            "returned": [State.RETURNED],
            "approved": [State.APPROVED],
            "closed": CLOSED,
        }
        return queryset.filter(state__in=states[chosen]) if chosen in states else queryset


class SchemeFilter(admin.SimpleListFilter):
    title = _("scheme")
    parameter_name = "scheme"

    def lookups(self, request, model_admin):
        return [(scheme.key, str(scheme)) for scheme in Scheme.objects.order_by("key")]

    def queryset(self, request, queryset):
        return queryset.filter(scheme__key=self.value()) if self.value() else queryset


class StageFilter(admin.SimpleListFilter):
    """By step, whatever the scheme."""

    title = _("step")
    parameter_name = "step"

    def lookups(self, request, model_admin):
        from subsidies.enums import Step

        return [(step.value, step.label) for step in Step if step != Step.ENTER]

    def queryset(self, request, queryset):
        from django.db.models import Q

        step = self.value()
        return queryset.filter(Q(stage__key=step) | Q(stage__kind=step)) if step else queryset
