"""Targets (metric × period × region or unit), and statistics that come from a document instead of records."""

from __future__ import annotations

from functools import cached_property

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import (
    Case,
    DateField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from bureau.accounts import scope
from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.attachments.enums import Confirmation
from bureau.attachments.provenance import Recorded, TwoPeople
from bureau.common.constraints import choices, nonnegative, ordered, sane_dates
from bureau.common.i18n import is_chinese, localized
from bureau.common.periods import DAY, Kind, Period
from bureau.targets.enums import Stands

NUMBER = {"max_digits": 18, "decimal_places": 2}


def period_fits(prefix: str) -> list[models.BaseConstraint]:
    return [
        *choices("kind", Kind.values, prefix=prefix),
        *sane_dates("start", "end", prefix=prefix),
        models.CheckConstraint(condition=Q(end__gt=F("start")), name=f"{prefix}_ends_after_start"),
    ]


class Timed(models.Model):
    """Speaks of a period of the calendar; `end` is not included."""

    kind = models.CharField(_("kind of period"), max_length=12, choices=Kind, default=Kind.YEAR)
    start = models.DateField(_("from"))
    end = models.DateField(_("up to, not including"))

    class Meta:
        abstract = True

    @cached_property
    def period(self) -> Period:
        return Period(Kind(self.kind), self.start, self.end)

    @property
    def period_label(self) -> str:
        return self.period.label("zh" if is_chinese() else "en")


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, user: User) -> TargetQuerySet:
        """Those of one's own territory or unit; the bureau sees all."""
        return scope.visible(self, user, Permission.TARGET_VIEW, Permission.TARGET_EDIT)

    def of_year(self, year: int) -> TargetQuerySet:
        return self.filter(start__year=year)


class Target(Timed, Recorded):
    """What a figure is to reach in a period: at least `low`, and where `high` is given not above it. It is set for
    the bureau, a county or a unit."""

    metric = models.CharField(_("figure"), max_length=80)
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("office")
    )
    low = models.DecimalField(_("target"), **NUMBER, help_text=_("At least so much."))
    high = models.DecimalField(
        _("upper end"), **NUMBER, null=True, blank=True, help_text=_("Only where the target is a range.")
    )
    document = models.CharField(
        _("set by"), max_length=200, blank=True, help_text=_("Title and number of the document that sets it.")
    )

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["-start", "metric", "region__path", "id"]
        constraints = [
            *Recorded.Meta.constraints,
            *period_fits("target"),
            *nonnegative("low", prefix="target"),
            *ordered("low", "high", prefix="target"),
            models.UniqueConstraint(
                fields=["metric", "start", "end", "region", "unit"], name="target_once", nulls_distinct=False,
                violation_error_message=_("There is a target for this figure, period and place already."),
            ),
            models.CheckConstraint(
                condition=Q(region__isnull=True) ^ Q(unit__isnull=True), name="target_region_or_unit",
                violation_error_message=_("A target is set for a region or for an office."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} · {self.period.label('zh')} · {self.place}"

    @property
    def place(self) -> str:
        return localized(self.region or self.unit, "name")


class StatedSeries(models.Model):
    """A statistic that others publish and the bureau quotes: what it counts, in which unit."""

    key = models.CharField(
        _("key"), max_length=40, unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*\Z", _("Small letters, digits and _ only."))],
    )
    label_zh = models.CharField(_("name (Chinese)"), max_length=60)
    label_en = models.CharField(_("name (English)"), max_length=120)
    unit_zh = models.CharField(_("unit (Chinese)"), max_length=20)
    unit_en = models.CharField(_("unit (English)"), max_length=40)
    definition_zh = models.CharField(_("definition (Chinese)"), max_length=300, blank=True)
    definition_en = models.CharField(_("definition (English)"), max_length=400, blank=True)
    stands = models.CharField(_("it counts"), max_length=10, choices=Stands, default=Stands.PERIOD)

    class Meta:
        verbose_name = _("statistical series")
        verbose_name_plural = _("statistical series")
        ordering = ["key"]
        constraints = [*choices("stands", Stands.values, prefix="series")]

    def __str__(self) -> str:
        return localized(self, "label")


class StatedQuerySet(models.QuerySet["StatedValue"]):
    def visible_to(self, user: User) -> StatedQuerySet:
        return scope.visible(
            self, user, Permission.TARGET_VIEW, Permission.TARGET_EDIT, Permission.STATED_CONFIRM
        )

    def waiting(self) -> StatedQuerySet:
        return self.filter(state=Confirmation.PROPOSED)

    def current(self) -> StatedQuerySet:
        """Confirmed, and not corrected by a later revision that is confirmed too."""
        later = StatedValue.objects.filter(
            state=Confirmation.CONFIRMED, series=OuterRef("series"), region=OuterRef("region"),
            start=OuterRef("start"), end=OuterRef("end"), revision__gt=OuterRef("revision"),
        )
        return self.filter(~Exists(later), state=Confirmation.CONFIRMED)

    def counted(self) -> StatedQuerySet:
        """What figures add up. `counts_from` and `counts_to` say when a value speaks; `share` is the value less
        what is stated of its parts for the same period, so that a whole and its counties never count twice."""
        number = DecimalField(**NUMBER)
        last_day = ExpressionWrapper(F("end") - DAY, output_field=DateField())
        next_ = StatedValue.objects.current().filter(
            series=OuterRef("series"), region=OuterRef("region"), end__gt=OuterRef("end")
        ).order_by("end").annotate(day=last_day).values("day")[:1]
        parts = StatedValue.objects.current().filter(
            series=OuterRef("series"), start=OuterRef("start"), end=OuterRef("end"),
            region__path__startswith=OuterRef("region__path"),
        ).exclude(region=OuterRef("region")).order_by().values("series").annotate(sum=Sum("value")).values("sum")
        return self.current().annotate(
            counts_from=Case(When(series__stands=Stands.PERIOD, then=F("start")), default=last_day,
                             output_field=DateField()),
            counts_to=Case(When(series__stands=Stands.PERIOD, then=F("end")), default=Subquery(next_),
                           output_field=DateField()),
            share=ExpressionWrapper(F("value") - Coalesce(Subquery(parts), 0, output_field=number), output_field=number),
        )


class StatedValue(Timed, TwoPeople):
    """A value of a series as a document states it. It counts when a second person has compared the two; a mistake
    found later is corrected by a further revision."""

    series = models.ForeignKey(StatedSeries, models.PROTECT, related_name="values", verbose_name=_("series"))
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("office that entered it"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1, editable=False)
    value = models.DecimalField(_("value"), **NUMBER)
    document = models.CharField(_("source document"), max_length=200, help_text=_("Title, issuer and number."))
    page = models.CharField(_("page"), max_length=40, blank=True)
    source = models.ForeignKey(
        "attachments.Attachment", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("source file"),
    )

    objects = StatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("stated value")
        verbose_name_plural = _("stated values")
        ordering = ["-end", "series__key", "region__path", "-revision"]
        constraints = [
            *TwoPeople.Meta.constraints,
            *period_fits("stated"),
            models.UniqueConstraint(
                fields=["series", "region", "start", "end", "revision"], name="stated_revision_once"
            ),
            models.UniqueConstraint(
                fields=["series", "region", "start", "end"], condition=Q(state=Confirmation.PROPOSED),
                name="stated_one_waits",
                violation_error_message=_("A value for this series, region and period waits for confirmation already."),
            ),
            models.CheckConstraint(condition=~Q(document=""), name="stated_has_document"),
        ]

    def __str__(self) -> str:
        return f"{self.series} · {localized(self.region, 'name')} · {self.period_label}"
