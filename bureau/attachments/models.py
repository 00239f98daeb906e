"""One model for every file: what it is, whose it is, and where its bytes lie. Bytes are never in the database."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.attachments.enums import State
from bureau.common.constraints import sane_dates


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def of(self, subject: models.Model) -> AttachmentQuerySet:
        """The files bound to `subject`, oldest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk)).order_by("created_at")

    def unclaimed(self) -> AttachmentQuerySet:
        return self.filter(subject_type="", state=State.CLEAN)


class Attachment(models.Model):
    """A checked file. It belongs to its uploader until `claim()` binds it to a subject, for good."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(_("purpose"), max_length=60)
    name = models.CharField(_("file name"), max_length=120)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.BigIntegerField(_("size"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CLEAN)
    scanned_by = models.CharField(_("virus scanner"), max_length=40, blank=True)
    key = models.CharField(max_length=80, unique=True, editable=False)
    thumbnail_key = models.CharField(max_length=80, blank=True, editable=False)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    created_at = models.DateTimeField(_("uploaded at"))
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="attachment_subject"),
            models.Index(fields=["created_at"], condition=Q(subject_type=""), name="attachment_unclaimed"),
            models.Index(fields=["expires_at"], condition=Q(state="clean"), name="attachment_expiring"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_type="", subject_id="") | ~Q(subject_type="") & ~Q(subject_id=""),
                name="attachment_subject_whole",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="attachment_sha256"),
            *sane_dates("created_at", "expires_at", prefix="attachment"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")

    @property
    def is_claimed(self) -> bool:
        return bool(self.subject_type)
