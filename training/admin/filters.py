"""Saved filters of the list of sessions; they are shown as tabs."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from training.enums import Kind, State


class DeskFilter(admin.SimpleListFilter):
    """Sessions by what is to be done with them."""

    title = _("desk")
    parameter_name = "desk"

    def lookups(self, request, model_admin):
        return [
            ("coming", _("Coming")),
            ("running", _("In session")),
            ("marks", _("Attendance to close")),
            ("ended", _("Ended")),
            ("canceled", _("Canceled")),
        ]

    def queryset(self, request, queryset):
        rules = {
            "coming": {"state__in": [State.PLANNED, State.OPEN]},
            "running": {"state": State.RUNNING},
            "marks": {"state": State.ENDED, "marks_closed_at": None},
            "ended": {"state": State.ENDED},
            "canceled": {"state": State.CANCELED},
        }
        found = queryset.filter(**rules[self.value()]) if self.value() in rules else queryset
        return found.exclude(kind=Kind.LIVESTREAM) if self.value() == "marks" else found
