"""Tables of the award line. Later stages import earlier ones: payment > ledger, review > application > scheme."""

from subsidies.loans.models import (
    Drawdown,
    LoanBackEntry,
    LoanBackRow,
    LoanProduct,
    LoanRequest,
    LoanRequestLog,
    ReferralList,
    ReferralRow,
)
from subsidies.models.application import Application, ApplicationLog
from subsidies.models.correction import Correction, CorrectionItem, Wait
from subsidies.models.ledger import BudgetLine, Entry
from subsidies.models.papers import Material, PayeeLine
from subsidies.models.payment import BackEntry, BackEntryRow, Payment
from subsidies.models.review import DutyFloor, Review
from subsidies.models.scheme import Declaration, Scheme, SchemeVersion, Stage

__all__ = [
    "Application",
    "ApplicationLog",
    "BackEntry",
    "BackEntryRow",
    "BudgetLine",
    "Correction",
    "CorrectionItem",
    "Declaration",
    "Drawdown",
    "DutyFloor",
    "Entry",
    "LoanBackEntry",
    "LoanBackRow",
    "LoanProduct",
    "LoanRequest",
    "LoanRequestLog",
    "Material",
    "PayeeLine",
    "Payment",
    "ReferralList",
    "ReferralRow",
    "Review",
    "Scheme",
    "SchemeVersion",
    "Stage",
    "Wait",
]
