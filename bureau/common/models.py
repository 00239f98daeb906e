from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.common import constraints


class Clock(models.Model):
    """The one row that says how far business time is from real time (zero outside the demo)."""

    offset = models.DurationField(default=timedelta, editable=False)
    started_at = models.DateTimeField(null=True, editable=False, help_text="Real time of the first run.")

    class Meta:
        db_table = "common_clock"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="clock_one_row"),
            *constraints.sane_dates("started_at", prefix="clock"),
        ]

    def __str__(self):
        return str(self.offset)


class CalendarDay(models.Model):
    """A day that differs from its weekday: a statutory holiday, or a weekend day made up."""

    date = models.DateField(_("date"), unique=True)
    is_workday = models.BooleanField(_("working day"))
    name_zh = models.CharField(_("name in Chinese"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=60)

    class Meta:
        ordering = ["-date"]
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        constraints = constraints.sane_dates("date", prefix="calendar_day")

    def __str__(self):
        return f"{self.date:%Y-%m-%d} {self.name_zh}"

    def save(self, **kwargs):
        super().save(**kwargs)
        from bureau.common import workdays

        workdays.table.forget()
