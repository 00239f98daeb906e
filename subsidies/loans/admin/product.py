"""Loans of banks: what owners read about them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.roles import Permission
from bureau.common.money import yuan
from subsidies.loans.models import LoanProduct


@admin.register(LoanProduct)
class LoanProductAdmin(BureauAdmin):
    chapter = "loans"
    access = {"view": Permission.LOAN_VIEW, "add": Permission.LOAN_EDIT, "change": Permission.LOAN_EDIT}
    list_display = ["name_zh", "bank_zh", "rate", "highest_shown", "months", "opens_on", "closes_on", "published"]
    list_filter = ["published"]
    ordering = ["name_zh", "id"]
    fieldsets = [
        (None, {"fields": ["key", "bank_zh", "bank_en", "name_zh", "name_en", "published"]}),
        (_("The loan"), {"fields": ["rate_low", "rate_high", "highest", "months", "conditions_zh", "conditions_en", "rules"]}),
        (_("When and whom to ask"), {"fields": ["opens_on", "closes_on", "contact", "phone"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        """The address of a loan stands in messages and on paper."""
        return ["key"] if obj else []

    @admin.display(description=_("Yearly rate"), ordering="rate_low")
    def rate(self, product):
        return product.rate

    @admin.display(description=_("Highest amount (yuan)"), ordering="highest")
    def highest_shown(self, product):
        return yuan(product.highest)
