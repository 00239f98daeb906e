"""Time limits in working days. The clock stands while the ball is with the applicant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.common import clock, workdays
from bureau.common.constraints import sane_dates


@dataclass(frozen=True)
class Due:
    """`left`: working days until `due`, negative when it has passed; `paused`: the clock stands;
    `provisional`: the day lies beyond the published calendar, so it may still move (暂估)."""

    due: date
    left: int
    paused: bool = False
    provisional: bool = False

    @property
    def overdue(self) -> bool:
        return self.left < 0 and not self.paused


def due_state(started: date, days: int, paused: Iterable[tuple[date, date | None]] = (),
              today: date | None = None) -> Due:
    """Where a limit of `days` working days stands. `paused`: spans from the day the ball went over to the day
    it came back (None: still there); the working days in between don't count."""
    today = today or clock.today()
    spans = list(paused)
    stood = sum(workdays.between(first, last or max(today, first)) for first, last in spans)
    due = workdays.add(started, days + stood)
    left = workdays.between(today, due)
    return Due(due, left, any(last is None for _first, last in spans), workdays.is_provisional(due))


class Clocked(models.Model):
    """A row with one running limit, its due day stored so that lists and metrics can ask for it.

    Methods change the instance only; the caller saves it with the step that it belongs to.
    """

    clock_days = models.PositiveSmallIntegerField(_("working days"), null=True, blank=True, editable=False)
    clock_started_on = models.DateField(_("limit runs from"), null=True, blank=True, editable=False)
    clock_due_on = models.DateField(_("due on"), null=True, blank=True, editable=False)
    clock_paused_on = models.DateField(_("stands since"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            *sane_dates(
                "clock_started_on", "clock_due_on", "clock_paused_on", prefix="%(app_label)s_%(class)s"
            ),
            models.CheckConstraint(
                condition=models.Q(clock_due_on__isnull=True, clock_days__isnull=True, clock_paused_on__isnull=True)
                | models.Q(clock_due_on__isnull=False, clock_days__isnull=False, clock_started_on__isnull=False),
                name="%(app_label)s_%(class)s_clock_whole",
            ),
        ]

    def start_clock(self, days: int, on: date | None = None) -> None:
        on = on or clock.today()
        self.clock_days, self.clock_started_on, self.clock_paused_on = days, on, None
        self.clock_due_on = workdays.add(on, days)

    def pause_clock(self, on: date | None = None) -> None:
        if self.clock_due_on and not self.clock_paused_on:
            self.clock_paused_on = on or clock.today()

    def resume_clock(self, on: date | None = None) -> None:
        """The working days it stood are added to the due day."""
        if self.clock_due_on and self.clock_paused_on:
            stood = workdays.between(self.clock_paused_on, on or clock.today())
            self.clock_due_on, self.clock_paused_on = workdays.add(self.clock_due_on, stood), None

    def stop_clock(self) -> None:
        self.clock_days = self.clock_due_on = self.clock_paused_on = None

    def due(self, today: date | None = None) -> Due | None:
        """None when no limit is running."""
        if not self.clock_due_on:
            return None
        today = today or clock.today()
        due = self.clock_due_on
        if self.clock_paused_on:
            due = workdays.add(due, workdays.between(self.clock_paused_on, max(today, self.clock_paused_on)))
        left = workdays.between(today, due)
        return Due(due, left, bool(self.clock_paused_on), workdays.is_provisional(due))
