"""Lists of awards paid earlier: what somebody imported, for another person to confirm."""

from django.contrib import admin, messages
from django.db.models import Count, Max, Min, Sum
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
from subsidies.actions import backentry
from subsidies.contention import patient
from subsidies.models import BackEntry

SHOWN_ROWS = 500


@admin.register(BackEntry)
class BackEntryAdmin(BureauAdmin):
    chapter = "back-entry"
    access = {
        "view": (Permission.BACK_ENTER, Permission.BACK_ENTER_CONFIRM, Permission.BUDGET_VIEW),
        "add": Permission.BACK_ENTER,
    }
    list_display = ["proposed_at", "source", "scheme", "days_shown", "rows_shown", "amount_shown", "state",
                    "importer", "confirmer"]
    list_display_links = ["source"]
    list_filter = ["state"]
    list_select_related = ["scheme_version__scheme", "source", "proposed_by", "confirmed_by"]
    fields = ["source", "scheme", "line", "days_shown", "rows_shown", "amount_shown", "state", "importer",
              "proposed_at", "confirmer", "confirmed_at"]
    readonly_fields = fields
    change_form_template = "subsidies/staff/back_entry.html"

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(
            row_count=Count("rows"), row_sum=Sum("rows__amount"), first_day=Min("rows__paid_on"),
            last_day=Max("rows__paid_on"),
        )

    def add_view(self, request, form_url="", extra_context=None):
        """A list comes as a file, by the common importer."""
        return HttpResponseRedirect(reverse("admin:formbuilder_importrun_add") + "?importer=awards")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        back_entry = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if back_entry is not None:
            rows = back_entry.rows.select_related("enterprise__operator", "enterprise__region", "application")
            context |= {
                "back_entry": back_entry,
                "rows": rows[:SHOWN_ROWS],
                "more_rows": max(back_entry.row_count - SHOWN_ROWS, 0),
                "open": back_entry.state == "proposed",
                "may_confirm": request.user.can(Permission.BACK_ENTER_CONFIRM),
                "confirm_reasons": back_entry.confirm_reasons(request.user),
                "may_discard": request.user.can(Permission.BACK_ENTER),
            }
        return super().change_view(request, object_id, form_url, context)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/confirm/", wrap(self.confirm_view), name="subsidies_backentry_confirm"),
            path("<int:pk>/discard/", wrap(self.discard_view), name="subsidies_backentry_discard"),
            *super().get_urls(),
        ]

    @declare(needs(Permission.BACK_ENTER_CONFIRM))
    def confirm_view(self, request, pk):
        """Hand it to the worker: long lists take a while, and every reason comes back with its row."""
        back_entry = get_object_or_404(self.get_queryset(request), pk=pk)
        here = reverse("admin:subsidies_backentry_change", args=[pk])
        if request.method != "POST":
            return HttpResponseRedirect(here)
        if reasons := back_entry.confirm_reasons(request.user):
            messages.error(request, " ".join(reasons))
            return HttpResponseRedirect(here)
        job = jobs.ask(
            "subsidies.confirm_back_entry", by=request.user, params={"back_entry": back_entry.pk},
        )
        return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))

    @declare(needs(Permission.BACK_ENTER))
    @patient
    def discard_view(self, request, pk):
        back_entry = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method == "POST":
            try:
                backentry.discard(back_entry=back_entry, by=request.user)
            except Refused as refusal:
                messages.error(request, " ".join(refusal.reasons))
            else:
                messages.success(request, _("The list has been discarded; nothing of it counts."))
        return HttpResponseRedirect(reverse("admin:subsidies_backentry_change", args=[pk]))

    @admin.display(description=gettext_lazy("Scheme"))
    def scheme(self, back_entry):
        return back_entry.scheme_version.scheme

    # As words: the stock page would link to accounts, which these people may not open.
    @admin.display(description=gettext_lazy("imported by"))
    def importer(self, back_entry):
        return str(back_entry.proposed_by)

    @admin.display(description=gettext_lazy("confirmed by"))
    def confirmer(self, back_entry):
        return str(back_entry.confirmed_by or "")

    @admin.display(description=gettext_lazy("Awards"))
    def rows_shown(self, back_entry):
        return back_entry.row_count

    @admin.display(description=gettext_lazy("Paid on"))
    def days_shown(self, back_entry):
        first, last = back_entry.first_day, back_entry.last_day
        return str(first) if first == last else f"{first} – {last}"

    @admin.display(description=gettext_lazy("Amount (yuan)"))
    def amount_shown(self, back_entry):
        return yuan(back_entry.row_sum)
