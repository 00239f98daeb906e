"""What the calendar does: sessions begin and end, and people are reminded the day before."""

from datetime import timedelta

from bureau.common import clock
from bureau.jobs.registry import every
from training.actions import notices, sessions
from training.enums import COMING
from training.models import Agreement, Session
from training.placements import actions as placements
from training.placements import queries as months

#: Months of agreements that were entered long afterwards wait for the office, and nobody is reminded of them.
REMINDED = timedelta(days=30)


@every(minutes=15)
def move_on() -> None:
    sessions.move_on(clock.today())


@every(minutes=60)
def remind() -> None:
    """Each participant once; the gateway's quiet hours decide when the SMS goes out."""
    tomorrow = clock.today() + timedelta(days=1)
    for session in Session.objects.filter(state__in=COMING, begins_on=tomorrow).select_related("place"):
        for enrollment in session.enrollments.seated().select_related("user", "session__place").order_by("id"):
            notices.tell(enrollment, "training.tomorrow", dedupe=f"tomorrow:{session.begins_on}")


@every(minutes=360)
def remind_hosts() -> None:
    """Months that wait for their host shops."""
    earliest = clock.today() - REMINDED
    for due in months.due_months(Agreement.objects.all()):
        if due.due_on >= earliest:
            placements.remind(due)
