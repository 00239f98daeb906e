"""Rosters of loans paid out earlier: what somebody imported, for another person to confirm."""

from django.contrib import admin, messages
from django.db.models import Count, Sum
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import jobs
from bureau.accounts.access import access as declare
from bureau.accounts.access import needs
from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.roles import Permission
from bureau.common.money import yuan
from bureau.workflow import Refused
from subsidies.contention import patient
from subsidies.loans.actions import earlier
from subsidies.loans.models import LoanBackEntry

SHOWN_ROWS = 500


@admin.register(LoanBackEntry)
class LoanBackEntryAdmin(BureauAdmin):
    chapter = "loans"
    access = {
        "view": (Permission.BACK_ENTER, Permission.BACK_ENTER_CONFIRM, Permission.LOAN_VIEW),
        "add": Permission.BACK_ENTER,
    }
    list_display = ["proposed_at", "source", "product_shown", "rows_shown", "amount_shown", "state", "proposer",
                    "confirmer"]
    list_display_links = ["source"]
    list_filter = ["state"]
    list_select_related = ["product", "source", "proposed_by", "confirmed_by"]
    fields = ["source", "product_shown", "rows_shown", "amount_shown", "state", "proposer", "proposed_at", "confirmer",
              "confirmed_at"]
    readonly_fields = fields
    change_form_template = "subsidies/loans/staff/roster.html"

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(row_count=Count("rows"), row_sum=Sum("rows__amount"))

    def add_view(self, request, form_url="", extra_context=None):
        """A roster comes as a file, by the common importer."""
        return HttpResponseRedirect(reverse("admin:formbuilder_importrun_add") + "?importer=loans-earlier")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        roster = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if roster is not None:
            context |= {
                "roster": roster,
                "rows": roster.rows.select_related("enterprise__region", "request")[:SHOWN_ROWS],
                "more_rows": max(roster.row_count - SHOWN_ROWS, 0),
                "open": not roster.decided_reasons(),
                "may_confirm": request.user.can(Permission.BACK_ENTER_CONFIRM),
                "confirm_reasons": roster.confirm_reasons(request.user),
                "may_discard": request.user.can(Permission.BACK_ENTER),
            }
        return super().change_view(request, object_id, form_url, context)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/confirm/", wrap(self.confirm_view), name="subsidies_loanbackentry_confirm"),
            path("<int:pk>/discard/", wrap(self.discard_view), name="subsidies_loanbackentry_discard"),
            *super().get_urls(),
        ]

    @declare(needs(Permission.BACK_ENTER_CONFIRM))
    def confirm_view(self, request, pk):
        roster = get_object_or_404(self.get_queryset(request), pk=pk)
        here = reverse("admin:subsidies_loanbackentry_change", args=[pk])
        if request.method != "POST":
            return HttpResponseRedirect(here)
        if reasons := roster.confirm_reasons(request.user):
            messages.error(request, " ".join(reasons))
            return HttpResponseRedirect(here)
        job = jobs.ask("subsidies.confirm_loans", by=request.user, params={"back_entry": roster.pk})
        return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))

    @declare(needs(Permission.BACK_ENTER))
    @patient
    def discard_view(self, request, pk):
        roster = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method == "POST":
            try:
                earlier.discard(back_entry=roster, by=request.user)
            except Refused as refusal:
                messages.error(request, " ".join(refusal.reasons))
            else:
                messages.success(request, _("The roster has been discarded; nothing of it counts."))
        return HttpResponseRedirect(reverse("admin:subsidies_loanbackentry_change", args=[pk]))

    @admin.display(description=gettext_lazy("Loan product"))
    def product_shown(self, roster):
        return str(roster.product)

    # As words: the stock page would link to accounts, which these people may not open.
    @admin.display(description=gettext_lazy("proposed by"))
    def proposer(self, roster):
        return str(roster.proposed_by)

    @admin.display(description=gettext_lazy("confirmed by"))
    def confirmer(self, roster):
        return str(roster.confirmed_by or "")

    @admin.display(description=gettext_lazy("Rows"))
    def rows_shown(self, roster):
        return roster.row_count

    @admin.display(description=gettext_lazy("Amount (yuan)"))
    def amount_shown(self, roster):
        return yuan(roster.row_sum)
