"""Marks per half-day, and the saves they came in with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.attachments.provenance import Recorded
from bureau.common.constraints import choices, sane_dates
from training.enums import Half, Mark
from training.models.enrollment import Enrollment
from training.models.session import Session


class Roll(Recorded):
    """One save of marks, from the grid or from a file: where they came from. `changes` keeps what stood before,
    as [enrollment, half-day, mark before, mark after], for marks that were changed or taken away."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="rolls", verbose_name=_("training session"))
    number = models.PositiveIntegerField(_("save"))
    changes = models.JSONField(_("changes"), default=list, blank=True)

    class Meta:
        verbose_name = _("attendance save")
        verbose_name_plural = _("attendance saves")
        ordering = ["-id"]
        constraints = [
            *Recorded.Meta.constraints,
            models.UniqueConstraint(fields=["session", "number"], name="roll_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.number}"


class Attendance(models.Model):
    """A mark of one person for one half-day of the plan; absence is the lack of one."""

    enrollment = models.ForeignKey(
        Enrollment, models.PROTECT, db_index=False, related_name="marks", verbose_name=_("enrollment")
    )
    day = models.DateField(_("day"))
    half = models.CharField(_("half-day"), max_length=2, choices=Half)
    mark = models.CharField(_("mark"), max_length=8, choices=Mark)
    roll = models.ForeignKey(Roll, models.PROTECT, db_index=False, related_name="marks", verbose_name=_("save"))

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ["day", "half"]
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "day", "half"], name="attendance_once"),
            *choices("half", Half.values, prefix="attendance"),
            *choices("mark", Mark.values, prefix="attendance"),
            *sane_dates("day", prefix="attendance"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.half} {self.mark}"

    @property
    def key(self) -> str:
        return f"{self.day.isoformat()}{self.half}"
