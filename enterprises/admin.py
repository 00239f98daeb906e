"""Staff pages of the register: list, search, one enterprise, claims, import and export."""

from copy import copy
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import jobs
from bureau.accounts.access import access, needs
from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.roles import Permission
from bureau.attachments.enums import Channel
from bureau.common import clock
from bureau.common.templatetags.ui import typed
from enterprises import actions, exports, permissions, queries
from enterprises.enums import MembershipState
from enterprises.filters import HomeCountyFilter
from enterprises.forms import EnterpriseForm, RefuseForm
from enterprises.models import Enterprise, Membership
from enterprises.tasks import FORMATS

may_export = access(needs(Permission.ENTERPRISE_EXPORT))
may_decide = access(needs(Permission.CLAIM_CONFIRM))


@admin.register(Enterprise)
class EnterpriseAdmin(BureauAdmin):
    chapter = "enterprises"
    access = {
        "view": Permission.ENTERPRISE_VIEW, "add": Permission.ENTERPRISE_EDIT, "change": Permission.ENTERPRISE_EDIT,
    }
    form = EnterpriseForm
    change_list_template = "enterprises/staff/change_list.html"
    list_display = ("name", "number", "uscc", "operator", "home", "place", "phone", "opened_on", "state")
    list_filter = ("state", "kind", HomeCountyFilter)
    search_fields = ("name",)  # shows the box; the search itself is the queryset's
    search_help_text = gettext_lazy("Part of the name, pinyin or initials, code, number, phone or operator")
    ordering = ("-id",)
    readonly_fields = ("number", "state", "region", "unit", "members", "entered_by", "channel", "source", "recorded_at")
    fieldsets = (
        (None, {"fields": ("name", "uscc", "kind", "industry", "opened_on", "closed_on", "seen_version")}),
        (gettext_lazy("Places"), {"fields": ("registered_region", "operating_region", "operating_address", "home_county")}),
        (gettext_lazy("People and contacts"), {
            "fields": ("operator_name", "actual_name", "relation", "phone", "second_phone"),
        }),
    )
    seen_fieldsets = (
        (gettext_lazy("Who acts online"), {"fields": ("members",)}),
        (gettext_lazy("In the register"), {
            "fields": ("number", "state", "region", "unit", "entered_by", "channel", "source", "recorded_at"),
        }),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Enterprise | None = None) -> Any:
        if obj and not self.has_change_permission(request, obj):
            return (*self._as_read(), *self.seen_fieldsets)
        return (*self.fieldsets, *self.seen_fieldsets) if obj else self.fieldsets

    def _as_read(self) -> Any:
        """Who may only look sees the columns themselves in place of the fields of the form."""
        instead = {"operator_name": "operator", "actual_name": "actual_operator"}
        return [
            (label, {"fields": [instead.get(name, name) for name in options["fields"] if name != "seen_version"]})
            for label, options in self.fieldsets
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enterprise]:
        return super().get_queryset(request).select_related(
            "operator", "actual_operator", "registered_region", "operating_region", "home_county", "region", "unit",
            "entered_by",
        )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.search(search_term[:60]), False

    @admin.display(description=gettext_lazy("home county"), ordering="home_county__path")
    def home(self, row: Enterprise) -> str:
        return str(row.home_county or "")

    @admin.display(description=gettext_lazy("place of operation"))
    def place(self, row: Enterprise) -> str:
        return str(row.operating_region or "")

    @admin.display(description=gettext_lazy("members"))
    def members(self, row: Enterprise) -> str:
        claims = row.memberships.exclude(state=MembershipState.ENDED).select_related("user")
        found = format_html_join("", '<li><a href="{}">{}</a> · {} · {}</li>', (
            (reverse("admin:enterprises_membership_change", args=[claim.pk]), typed(str(claim.user)), claim.user.phone or "",
             claim.get_state_display()) for claim in claims
        ))
        return format_html("<ul>{}</ul>", found) if found else _("Nobody yet")

    def save_model(self, request: HttpRequest, obj: Enterprise, form: EnterpriseForm, change: bool) -> None:
        form.name_people()
        if not change:
            obj.entered_by, obj.channel = request.user, Channel.ON_BEHALF
            obj.effective_date = obj.opened_on or clock.today()
        obj.save()

    # --- export -----------------------------------------------------------------------------------

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [path("export/<str:ending>/", view(self.export_view), name="enterprises_enterprise_export"), *super().get_urls()]

    @may_export
    def export_view(self, request: HttpRequest, ending: str) -> HttpResponse:
        """Ask for the file of what the list shows."""
        if ending not in FORMATS:
            raise Http404
        if request.method != "POST":
            return redirect("admin:enterprises_enterprise_changelist")
        filters = {key: request.GET[key][:60] for key in exports.FILTERS if key in request.GET}
        job = jobs.ask("enterprises.export", by=request.user, params={"format": ending, "filters": filters})
        return redirect("jobs:detail", job.pk)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        more = {
            "may_import": request.user.can(Permission.ENTERPRISE_IMPORT),
            "may_export": request.user.can(Permission.ENTERPRISE_EXPORT),
        }
        return super().changelist_view(request, {**(extra_context or {}), **more})


