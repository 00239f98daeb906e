"""Corrections asked of the owner, and the clocks of the offices between them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.common.constraints import choices, ordered, sane_dates, together
from subsidies.enums import ItemKind
from subsidies.models.application import Application


class Correction(models.Model):
    """One notice of all that must be corrected; a case counts its rounds."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="corrections")
    round = models.PositiveSmallIntegerField(_("round"))
    note = models.TextField(_("note to the owner"), blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    due = models.DateField(_("to be answered by"))
    days_left = models.SmallIntegerField(
        _("working days left to the office"), help_text=_("The clock of the office goes on from here.")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["application", "round"]
        constraints = [
            models.UniqueConstraint(fields=["application", "round"], name="correction_round"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(answered_at=None), name="correction_one_open"
            ),
            *together("answered_at", "answered_by", prefix="correction"),
            *sane_dates("asked_at", "due", "answered_at", prefix="correction"),
        ]

    def __str__(self):
        return f"{self.application} · {self.round}"


class CorrectionItem(models.Model):
    """A field, a document, the payees or the declaration, with the reason beside it."""

    correction = models.ForeignKey(Correction, models.PROTECT, related_name="items")
    kind = models.CharField(_("kind"), max_length=12, choices=ItemKind.choices)
    key = models.CharField(_("key"), max_length=40, blank=True)
    note = models.TextField(_("what to change"))
    before = models.JSONField(_("as it was"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("changed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("item to correct")
        verbose_name_plural = _("items to correct")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["correction", "kind", "key"], name="correctionitem_once"),
            models.CheckConstraint(condition=~Q(note=""), name="correctionitem_has_reason"),
            *choices("kind", ItemKind.values, prefix="correctionitem"),
            *sane_dates("resolved_at", prefix="correctionitem"),
        ]

    def __str__(self):
        return f"{self.kind} {self.key}".strip()


class Wait(models.Model):
    """The clock of an office at one stage. A correction ends it, the answer opens the next with the days left."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="waits")
    stage = models.ForeignKey("subsidies.Stage", models.PROTECT, related_name="+")
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+")
    began_at = models.DateTimeField(_("began at"))
    days = models.PositiveSmallIntegerField(_("working days"))
    due_on = models.DateField(_("due on"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("wait")
        verbose_name_plural = _("waits")
        ordering = ["id"]
        indexes = [models.Index(fields=["due_on"], condition=Q(ended_at=None), name="wait_running")]
        constraints = [
            models.UniqueConstraint(fields=["application"], condition=Q(ended_at=None), name="wait_one_running"),
            *ordered("began_at", "ended_at", prefix="wait"),
            *sane_dates("began_at", "due_on", "ended_at", prefix="wait"),
        ]

    def __str__(self):
        return f"{self.application} · {self.stage}"
