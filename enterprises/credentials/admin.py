"""The staff's desk for credentials: kinds, rounds with their three meetings, and the list of credentials."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import jobs
from bureau.accounts.access import access as declare
from bureau.accounts.access import needs
from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.roles import Permission
from bureau.common import clock
from bureau.common.i18n import localized
from bureau.common.templatetags.ui import pill, typed
from bureau.workflow.admin_base import WorkflowAdmin
from enterprises.credentials import actions, queries
from enterprises.credentials.batch import Batches, RoundBatches
from enterprises.credentials.enums import EVER_NAMED
from enterprises.credentials.filters import DeskFilter, KindFilter, RoundFilter, StandingFilter
from enterprises.credentials.forms import NominationForm, RoundForm
from enterprises.credentials.models import Credential, CredentialKind, CredentialRound
from enterprises.credentials.views import certificate

#: Filters of the list that an export keeps.
EXPORTED = ("q", "desk", "kind", "round", "standing")


@admin.register(CredentialKind)
class CredentialKindAdmin(BureauAdmin):
    """What titles there are. The key and the prefix stay: numbers and rules hold them."""

    chapter = "credentials"
    access = {"view": (Permission.CREDENTIAL_VIEW, Permission.CONFIG_EDIT), "add": Permission.CONFIG_EDIT,
              "change": Permission.CONFIG_EDIT}
    list_display = ("name", "key", "number_prefix", "years", "has_plaque", "is_active")
    fields = ("key", "number_prefix", "name_zh", "name_en", "years", "has_plaque", "is_complete", "is_active",
              "authority_zh", "authority_en", "basis_zh", "basis_en", "text_zh", "text_en")

    @admin.display(description=gettext_lazy("Title"))
    def name(self, kind: CredentialKind) -> str:
        return localized(kind, "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("key", "number_prefix") if obj else ()


@admin.register(CredentialRound)
class CredentialRoundAdmin(RoundBatches, BureauAdmin):
    chapter = "credentials"
    access = {"view": Permission.CREDENTIAL_VIEW, "add": Permission.CREDENTIAL_EDIT, "change": Permission.CREDENTIAL_EDIT}
    change_form_template = "enterprises/staff/credentials/round.html"
    list_display = ("name", "opens_on", "closes_on", "met_on", "conference_on")
    read_fields = ("name_zh", "name_en", "opens_on", "closes_on", "met_on", "conference_on", "gives", "minutes_shown")
    readonly_fields = ("gives", "minutes_shown")

    @admin.display(description=gettext_lazy("round of credentials"))
    def name(self, round: CredentialRound) -> str:
        return localized(round, "name")

    @admin.display(description=gettext_lazy("Gives at most"))
    def gives(self, round: CredentialRound) -> str:
        return " · ".join(f"{one.kind} {one.quota}" for one in round.quotas.select_related("kind"))

    @admin.display(description=gettext_lazy("Minutes of the meeting"))
    def minutes_shown(self, round: CredentialRound) -> str:
        return typed(round.minutes.name) if round.minutes else "—"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form says itself which fields it has: one for each kind that is still given."""
        return type("RoundFormOfUser", (RoundForm,), {"user": request.user})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if not self.edits(request):
            return [(None, {"fields": self.read_fields})]
        kinds = list(RoundForm(instance=obj).kinds)
        head, meeting = ("name_zh", "name_en", "opens_on", "closes_on"), ("met_on", "minutes_file", "conference_on")
        return [(None, {"fields": head}), (gettext_lazy("How many"), {"fields": kinds}),
                (gettext_lazy("Meeting and conference"), {"fields": meeting})]

    def edits(self, request: HttpRequest) -> bool:
        """A round is of the bureau: it opens and keeps it, counties nominate in it."""
        return request.user.can(Permission.CREDENTIAL_EDIT) and self.at_bureau(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and self.edits(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.edits(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if self.edits(request) else self.read_fields

    def save_model(self, request: HttpRequest, obj: CredentialRound, form: RoundForm, change: bool) -> None:
        actions.save_round(obj, form.quotas())


@admin.register(Credential)
class CredentialAdmin(Batches, WorkflowAdmin):
    chapter = "credentials"
    access = {"view": Permission.CREDENTIAL_VIEW, "add": Permission.CREDENTIAL_EDIT}
    change_form_template = "enterprises/staff/credentials/case.html"
    change_list_template = "enterprises/staff/credentials/change_list.html"
    list_display = ("number", "holder_shown", "kind_shown", "county", "state_shown", "valid_until")
    list_filter = (DeskFilter, StandingFilter, KindFilter, RoundFilter)
    list_select_related = ("kind", "region", "round")
    search_fields = ("number",)
    search_help_text = gettext_lazy("Number; name, pinyin, initials, code or phone of the shop")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Credential]:
        return super().get_queryset(request).select_related(
            "kind", "round__minutes", "enterprise", "region", "operating_region", "unit", "predecessor", "entered_by",
            "selected_by", "named_by", "ended_by", "confirmed_by", "source",
        )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queries.find(queryset, search_term[:60]), False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nothing is edited here; the page shows the credential in its own words."""
        return []

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("export/", view(self.export_view), name="enterprises_credential_export"),
            path("<int:pk>/sheet/", view(self.sheet_view), name="enterprises_credential_sheet"),
            *super().get_urls(),
        ]

    # --- list -----------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("Shop"), ordering="enterprise__name_py")
    def holder_shown(self, row: Credential) -> str:
        return typed(row.holder)

    @admin.display(description=gettext_lazy("Title"), ordering="kind__id")
    def kind_shown(self, row: Credential) -> str:
        return localized(row.kind, "name")

    @admin.display(description=gettext_lazy("Home county"), ordering="region__path")
    def county(self, row: Credential) -> str:
        return localized(row.region, "name") if row.region else ""

    @admin.display(description=gettext_lazy("Where it stands"), ordering="state")
    def state_shown(self, row: Credential) -> str:
        """What it is worth today, once it was named; else how far it has come."""
        standing = row.standing()
        label, tone = (standing.label, standing.tone) if standing else (row.get_state_display(), row.tone)
        return mark_safe(render_to_string("components/pill.html", pill(label, tone)).strip())  # noqa: S308

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        more = {"may_import": request.user.can(Permission.CREDENTIAL_EDIT)}
        return super().changelist_view(request, {**(extra_context or {}), **more})

    @declare(needs(Permission.CREDENTIAL_VIEW))
    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for the file of what the list shows."""
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:enterprises_credential_changelist"))
        filters = {key: request.GET[key][:60] for key in EXPORTED if key in request.GET}
        job = jobs.ask("enterprises.export_credentials", by=request.user, params={"filters": filters})
        return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))

    # --- nominate -------------------------------------------------------------------------------------

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Put a shop forward in a round that is open today."""
        if not self.has_add_permission(request):
            return self._denied(request)
        form = NominationForm(request.POST or None, user=request.user, initial=self._asked(request))
        if request.method == "POST" and form.is_valid():
            try:
                made = actions.nominate(by=request.user, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("%(shop)s has been nominated under %(number)s.")
                                 % {"shop": made.holder, "number": made.number})
                return HttpResponseRedirect(self.case_url(made))
        context = {
            **self.admin_site.each_context(request), "title": _("Nominate a shop"), "opts": self.opts, "form": form,
            "rounds": CredentialRound.objects.open_on(clock.today()).exists(),
        }
        return TemplateResponse(request, "enterprises/staff/credentials/nominate.html", context,
                                status=422 if form.errors else 200)

    def _asked(self, request: HttpRequest) -> dict:
        shop = request.GET.get("shop", "")
        return {"shop": shop} if shop.isascii() and shop.isalnum() and len(shop) < 20 else {}

    def _denied(self, request: HttpRequest) -> HttpResponse:
        from django.core.exceptions import PermissionDenied

        raise PermissionDenied

    # --- case -----------------------------------------------------------------------------------------

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "",
                    extra_context: Any = None) -> HttpResponse:
        row = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if row is not None:
            context |= {"credential": row, "standing": row.standing(), "named": row.state in EVER_NAMED,
                        "heirs": row.successors.select_related("kind").order_by("id")}
        return super().change_view(request, object_id, form_url, context)

    def panel(self, request: HttpRequest, obj: Any, **more: Any) -> Any:
        """Steps that move it forward come first."""
        panel = super().panel(request, obj, **more)
        panel.steps.sort(key=lambda step: step.transition.danger)
        return panel

    def perform_step(self, request: HttpRequest, obj: Any, step: Any, data: dict, version: int) -> Any:
        try:
            return super().perform_step(request, obj, step, data, version)
        except IntegrityError as error:
            if "credential_plaque_once" in str(error):
                raise ValidationError(_("There is a plaque with this number already.")) from None
            if "credential_within_quota" in str(error):
                raise ValidationError(_("The quota of this round for this kind is used up.")) from None
            raise

    @declare(needs(Permission.CREDENTIAL_VIEW))
    def sheet_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The certificate on A4; only what was named has one."""
        row = get_object_or_404(self.get_queryset(request).filter(state__in=EVER_NAMED), pk=pk)
        context = {**certificate(request, row), "back": self.case_url(row), "back_label": _("Back")}
        return TemplateResponse(request, "enterprises/credentials/sheet.html", context)
