"""Targets one by one, with their history; series; statistics and their confirmation."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.access import access as declare
from bureau.accounts.access import needs
from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.roles import Permission
from bureau.common.i18n import localized
from bureau.metrics import all_metrics
from bureau.targets import actions
from bureau.targets.forms import TargetForm, editable_regions
from bureau.targets.models import StatedSeries, StatedValue, Target

LOOKS = (Permission.TARGET_VIEW, Permission.TARGET_EDIT, Permission.STATED_CONFIRM)


@admin.register(Target)
class TargetAdmin(BureauAdmin):
    chapter = "targets"
    access = {"view": LOOKS, "add": Permission.TARGET_EDIT, "change": Permission.TARGET_EDIT}
    form = TargetForm
    list_display = ["label", "period_label", "place", "low", "high", "document", "entered"]
    list_filter = ["kind"]
    list_select_related = ["region", "unit", "entered_by"]
    search_fields = ["metric", "document"]
    fields = ["label", "period_label", "place", "low", "high", "document", "entered", "recorded_at", "file"]
    readonly_fields = ["label", "period_label", "place", "entered", "recorded_at", "file"]

    def get_queryset(self, request: HttpRequest) -> Any:
        self.labels = {one.key: one for one in all_metrics()}
        return super().get_queryset(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        may = super().has_change_permission(request, obj)
        if not may or obj is None:
            return may
        return obj.region_id is None or obj.region_id in {region.pk for region in editable_regions(request.user)}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        """Targets are set in the grid of the year."""
        return HttpResponseRedirect(reverse("targets:grid"))

    @admin.display(description=gettext_lazy("figure"))
    def label(self, target: Target) -> str:
        found = self.labels.get(target.metric)
        return found.label if found else target.metric

    @admin.display(description=gettext_lazy("Period"), ordering="start")
    def period_label(self, target: Target) -> str:
        return target.period_label

    @admin.display(description=gettext_lazy("Region or office"))
    def place(self, target: Target) -> str:
        return target.place

    @admin.display(description=gettext_lazy("entered by"))
    def entered(self, target: Target) -> str:
        return str(target.entered_by)

    @admin.display(description=gettext_lazy("Source file"))
    def file(self, target: Target) -> str:
        return file_link(target.source)


@admin.register(StatedSeries)
class SeriesAdmin(BureauAdmin):
    chapter = "stated"
    access = {"view": LOOKS, "add": Permission.TARGET_EDIT, "change": Permission.TARGET_EDIT}
    list_display = ["__str__", "key", "unit_zh", "unit_en", "stands"]
    search_fields = ["key", "label_zh", "label_en"]
    fields = ["key", "label_zh", "label_en", "unit_zh", "unit_en", "definition_zh", "definition_en", "stands"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Reports name series by their key; how long a value counts is settled with the first one."""
        if obj is None:
            return []
        return ["key", "stands"] if obj.values.exists() else ["key"]


@admin.register(StatedValue)
class StatedValueAdmin(BureauAdmin):
    chapter = "stated"
    access = {"view": LOOKS, "add": Permission.TARGET_EDIT}
    list_display = ["series_label", "place", "period_label", "value_shown", "document", "state", "proposer", "confirmer"]
    list_filter = ["state", "series"]
    list_select_related = ["series", "region", "proposed_by", "confirmed_by"]
    search_fields = ["document", "series__label_zh", "series__label_en"]
    fields = ["series_label", "place", "period_label", "value_shown", "revision", "document", "page", "file", "state",
              "proposer", "proposed_at", "confirmer", "confirmed_at"]
    readonly_fields = fields
    change_form_template = "targets/stated_value.html"

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("targets:state"))

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "",
                    extra_context: dict | None = None) -> HttpResponse:
        row = self.get_object(request, object_id)
        more = {} if row is None else {
            "stated": row,
            "waits": not row.decided_reasons(),
            "may_confirm": request.user.can(Permission.STATED_CONFIRM),
            "confirm_reasons": row.confirm_reasons(request.user),
            "may_discard": request.user.permissions & {Permission.STATED_CONFIRM, Permission.TARGET_EDIT},
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/confirm/", wrap(self.confirm_view), name="targets_statedvalue_confirm"),
            path("<int:pk>/discard/", wrap(self.discard_view), name="targets_statedvalue_discard"),
            *super().get_urls(),
        ]

    @declare(needs(Permission.STATED_CONFIRM))
    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(request, pk, actions.confirm, _("Confirmed: it counts from now on."))

    @declare(needs(Permission.STATED_CONFIRM, Permission.TARGET_EDIT))
    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(request, pk, actions.discard, _("Discarded: it does not count."))

    def _decide(self, request: HttpRequest, pk: int, act: Any, done: str) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method == "POST":
            try:
                act(row, by=request.user)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            else:
                messages.success(request, done)
        return HttpResponseRedirect(reverse("admin:targets_statedvalue_change", args=[pk]))

    @admin.display(description=gettext_lazy("series"), ordering="series__key")
    def series_label(self, row: StatedValue) -> str:
        return str(row.series)

    @admin.display(description=gettext_lazy("region"))
    def place(self, row: StatedValue) -> str:
        return localized(row.region, "name")

    @admin.display(description=gettext_lazy("Period"), ordering="start")
    def period_label(self, row: StatedValue) -> str:
        return row.period_label

    @admin.display(description=gettext_lazy("value"), ordering="value")
    def value_shown(self, row: StatedValue) -> str:
        return f"{row.value.normalize():,f} {localized(row.series, 'unit')}"

    @admin.display(description=gettext_lazy("Source file"))
    def file(self, row: StatedValue) -> str:
        return file_link(row.source)

    @admin.display(description=gettext_lazy("proposed by"))
    def proposer(self, row: StatedValue) -> str:
        return str(row.proposed_by)

    @admin.display(description=gettext_lazy("confirmed by"))
    def confirmer(self, row: StatedValue) -> str:
        return str(row.confirmed_by or "")


def file_link(file: Any) -> str:
    if file is None:
        return "—"
    return format_html('<a href="{}">{}</a>', reverse("attachments:download", args=[file.pk]), file.name)
