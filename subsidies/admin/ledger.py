"""Budget lines with their entries, and the register of payments."""

import uuid
from decimal import Decimal

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.access import access as declare
from bureau.accounts.access import needs
from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.roles import Permission
from bureau.common.forms import CleanCharField, StrictDecimalField
from bureau.common.money import yuan
from bureau.workflow import Refused
from subsidies import returns
from subsidies.actions import ledger
from subsidies.contention import patient
from subsidies.models import Application, BudgetLine, Payment

LATEST = 200


class AllotForm(forms.Form):
    amount = StrictDecimalField(
        label=gettext_lazy("Amount (yuan)"), max_digits=14, decimal_places=2, min_value=Decimal("0.01")
    )
    note = CleanCharField(label=gettext_lazy("Note"), max_length=200, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)


@admin.register(BudgetLine)
class BudgetLineAdmin(BureauAdmin):
    chapter = "budget"
    access = {
        "view": (Permission.BUDGET_VIEW, Permission.BUDGET_EDIT),
        "add": Permission.BUDGET_EDIT,
        "change": Permission.BUDGET_EDIT,
    }
    list_display = ["fiscal_year", "fund_source", "name", "cap_shown", "reserved_shown", "paid_shown", "free_shown"]
    list_display_links = ["name"]
    list_filter = ["fiscal_year", "fund_source"]
    list_select_related = ["scheme"]
    fields = ["fund_source", "fiscal_year", "name_zh", "name_en", "document", "scheme"]
    change_form_template = "subsidies/staff/budget_line.html"

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "fiscal_year":
            kwargs |= {"min_value": 2000, "max_value": 2100}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        """What the money is for stands still once there are entries."""
        return ["fund_source", "fiscal_year", "scheme"] if obj else []

    def change_view(self, request, object_id, form_url="", extra_context=None):
        line = self.get_object(request, object_id)
        context = {
            "line": line, "entries": entries_for(request.user, line) if line else [],
            "may_allot": request.user.can(Permission.BUDGET_EDIT),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    def get_urls(self):
        allot = path(
            "<int:pk>/allot/", self.admin_site.admin_view(self.allot_view), name="subsidies_budgetline_allot"
        )
        return [allot, *super().get_urls()]

    @declare(needs(Permission.BUDGET_EDIT))
    @patient
    def allot_view(self, request, pk):
        line = get_object_or_404(self.get_queryset(request), pk=pk)
        form = AllotForm(request.POST or None, initial={"key": uuid.uuid4()})
        if request.method == "POST" and form.is_valid() and _allotted(request, line, form):
            return HttpResponseRedirect(reverse("admin:subsidies_budgetline_change", args=[line.pk]))
        context = {
            **self.admin_site.each_context(request), "title": _("Allot money"), "line": line, "form": form,
            "opts": self.opts,
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "subsidies/staff/allot.html", context, status=status)

    @admin.display(description=gettext_lazy("Budget line"))
    def name(self, line):
        from bureau.common.i18n import localized

        return localized(line, "name")

    @admin.display(description=gettext_lazy("Allotted (yuan)"), ordering="cap")
    def cap_shown(self, line):
        return yuan(line.cap)

    @admin.display(description=gettext_lazy("Reserved (yuan)"), ordering="reserved")
    def reserved_shown(self, line):
        return yuan(line.reserved)

    @admin.display(description=gettext_lazy("Paid (yuan)"), ordering="paid")
    def paid_shown(self, line):
        return yuan(line.paid)

    @admin.display(description=gettext_lazy("Left (yuan)"), ordering=F("cap") - F("reserved") - F("paid"))
    def free_shown(self, line):
        return yuan(line.free)


def entries_for(user, line):
    """The latest entries, but for those of cases that the viewer may not see; asked entry by entry, newest first."""
    cases = Application.objects.visible_to(user).order_by().filter(pk=OuterRef("application"))
    entries = line.entries.filter(Q(application=None) | Exists(cases))
    return entries.select_related("application", "by", "payee_line")[:LATEST]


def _allotted(request, line, form) -> bool:
    data = form.cleaned_data
    try:
        ledger.allot(
            line=line, amount=data["amount"], by=request.user, key=f"allot:{data['key']}", note=data["note"]
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("%(amount)s yuan allotted.") % {"amount": yuan(data["amount"])})
    return True


@admin.register(Payment)
class PaymentAdmin(BureauAdmin):
    """The register of payments: read, never written by hand."""

    chapter = "payment"
    access = {"view": (Permission.BUDGET_VIEW, Permission.REGISTER_PAYMENT)}
    list_display = ["paid_on", "voucher", "case", "shop", "payee_name", "account_shown", "amount_shown", "taken_back"]
    list_display_links = ["voucher"]
    list_select_related = ["application__enterprise", "payee_line", "entry__settled_by", "entry__line"]
    list_filter = [("paid_on", admin.DateFieldListFilter)]
    search_fields = ["voucher"]
    fields = [
        "case", "shop", "payee_name", "account_shown", "amount_shown", "paid_on", "voucher", "line",
        "registered_by", "at",
    ]
    readonly_fields = fields
    change_form_template = "subsidies/staff/payment.html"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        payment = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if payment is not None:
            context |= {"payment": payment, "may_return": returns.may(payment, request.user),
                        "may_pay_again": returns.owed_again(payment) and returns.registers(request.user)}
        return super().change_view(request, object_id, form_url, context)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/returned/", wrap(self.returned_view), name="subsidies_payment_returned"),
            path("<int:pk>/again/", wrap(self.again_view), name="subsidies_payment_again"),
            *super().get_urls(),
        ]

    @declare(needs(Permission.REGISTER_PAYMENT))
    @patient
    def returned_view(self, request, pk):
        """The bank sent the money back: it is owed again."""
        return self.step(request, pk, returns.ReturnedForm, returns.take_back, _("Returned by the bank"),
                         _("The payment is marked as returned; the money is owed again."))

    @declare(needs(Permission.REGISTER_PAYMENT))
    @patient
    def again_view(self, request, pk):
        """The money was sent once more, to the same payee."""
        return self.step(request, pk, returns.AgainForm, returns.pay_again, _("Pay again"),
                         _("The new payment has been registered."))

    def step(self, request, pk, form_class, action, title, done):
        payment = get_object_or_404(self.get_queryset(request), pk=pk)
        form = form_class(request.POST if request.method == "POST" else None, payment=payment)
        if form.is_bound and form.is_valid():
            try:
                action(payment=payment, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, refusal.reasons)
            else:
                messages.success(request, done)
                return HttpResponseRedirect(reverse("admin:subsidies_payment_change", args=[payment.pk]))
        context = {
            **self.admin_site.each_context(request), "title": title, "payment": payment, "form": form,
            "opts": self.opts,
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "subsidies/staff/payment_step.html", context, status=status)

    def get_search_results(self, request, queryset, search_term):
        from subsidies.inbox import search_cases

        if not search_term.strip():
            return queryset, False
        cases = search_cases(Application.objects.all(), search_term).order_by().values("pk")
        return queryset.filter(application__in=cases) | queryset.filter(voucher__startswith=search_term.strip()), False

    @admin.display(description=gettext_lazy("Case number"))
    def case(self, payment):
        return payment.application.number

    @admin.display(description=gettext_lazy("Shop"))
    def shop(self, payment):
        return payment.application.enterprise.name

    @admin.display(description=gettext_lazy("Payee"))
    def payee_name(self, payment):
        return payment.payee_line.name

    @admin.display(description=gettext_lazy("Account"))
    def account_shown(self, payment):
        return str(payment.payee_line.account)

    @admin.display(description=gettext_lazy("Amount (yuan)"), ordering="amount")
    def amount_shown(self, payment):
        return yuan(payment.amount)

    @admin.display(description=gettext_lazy("Budget line"))
    def line(self, payment):
        return payment.entry.line

    @admin.display(description=gettext_lazy("registered by"))
    def registered_by(self, payment):
        return str(payment.by)

    @admin.display(description=gettext_lazy("Taken back"))
    def taken_back(self, payment):
        settled = getattr(payment.entry, "settled_by", None)
        return settled.get_kind_display() if settled else "—"