@admin.register(Membership)
class MembershipAdmin(BureauAdmin):
    """Claims: confirmed or refused by two buttons, never edited."""

    chapter = "claims"
    access = {"view": Permission.CLAIM_CONFIRM}
    change_form_template = "enterprises/staff/claim.html"
    list_display = ("enterprise", "user", "state", "asked_at", "decided_at", "decided_by")
    list_filter = ("state",)
    list_select_related = ("enterprise", "user", "decided_by")
    ordering = ("-id",)
    fields = ("shop", "owner", "said", "asked_at", "state", "decided_at", "decided_by", "why", "ended_at")
    readonly_fields = ("shop", "owner", "said", "why")

    @admin.display(description=gettext_lazy("enterprise"))
    def shop(self, claim: Membership) -> str:
        return typed(claim.enterprise.name)

    @admin.display(description=gettext_lazy("owner"))
    def owner(self, claim: Membership) -> str:
        return typed(str(claim.user))

    @admin.display(description=gettext_lazy("what connects you with the shop"))
    def said(self, claim: Membership) -> str:
        return typed(claim.note)

    @admin.display(description=gettext_lazy("reason"))
    def why(self, claim: Membership) -> str:
        return typed(claim.reason)

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/confirm/", view(self.confirm_view), name="enterprises_membership_confirm"),
            path("<int:pk>/refuse/", view(self.refuse_view), name="enterprises_membership_refuse"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        claim = self.get_object(request, object_id)
        more = self._context(request, claim) if claim else {}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def _context(self, request: HttpRequest, claim: Membership, form: RefuseForm | None = None) -> dict[str, Any]:
        shop = claim.enterprise
        known = {number for number in (shop.phone, shop.second_phone) if number}
        people = {person.name for person in (shop.operator, shop.actual_operator) if person}
        return {
            "claim": claim, "shop": shop, "refuse_form": form or RefuseForm(),
            "reasons": permissions.may_decide(request.user, claim),
            "same_phone": bool(claim.user.phone) and claim.user.phone in known,
            "same_name": bool(claim.user.name) and claim.user.name in people,
            "others": shop.memberships.filter(state=MembershipState.CONFIRMED).exclude(pk=claim.pk).select_related("user"),
        }

    def _claim(self, request: HttpRequest, pk: int) -> Membership:
        claim = self.get_queryset(request).filter(pk=pk).first()
        if claim is None:
            raise Http404
        return claim

    @may_decide
    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        claim = self._claim(request, pk)
        if request.method == "POST":
            try:
                actions.confirm(membership=claim, by=request.user)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            else:
                messages.success(request, _("Confirmed; the owner has been told."))
        return self._next(request, claim)

    @may_decide
    def refuse_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        claim = self._claim(request, pk)
        form = RefuseForm(request.POST or None)
        if request.method == "POST" and not form.is_valid():
            page = copy(request)
            page.method = "GET"  # the stock page takes a POST for a change of the row, which nobody may make
            response = super().change_view(page, str(pk), "", self._context(request, claim, form))
            response.status_code = 422
            return response
        if request.method == "POST":
            try:
                actions.refuse(membership=claim, by=request.user, reason=form.cleaned_data["reason"])
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            else:
                messages.success(request, _("Refused; the owner has been told why."))
        return self._next(request, claim)

    def _next(self, request: HttpRequest, claim: Membership) -> HttpResponse:
        """The next claim that waits, else the list."""
        waiting = queries.open_claims(request.user).exclude(pk=claim.pk).first()
        if request.method == "POST" and waiting:
            return redirect("admin:enterprises_membership_change", waiting.pk)
        return redirect("admin:enterprises_membership_changelist")

from enterprises.credentials import admin as credential_admin  # noqa: E402, F401
