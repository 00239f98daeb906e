"""Tables of the award line. Later stages import earlier ones: payment > ledger, review > application > scheme."""

from subsidies.models.application import Application, ApplicationLog
from subsidies.models.correction import Correction, CorrectionItem, Wait
from subsidies.models.papers import Material, PayeeLine
from subsidies.models.scheme import Declaration, Scheme, SchemeVersion, Stage

__all__ = [
    "Application",
    "ApplicationLog",
    "Correction",
    "CorrectionItem",
    "Declaration",
    "Material",
    "PayeeLine",
    "Scheme",
    "SchemeVersion",
    "Stage",
    "Wait",
]
