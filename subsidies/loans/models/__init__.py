"""Tables of loans. Later stages import earlier ones: drawdown > list > request > product."""

from subsidies.loans.models.drawdown import Drawdown, LoanBackEntry, LoanBackRow
from subsidies.loans.models.listing import ReferralList, ReferralRow
from subsidies.loans.models.product import LoanProduct
from subsidies.loans.models.request import LoanRequest, LoanRequestLog

__all__ = [
    "Drawdown", "LoanBackEntry", "LoanBackRow", "LoanProduct", "LoanRequest", "LoanRequestLog", "ReferralList",
    "ReferralRow",
]
