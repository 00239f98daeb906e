"""Tables of sessions. Later lines of work import earlier ones: attendance > enrollment > session."""

from training.models.attendance import Attendance, Roll
from training.models.enrollment import Enrollment, EnrollmentLog
from training.models.session import Session, SessionLog

__all__ = ["Attendance", "Enrollment", "EnrollmentLog", "Roll", "Session", "SessionLog"]

from training.placements.models import (  # noqa: E402  placements stand beside sessions, in a room of their own
    Agreement,
    AgreementLog,
    MonthRow,
    MonthSheet,
    MonthSheetLog,
    Placement,
)

__all__ += ["Agreement", "AgreementLog", "MonthRow", "MonthSheet", "MonthSheetLog", "Placement"]
