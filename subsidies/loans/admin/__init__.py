"""The staff's desk for loans."""

from subsidies.loans.admin.listing import DrawdownAdmin, ReferralListAdmin
from subsidies.loans.admin.product import LoanProductAdmin
from subsidies.loans.admin.request import LoanRequestAdmin
from subsidies.loans.admin.roster import LoanBackEntryAdmin

__all__ = ["DrawdownAdmin", "LoanBackEntryAdmin", "LoanProductAdmin", "LoanRequestAdmin", "ReferralListAdmin"]
