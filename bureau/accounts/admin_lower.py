"""Admin pages of the rooms below this one, which know nothing of users: regions, working days, the audit log."""

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from bureau.accounts.access import STAFF
from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.admin_filters import ObjectFilter
from bureau.accounts.roles import Permission
from bureau.audit.models import AuditEvent
from bureau.common import workdays
from bureau.common.forms import CleanModelForm
from bureau.common.models import CalendarDay
from bureau.regions.models import Region


@admin.register(Region)
class RegionAdmin(BureauAdmin):
    """Read-only: regions come with the standard; towns are entered with the units that need them."""

    chapter = "reference"
    access = {"view": STAFF}
    list_display = ["code", "name_zh", "name_en", "kind", "valid_from", "valid_to"]
    list_filter = ["kind"]
    search_fields = ["code", "name_zh", "name_en"]
    ordering = ["path"]


class CalendarDayForm(CleanModelForm):
    class Meta:
        model = CalendarDay
        fields = ["date", "is_workday", "name_zh", "name_en"]


@admin.register(CalendarDay)
class CalendarDayAdmin(BureauAdmin):
    """Holidays and make-up days as the State Council announces them each year."""

    chapter = "reference"
    access = {"view": STAFF, "add": Permission.CONFIG_EDIT, "change": Permission.CONFIG_EDIT}
    form = CalendarDayForm
    list_display = ["date", "is_workday", "name_zh", "name_en"]
    list_filter = ["is_workday"]
    ordering = ["-date"]

    def save_model(self, request, obj, form, change):
        """Deadlines counted with the calendar as it was are counted again."""
        super().save_model(request, obj, form, change)
        workdays.changed(request.user)


@admin.register(AuditEvent)
class AuditEventAdmin(BureauAdmin):
    """The auditor's page: nobody else reads the log, nobody writes it."""

    chapter = "audit"
    access = {"view": Permission.AUDIT_VIEW}
    list_display = ["at", "event", "actor_label", "object_label", "object_type"]
    list_filter = [("at", admin.DateFieldListFilter), ObjectFilter]
    search_fields = ["event", "actor_label", "object_label", "object_id"]
    ordering = ["-id"]
    fields = ["at", "event", "actor_label", "object_type", "object_id", "object_label", "details"]
    readonly_fields = ["details"]

    @admin.display(description=_("data"))
    def details(self, event: AuditEvent) -> str:
        """As it was noted: keys and values of the code, in no language."""
        return format_html("<code>{}</code>", json.dumps(event.data, ensure_ascii=False, indent=1))
