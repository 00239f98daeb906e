"""Loan requests: the list, the case page, lists for banks out of chosen ones, and entry for owners."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bureau.accounts.models import SiteProfile
from bureau.accounts.roles import Permission
from bureau.common import clock
from bureau.common.i18n import localized
from bureau.common.money import yuan
from bureau.common.templatetags.ui import pill
from bureau.workflow.admin_base import WorkflowAdmin
from enterprises.models import Enterprise
from subsidies.contention import patient
from subsidies.loans.actions import lists
from subsidies.loans.actions import requests as actions
from subsidies.loans.forms import EntryForm
from subsidies.loans.inbox import search_requests
from subsidies.loans.models import LoanProduct, LoanRequest
from subsidies.loans.workflow import BY_FILE


class ProductFilter(admin.SimpleListFilter):
    title = gettext_lazy("loan product")
    parameter_name = "product"

    def lookups(self, request, model_admin):
        return [(product.key, localized(product, "name")) for product in LoanProduct.objects.order_by("key")]

    def queryset(self, request, queryset):
        return queryset.filter(product__key=self.value()) if self.value() else queryset


@admin.register(LoanRequest)
class LoanRequestAdmin(WorkflowAdmin):
    chapter = "loans"
    access = {"view": Permission.LOAN_VIEW, "add": Permission.LOAN_EDIT}
    change_form_template = "subsidies/loans/staff/request.html"
    list_display = ["number", "shop", "standing", "product_shown", "county", "wished", "approved", "drawn_shown",
                    "effective_date"]
    list_filter = ["state", ProductFilter]
    list_select_related = ["enterprise", "product", "region"]
    search_fields = ["number"]
    search_help_text = gettext_lazy("Number of the request or of its list; name, pinyin, initials, code or phone of the shop")
    ordering = ["-id"]
    actions = ["put_on_list"]

    def get_search_results(self, request, queryset, search_term):
        return search_requests(queryset, search_term[:60]), False

    def get_fieldsets(self, request, obj=None):
        """Nothing is edited here; the page shows the request in its own words."""
        return []

    def get_actions(self, request):
        found = super().get_actions(request)
        return {
            name: action for name, action in found.items()
            if name == "put_on_list" and request.user.can(Permission.LOAN_EDIT)
        }

    @admin.display(description=gettext_lazy("Shop"), ordering="enterprise__name_py")
    def shop(self, row):
        return row.enterprise.name

    @admin.display(description=gettext_lazy("Where it stands"), ordering="state")
    def standing(self, row):
        text = render_to_string("components/pill.html", pill(row.state_label, row.tone)).strip()
        return mark_safe(text)  # noqa: S308 - our own escaped template

    @admin.display(description=gettext_lazy("Loan product"))
    def product_shown(self, row):
        return localized(row.product, "name")

    @admin.display(description=gettext_lazy("Home county"), ordering="region__path")
    def county(self, row):
        return localized(row.region, "name")

    @admin.display(description=gettext_lazy("Wished (yuan)"), ordering="amount_wished")
    def wished(self, row):
        return yuan(row.amount_wished)

    @admin.display(description=gettext_lazy("Approved (yuan)"), ordering="amount_approved")
    def approved(self, row):
        return yuan(row.amount_approved) if row.amount_approved is not None else "—"

    @admin.display(description=gettext_lazy("Paid out (yuan)"), ordering="drawn")
    def drawn_shown(self, row):
        return yuan(row.drawn) if row.drawn else "—"

    # --- lists for banks ----------------------------------------------------------------------------

    @admin.action(description=gettext_lazy("Put the chosen requests on a list for the bank"))
    def put_on_list(self, request, queryset):
        """First a page that says what will happen; then the list."""
        rows = list(queryset.select_related("enterprise__operator", "product", "region", "unit").order_by("pk")[: lists.MOST + 1])
        reasons = lists.why_not(rows, request.user)
        if "confirmed" in request.POST and not reasons:
            try:
                made = lists.make(requests=rows, by=request.user)
            except ValidationError as error:
                reasons = error.messages
            else:
                messages.success(request, ngettext(
                    "List %(number)s with %(count)s request has been made. Download it and send it to the bank.",
                    "List %(number)s with %(count)s requests has been made. Download it and send it to the bank.",
                    made.size) % {"number": made.number, "count": made.size})
                return redirect("admin:subsidies_referrallist_change", made.pk)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": _("A list for the bank"),
            "rows": rows, "reasons": reasons, "total": sum(row.amount_wished for row in rows),
            "product": rows[0].product if rows else None,
            "back": reverse("admin:subsidies_loanrequest_changelist"),
        }
        return TemplateResponse(request, "subsidies/loans/staff/make_list.html", context, status=422 if reasons else 200)

    # --- entry for an owner ---------------------------------------------------------------------------

    @patient
    def add_view(self, request, form_url="", extra_context=None):
        """From the paper that the owner has signed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        shops = Enterprise.objects.visible_to(request.user).listed()
        form = EntryForm(request.POST or None, user=request.user, shops=shops)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                made = actions.ask(
                    product=data["product"], enterprise=data["shop"], amount=data["amount"], purpose=data["purpose"],
                    by=request.user, phone=data["phone"], entry_unit=_entry_unit(request.user), source=data["paper"][0],
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("The request has been entered; the owner has been told."))
                return redirect("admin:subsidies_loanrequest_change", made.pk)
        site, offered = SiteProfile.get(), LoanProduct.objects.open_on(clock.today())
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "form": form,
            "title": _("Enter a loan request for an owner"), "media": form.media,
            "consents": [actions.consent_text(product, site) for product in offered],
        }
        return TemplateResponse(request, "subsidies/loans/staff/entry.html", context, status=422 if form.errors else 200)

    # --- the case -----------------------------------------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        row = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if row is not None:
            context |= {
                "row": row, "drawdowns": row.drawdowns.order_by("-effective_date", "-id"),
                "listing": getattr(getattr(row, "referral", None), "listing", None),
            }
        return super().change_view(request, object_id, form_url, context)

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("entry_unit", "source", "unit") if request.resolver_match.url_name.endswith("_change") else rows

    def panel(self, request, obj, **more):
        """What files bring is not done by hand; what the owner does, only where an office entered it for him."""
        panel = super().panel(request, obj, **more)
        hidden = {*BY_FILE, *(() if obj.entry_unit_id else ("withdraw",))}
        panel.steps = [step for step in panel.steps if step.name not in hidden]
        panel.others = [step for step in panel.others if step.name not in {*BY_FILE, "withdraw"}]
        return panel

    @patient
    def step_view(self, request, pk, name):
        if name in BY_FILE:
            raise Http404
        return super().step_view(request, pk, name)


def _entry_unit(user):
    """The office in whose name he enters: the most local one."""
    return max(user.granted_units(Permission.LOAN_EDIT), key=lambda unit: len(unit.path))
