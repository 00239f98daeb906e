"""Lists that went to banks, and what banks have paid out."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from bureau import audit
from bureau.accounts.access import access as declare
from bureau.accounts.access import needs
from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.roles import Permission
from bureau.attachments.views import delivered
from bureau.common.i18n import localized
from bureau.common.money import yuan
from subsidies.loans.actions import lists
from subsidies.loans.admin.request import ProductFilter
from subsidies.loans.enums import State
from subsidies.loans.inbox import search_requests, unanswered
from subsidies.loans.models import Drawdown, LoanRequest, ReferralList

ROWS_SHOWN = 50


class AnswerFilter(admin.SimpleListFilter):
    title = _("answer of the bank")
    parameter_name = "answer"

    def lookups(self, request, model_admin):
        return [("open", _("Not complete yet")), ("done", _("Complete"))]

    def queryset(self, request, queryset):
        if self.value() == "open":
            return unanswered(queryset)
        if self.value() == "done":
            return queryset.exclude(pk__in=unanswered(ReferralList.objects.order_by()).values("pk"))
        return queryset


@admin.register(ReferralList)
class ReferralListAdmin(BureauAdmin):
    """What went out stands still; the file leaves only through the page that notes who took it."""

    chapter = "loans"
    access = {"view": Permission.LOAN_VIEW}
    change_form_template = "subsidies/loans/staff/listing.html"
    list_display = ["number", "product_shown", "office", "made_on", "due_on", "size"]
    list_filter = [AnswerFilter, ProductFilter]
    list_select_related = ["product", "unit"]
    search_fields = ["number"]
    ordering = ["-id"]
    fields = ["number", "product_shown", "office", "maker", "made_at", "due_on", "size", "digest"]
    readonly_fields = fields

    def get_urls(self):
        view = self.admin_site.admin_view(self.download_view)
        return [path("<int:pk>/download/", view, name="subsidies_referrallist_download"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        listing = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if listing is not None:
            rows = list(listing.rows.select_related("request"))
            context |= {
                "listing": listing, "whole": lists.digest(rows) == listing.digest,
                "page": Paginator(rows, ROWS_SHOWN).get_page(request.GET.get("page")),
                "open_count": sum(row.request.state == State.LISTED for row in rows),
                "may_download": request.user.can(Permission.LOAN_EDIT),
                "decisions_url": reverse("admin:formbuilder_importrun_add") + "?importer=loan-decisions",
                "total": sum(row.amount for row in rows),
            }
        return super().change_view(request, object_id, form_url, context)

    @declare(needs(Permission.LOAN_EDIT))
    def download_view(self, request, pk):
        """POST: the file as it went out. It holds identity numbers: who takes it is noted."""
        listing = self.get_queryset(request).select_related("file").filter(pk=pk).first()
        if listing is None:
            raise Http404
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:subsidies_referrallist_change", args=[pk]))
        audit.record("subsidies.referrallist.downloaded", listing, by=request.user, sha256=listing.file.sha256)
        return delivered(listing.file)

    @admin.display(description=_("Loan product"))
    def product_shown(self, listing):
        return str(listing.product)

    @admin.display(description=_("Office"))
    def office(self, listing):
        return str(listing.unit)

    @admin.display(description=_("made by"))
    def maker(self, listing):
        return str(listing.made_by)


@admin.register(Drawdown)
class DrawdownAdmin(BureauAdmin):
    """Payments of banks. They come by file and are never edited."""

    chapter = "loans"
    access = {"view": Permission.LOAN_VIEW, "add": Permission.LOAN_EDIT}
    list_display = ["serial", "effective_date", "request_number", "shop", "county", "bank", "amount_shown", "channel"]
    list_filter = ["channel", ProductFilter]
    list_select_related = ["request", "enterprise", "region"]
    search_fields = ["serial"]
    search_help_text = _("Serial of the bank; number of the request; name, code or phone of the shop")
    ordering = ["-effective_date", "-id"]
    fields = ["serial", "bank", "effective_date", "amount_shown", "request_number", "shop", "county", "channel",
              "recorder", "recorded_at"]
    readonly_fields = fields

    def get_search_results(self, request, queryset, search_term):
        text = search_term.strip()[:60]
        if not text:
            return queryset, False
        serials = queryset.filter(serial=text)
        if serials.exists():
            return serials, False
        found = search_requests(LoanRequest.objects.order_by(), text)
        return queryset.filter(request__in=found.values("pk")), False

    def add_view(self, request, form_url="", extra_context=None):
        """Payments come as a file of the bank, by the common importer."""
        return HttpResponseRedirect(reverse("admin:formbuilder_importrun_add") + "?importer=loan-drawdowns")

    @admin.display(description=_("Loan request"))
    def request_number(self, row):
        return row.request.number

    @admin.display(description=_("Shop"))
    def shop(self, row):
        return row.enterprise.name

    @admin.display(description=_("Home county"))
    def county(self, row):
        return localized(row.region, "name")

    @admin.display(description=_("Amount (yuan)"), ordering="amount")
    def amount_shown(self, row):
        return yuan(row.amount)

    @admin.display(description=_("entered by"))
    def recorder(self, row):
        return str(row.entered_by)
