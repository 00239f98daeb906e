"""The staff's desk for awards and their money."""

from subsidies.admin.application import ApplicationAdmin
from subsidies.admin.backentry import BackEntryAdmin
from subsidies.admin.ledger import BudgetLineAdmin, PaymentAdmin
from subsidies.admin.scheme import SchemeVersionAdmin

__all__ = ["ApplicationAdmin", "BackEntryAdmin", "BudgetLineAdmin", "PaymentAdmin", "SchemeVersionAdmin"]
from subsidies.loans import admin as loans  # noqa: E402, F401
