"""One file on its way into the portal, and what people taught us about its layout."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.common.constraints import choices, ordered, sane_dates
from bureau.formbuilder.tabular.layout import UNITS


class Mode(models.TextChoices):
    """What happens to good rows when others are wrong."""

    GOOD = "good", _("Good rows only")
    ALL = "all", _("All or nothing")


class SavedMapping(models.Model):
    """How staff read a layout: the next file with the same heads is read the same way."""

    importer = models.CharField(max_length=60)
    signature = models.CharField(max_length=64)
    mapping = models.JSONField()
    factor = models.PositiveIntegerField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        app_label = "formbuilder"
        verbose_name = _("saved column mapping")
        verbose_name_plural = _("saved column mappings")
        constraints = [
            models.UniqueConstraint(fields=["importer", "signature"], name="savedmapping_once"),
            models.CheckConstraint(condition=Q(factor__in=sorted(UNITS.values())), name="savedmapping_factor_known"),
            *sane_dates("saved_at", prefix="savedmapping"),
        ]

    def __str__(self) -> str:
        return f"{self.importer} {self.signature[:8]}"


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: User) -> Self:
        """Each sees his own: a file may hold rows of anybody."""
        return self.filter(asked_by=user)


class ImportRun(models.Model):
    """One file: uploaded, tried without writing as often as its mapping is corrected, then written once.

    `sheets` is what the book holds ([{name, rows, fits, taken}], sheets with heads we know), `chosen` the names that
    people picked. `heads` is what the sheet shows ([{index, letter, label, factor, samples}]), `mapping` what each column means
    ({index: key}); both stand after the first trial."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    importer = models.CharField(_("what it brings"), max_length=60)
    file = models.ForeignKey("attachments.Attachment", models.PROTECT, related_name="+", verbose_name=_("file"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("uploaded at"))
    options = models.JSONField(default=dict)
    sheets = models.JSONField(default=list)
    chosen = models.JSONField(default=list)
    sheet = models.CharField(max_length=120, blank=True)
    signature = models.CharField(max_length=64, blank=True)
    heads = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    factor = models.PositiveIntegerField(default=1)
    mode = models.CharField(_("mode"), max_length=4, choices=Mode, blank=True)
    trial = models.ForeignKey("jobs.Job", models.PROTECT, null=True, related_name="+", verbose_name=_("trial"))
    job = models.ForeignKey("jobs.Job", models.PROTECT, null=True, related_name="+", verbose_name=_("import"))
    written_at = models.DateTimeField(_("written at"), null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        app_label = "formbuilder"
        verbose_name = _("import of a file")
        verbose_name_plural = _("imports of files")
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["asked_by", "-asked_at"], name="importrun_mine")]
        constraints = [
            models.CheckConstraint(
                condition=Q(job__isnull=True, mode="", written_at__isnull=True)
                | (Q(job__isnull=False) & ~Q(mode="")),
                name="importrun_mode_with_job",
            ),
            *choices("mode", ["", *Mode], prefix="importrun"),
            *ordered("asked_at", "written_at", prefix="importrun"),
            *sane_dates("asked_at", "written_at", prefix="importrun"),
        ]

    def __str__(self) -> str:
        return self.file.name
