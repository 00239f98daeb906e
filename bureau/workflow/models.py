"""The base of every transition log. No tables of its own: each aggregate has a log with real foreign keys."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import Unit, User
from bureau.common.constraints import sane_dates


class TransitionLog(models.Model):
    """One move of one row; append-only (a trigger of `GuardStates` refuses everything else).

    The app adds `subject = ForeignKey(<aggregate>, PROTECT, related_name="log")` and inherits this Meta.
    `at`: when it was recorded (business clock); `effective_date`: the day it counts for.
    """

    name = models.CharField(_("step"), max_length=40)
    before = models.CharField(_("from state"), max_length=20, blank=True)
    after = models.CharField(_("to state"), max_length=20)
    version = models.PositiveIntegerField(_("version after the step"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    at = models.DateTimeField(_("recorded at"))
    effective_date = models.DateField(_("effective date"))
    comment = models.TextField(_("comment"), blank=True)
    data = models.JSONField(_("data"), default=dict, blank=True)

    class Meta:
        abstract = True
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "version"], name="%(app_label)s_%(class)s_once"),
            *sane_dates("at", "effective_date", prefix="%(app_label)s_%(class)s"),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.after}"
