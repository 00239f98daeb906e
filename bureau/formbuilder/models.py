"""Published forms. A version never changes; a running case keeps the version it began with."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from bureau.common import clock
from bureau.common.constraints import positive, sane_dates
from bureau.formbuilder import spec as specs


class FormVersionQuerySet(models.QuerySet["FormVersion"]):
    def latest_of(self, form_key: str) -> FormVersion | None:
        return self.filter(form_key=form_key).order_by("-number").first()


class FormVersion(models.Model):
    """One published version of a form, found by its digest; only `publish()` makes one."""

    form_key = models.SlugField(_("form"), max_length=60)
    number = models.PositiveIntegerField(_("version"))
    spec = models.JSONField(_("fields"))
    digest = models.CharField(_("digest"), max_length=64)
    published_at = models.DateTimeField(_("published at"))

    objects = FormVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("form version")
        verbose_name_plural = _("form versions")
        ordering = ["form_key", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["form_key", "number"], name="formversion_number_once"),
            models.UniqueConstraint(fields=["form_key", "digest"], name="formversion_digest_once"),
            *positive("number", prefix="formversion"),
            *sane_dates("published_at", prefix="formversion"),
        ]

    def __str__(self) -> str:
        return f"{self.form_key} v{self.number}"

    @classmethod
    def publish(cls, form_key: str, spec: list[dict]) -> FormVersion:
        """The version of exactly this spec: the one that exists, else the next number. Raises ValidationError
        with everything that is wrong with the spec."""
        found: Iterable[str] = specs.problems(spec, published=cls.objects.filter(form_key=form_key))
        if found:
            raise ValidationError(list(found))
        digest = specs.digest(spec)
        with transaction.atomic():
            last = cls.objects.select_for_update().latest_of(form_key)
            same = cls.objects.filter(form_key=form_key, digest=digest).first()
            return same or cls.objects.create(
                form_key=form_key, number=last.number + 1 if last else 1, spec=spec, digest=digest,
                published_at=clock.now(),
            )


# Tables of the sheets that are imported; they live beside what reads them.
from bureau.formbuilder.tabular.models import ImportRun, SavedMapping  # noqa: E402, F401
