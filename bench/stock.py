"""The same lists in Django's own admin, as one writes them without a thought: plain filters, plain search, full counts."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.sites import AdminSite
from django.http import HttpRequest
from django.urls import path

from enterprises.models import Enterprise
from subsidies.models import Application


class StockSite(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return True


class StockAdmin(admin.ModelAdmin):
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class EnterpriseAdmin(StockAdmin):
    list_display = ("name", "number", "uscc", "operator", "home_county", "operating_region", "phone", "opened_on", "state")
    list_filter = ("state", "kind", "industry", "channel")
    list_select_related = ("operator", "home_county", "operating_region")
    search_fields = ("name", "uscc", "number", "phone", "operator__name")
    date_hierarchy = "opened_on"


class ApplicationAdmin(StockAdmin):
    list_display = ("number", "enterprise", "state", "stage", "region", "amount_requested", "amount_approved", "submitted_at")
    list_filter = ("state", "scheme", "stage", "unit")
    list_select_related = ("enterprise", "region", "stage")
    search_fields = ("number", "enterprise__name", "enterprise__uscc", "contact_phone")
    date_hierarchy = "submitted_at"


site = StockSite(name="admin")
site.register(Enterprise, EnterpriseAdmin)
site.register(Application, ApplicationAdmin)
urlpatterns = [path("admin/", site.urls)]
