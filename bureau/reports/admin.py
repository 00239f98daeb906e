"""Settings of periodic reports; the reports themselves are worked on at their own pages."""

from django.contrib import admin

from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.roles import Permission
from bureau.reports.forms import TemplateForm
from bureau.reports.models import ReportTemplate


@admin.register(ReportTemplate)
class ReportTemplateAdmin(BureauAdmin):
    chapter = "reports"
    access = {
        "view": (Permission.REPORT_DRAFT, Permission.CONFIG_EDIT),
        "add": Permission.CONFIG_EDIT,
        "change": Permission.CONFIG_EDIT,
    }
    form = TemplateForm
    list_display = ["__str__", "cadence", "cutoff", "first_period", "region", "active"]
    fields = ["key", "name_zh", "name_en", "cadence", "cutoff", "first_period", "region", "annex", "active"]
    raw_id_fields = ["region"]
