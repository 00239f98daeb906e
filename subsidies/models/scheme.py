"""An award as data. A published version never changes (also kept by triggers, see ``sql/scheme.sql``)."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.common.constraints import ordered, sane_dates
from bureau.common.dates import Today
from bureau.common.i18n import localized
from bureau.common.remembered import Remembered
from subsidies.enums import Level, StageKind


class Declaration(models.Model):
    """One numbered wording of the declaration of truth; signing names exactly one of them."""

    key = models.SlugField(_("key"), max_length=40)
    number = models.PositiveSmallIntegerField(_("version"))
    title_zh = models.CharField(_("title (Chinese)"), max_length=60)
    title_en = models.CharField(_("title (English)"), max_length=120)
    text_zh = models.TextField(_("text (Chinese)"))
    text_en = models.TextField(_("text (English)"))
    digest = models.CharField(_("digest"), max_length=64, editable=False)

    class Meta:
        verbose_name = _("declaration of truth")
        verbose_name_plural = _("declarations of truth")
        ordering = ["key", "-number"]
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="declaration_number")]

    def __str__(self):
        return f"{localized(self, 'title')} {self.number}"

    def paragraphs(self):
        return [part for part in localized(self, "text").split("\n") if part.strip()]


class Scheme(models.Model):
    key = models.SlugField(_("key"), max_length=40, unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=160)
    number_prefix = models.CharField(_("prefix of numbers"), max_length=8)
    is_open = models.BooleanField(_("takes applications"), default=True)

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        ordering = ["key"]

    def __str__(self):
        return localized(self, "name")

    @property
    def name(self):
        return localized(self, "name")

    def current(self):
        """The version that takes applications today, or None."""
        return self.versions.taking().order_by("-number").first() if self.is_open else None


class SchemeVersionQuerySet(models.QuerySet):
    def taking(self):
        """Those that take applications today: from the first to the last day, by the clock of the database."""
        within = Q(opens_on__lte=Today()) & (Q(closes_on__isnull=True) | Q(closes_on__gte=Today()))
        return self.filter(within, scheme__is_open=True)


class SchemeVersion(models.Model):
    """Form, rules, amounts, stages, duties and materials under one digest; a case keeps its version for life."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="versions", verbose_name=_("scheme"))
    number = models.PositiveSmallIntegerField(_("version"))
    form = models.ForeignKey("formbuilder.FormVersion", models.PROTECT, related_name="+", verbose_name=_("form"))
    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="+", verbose_name=_("declaration"))
    summary_zh = models.TextField(_("summary (Chinese)"))
    summary_en = models.TextField(_("summary (English)"))
    basis_zh = models.CharField(_("basis (Chinese)"), max_length=200)
    basis_en = models.CharField(_("basis (English)"), max_length=200)
    rules = models.JSONField(_("rules"))
    amounts = models.JSONField(_("amounts"))
    duties = models.JSONField(_("duties"))
    materials = models.JSONField(_("documents"))
    minutes = models.PositiveSmallIntegerField(_("minutes to fill in"), default=10)
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"), null=True, blank=True)
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    published_at = models.DateTimeField(_("published at"))

    objects = SchemeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheme version")
        verbose_name_plural = _("scheme versions")
        ordering = ["scheme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="schemeversion_number"),
            models.UniqueConstraint(fields=["id", "scheme"], name="schemeversion_with_scheme"),
            *ordered("opens_on", "closes_on", prefix="schemeversion"),
            *sane_dates("opens_on", "closes_on", "published_at", prefix="schemeversion"),
        ]

    def __str__(self):
        return f"{self.scheme} v{self.number}"

    @property
    def cap(self):
        """The highest amount of this award, in yuan."""
        return Decimal(self.amounts["cap"])

    @property
    def pays_placements(self):
        """Applications name an agreement, and what is paid follows from its confirmed months."""
        return self.amounts.get("kind") == "placement"

    @property
    def spec(self):
        return self.form.spec

    def first_stage(self):
        return next(iter(stages_of(self.pk)), None)


class Stage(models.Model):
    """One step of the offices: who, at which level, within how many working days."""

    version = models.ForeignKey(SchemeVersion, models.PROTECT, related_name="stages", verbose_name=_("version"))
    key = models.SlugField(_("key"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=StageKind.choices)
    label_zh = models.CharField(_("label (Chinese)"), max_length=40)
    label_en = models.CharField(_("label (English)"), max_length=80)
    permission = models.CharField(_("permission"), max_length=60)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    order = models.PositiveSmallIntegerField(_("order"))
    limit_days = models.PositiveSmallIntegerField(_("limit in working days"))

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["version", "order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="stage_key"),
            models.UniqueConstraint(fields=["version", "order"], name="stage_order"),
            models.CheckConstraint(condition=Q(limit_days__gte=1), name="stage_limit_from_one_day"),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        return localized(self, "label")

    @property
    def step(self):
        """The word that reviews and duties know this stage by."""
        return self.key if self.kind in (StageKind.ACCEPT, StageKind.REVIEW) else self.kind

    def following(self):
        return next((stage for stage in stages_of(self.version_id) if stage.order > self.order), None)


#: Stages by version, read when first asked for: those of a version in use never change (``sql/scheme.sql``).
_read_stages = Remembered(dict)


def stages_of(version_id):
    """The stages of a version in their order."""
    known = _read_stages()
    if version_id not in known:
        found = list(Stage.objects.filter(version=version_id).order_by("order"))
        if not found:
            return found
        known[version_id] = found
    return known[version_id]
