"""Periodic reports: what is due, what was written, and the records that every figure stood on."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.common.constraints import choices, iff_state, sane_dates, together
from bureau.common.i18n import localized
from bureau.common.periods import DAY, Kind, Period
from bureau.metrics.enums import Section
from bureau.reports.due import period_closing_after
from bureau.reports.enums import WRITTEN, ReportState, Window
from bureau.workflow.models import TransitionLog

IN_CHECK, CHECKED, ISSUED = ReportState.IN_CHECK, ReportState.CHECKED, ReportState.ISSUED
STAFF = {"on_delete": models.PROTECT, "null": True, "blank": True, "related_name": "+"}


class ReportTemplate(models.Model):
    """A report that comes round: its cadence, the day on which a period closes, its first period."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=120)
    cadence = models.CharField(_("cadence"), max_length=12, choices=Kind)
    cutoff = models.PositiveSmallIntegerField(
        _("cut-off day"),
        null=True,
        blank=True,
        help_text=_(
            "The day on which a period closes: 1 to 28 of the last month, or for weeks 1 (Monday) to 7 (Sunday). "
            "Empty: the calendar's end. Ten-day reports always close on the 10th, the 20th and the last day."
        ),
    )
    first_period = models.DateField(
        _("first period"), help_text=_("The first period is the one this day lies in; nothing earlier becomes due.")
    )
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("scope"))
    annex = models.JSONField(
        _("figures of the annex"), default=list, blank=True, help_text=_("Metric keys, in the order of the columns.")
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("report template")
        verbose_name_plural = _("report templates")
        ordering = ["key"]
        constraints = [
            *choices("cadence", Kind.values, prefix="template"),
            *sane_dates("first_period", prefix="template"),
            models.CheckConstraint(
                condition=Q(cutoff__isnull=True)
                | Q(cadence=Kind.WEEK, cutoff__range=(1, 7))
                | (Q(cutoff__range=(1, 28)) & ~Q(cadence__in=[Kind.WEEK, Kind.TEN_DAYS])),
                name="template_cutoff_fits_cadence",
                violation_error_message=_("This cut-off day doesn't fit the cadence."),
            ),
        ]

    def __str__(self) -> str:
        return localized(self, "name")

    def period_of(self, day: date) -> Period:
        return period_closing_after(Kind(self.cadence), day, self.cutoff)


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> ReportQuerySet:
        """Who works on reports reads all of them; everybody else reads the newest issued revision."""
        if user.is_authenticated and user.permissions & {
            Permission.REPORT_DRAFT,
            Permission.REPORT_CHECK,
            Permission.REPORT_ISSUE,
        }:
            return self
        return self.issued()

    def issued(self) -> ReportQuerySet:
        return self.filter(state=ReportState.ISSUED, superseded=False)

    def newest_first(self) -> ReportQuerySet:
        return self.order_by("-period_end", "template_id", "-revision")


class Report(models.Model):
    """One revision of one template's report on one period. Its figures stand once it has left the draft."""

    template = models.ForeignKey(ReportTemplate, models.PROTECT, related_name="reports", verbose_name=_("template"))
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("up to, not including"))
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("scope"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    reason = models.CharField(_("reason of the revision"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.DUE)
    version = models.PositiveIntegerField(default=0)
    superseded = models.BooleanField(_("superseded by a later revision"), default=False)
    snapshot_at = models.DateTimeField(_("figures as known at"), null=True, blank=True)
    created_at = models.DateTimeField(_("became due at"))
    drafted_at = models.DateTimeField(_("drafted at"), null=True, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("drafted by"), **STAFF)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("checked by"), **STAFF)
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("issued by"), **STAFF)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-period_end", "template_id", "-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "period_start", "region", "revision"], name="report_once_per_period"
            ),
            models.UniqueConstraint(
                fields=["template", "period_start", "region"],
                condition=~Q(state=ReportState.ISSUED),
                name="report_one_revision_open",
            ),
            models.UniqueConstraint(
                fields=["template", "period_start", "region"],
                condition=Q(state=ReportState.ISSUED, superseded=False),
                name="report_one_revision_in_force",
            ),
            *choices("state", ReportState.values, prefix="report"),
            models.CheckConstraint(condition=Q(period_end__gt=F("period_start")), name="report_period_in_order"),
            models.CheckConstraint(
                condition=Q(state=ReportState.DUE) | Q(snapshot_at__isnull=False), name="report_written_has_snapshot"
            ),
            *together("drafted_at", "drafted_by", prefix="report"),
            *together("checked_at", "checked_by", prefix="report"),
            *together("issued_at", "issued_by", prefix="report"),
            *iff_state("state", [IN_CHECK, CHECKED, ISSUED], "drafted_at", prefix="report"),
            *iff_state("state", [CHECKED, ISSUED], "checked_at", prefix="report"),
            *iff_state("state", [ISSUED], "issued_at", prefix="report"),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("drafted_by")),
                name="report_drafter_does_not_check",
            ),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | ~Q(issued_by=F("checked_by")),
                name="report_checker_does_not_issue",
            ),
            models.CheckConstraint(
                condition=Q(superseded=False) | Q(state=ReportState.ISSUED), name="report_superseded_was_issued"
            ),
            *sane_dates(
                "period_start", "period_end", "snapshot_at", "created_at", "drafted_at", "checked_at", "issued_at",
                prefix="report",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} · {self.period.label('zh')}"

    @cached_property
    def period(self) -> Period:
        calendar = Period.of(Kind(self.template.cadence), self.period_start)
        if (calendar.start, calendar.end) == (self.period_start, self.period_end):
            return calendar
        return Period(None, self.period_start, self.period_end)

    @property
    def windows(self) -> dict[Window, Period]:
        """The times that its figures speak of."""
        return {
            Window.TO_DATE: Period.year_to_date(self.period.last_day),
            Window.PERIOD: self.period,
            Window.PREVIOUS: self.template.period_of(self.period_start - DAY),
            Window.NEXT: self.template.period_of(self.period_end),
        }

    @property
    def is_written(self) -> bool:
        return self.state in WRITTEN


class ReportLog(TransitionLog):
    """Every step of a report."""

    subject = models.ForeignKey(Report, models.PROTECT, related_name="log")


class Paragraph(models.Model):
    """A sentence or passage; `{metric.key}` stands where a figure is, never a typed number."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="paragraphs")
    section = models.CharField(_("section"), max_length=10, choices=Section)
    order = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=80, blank=True)
    area = models.CharField(_("line of work"), max_length=20, blank=True)
    body_zh = models.TextField(_("text (Chinese)"), max_length=2000)
    body_en = models.TextField(_("text (English)"), max_length=3000)
    edited = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("paragraph")
        verbose_name_plural = _("paragraphs")
        ordering = ["report_id", "section", "order"]
        constraints = [
            models.UniqueConstraint(fields=["report", "section", "order"], name="paragraph_in_its_place"),
            *choices("section", Section.values, prefix="paragraph"),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.order}"


class FrozenSource(models.Model):
    """The rows of one metric source as a report saw them, in chunks of 500, without personal columns.

    `columns`: [{"key", "label_zh", "label_en", "sensitivity"}]; `measures`: the paths that figures add up or
    count distinct. A row is its cells followed by its measures.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="sources")
    key = models.CharField(max_length=80)
    columns = models.JSONField()
    measures = models.JSONField()
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="frozensource_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.rows}"


class FrozenChunk(models.Model):
    """Up to 500 rows: their ids, ascending, and their cells as compressed JSON."""

    source = models.ForeignKey(FrozenSource, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    ids = ArrayField(models.BigIntegerField())
    body = models.BinaryField()

    class Meta:
        ordering = ["source_id", "number"]
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="frozenchunk_once")]

    def __str__(self) -> str:
        return f"{self.number}: {len(self.ids)}"


class FrozenFigure(models.Model):
    """metric × window × county as a report states it, with the ids it counts (up to 10,000; above that
    their number and SHA-256 stand for them). `county` None: the whole scope; `county` the scope itself: what is
    booked there and in none of its counties."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="figures")
    source = models.ForeignKey(FrozenSource, models.CASCADE, related_name="figures")
    key = models.CharField(max_length=80)
    window = models.CharField(max_length=10, choices=Window)
    start = models.DateField()
    end = models.DateField()
    county = models.ForeignKey("regions.Region", models.PROTECT, null=True, blank=True, related_name="+")
    label_zh = models.CharField(max_length=120)
    label_en = models.CharField(max_length=200)
    unit_zh = models.CharField(max_length=20)
    unit_en = models.CharField(max_length=40)
    definition_zh = models.CharField(max_length=500, blank=True)
    definition_en = models.CharField(max_length=800, blank=True)
    is_money = models.BooleanField(default=False)
    value = models.DecimalField(max_digits=20, decimal_places=2)
    records = models.PositiveIntegerField()
    members = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "key", "window", "county"], name="frozenfigure_once", nulls_distinct=False
            ),
            *choices("window", Window.values, prefix="frozenfigure"),
            *sane_dates("start", "end", prefix="frozenfigure"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.window}: {self.value}"

    @property
    def period(self) -> Period:
        return Period(None, self.start, self.end)

    @property
    def label(self) -> str:
        return localized(self, "label")

    @property
    def is_own(self) -> bool:
        """Booked at the scope itself, above its counties."""
        return self.county_id is not None and self.county_id == self.report.region_id


class FrozenTarget(models.Model):
    """What a figure of the year to date was to reach, as it was set when the report was written."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="targets")
    figure = models.ForeignKey(FrozenFigure, models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=12, choices=Kind)
    start = models.DateField()
    end = models.DateField()
    low = models.DecimalField(max_digits=18, decimal_places=2)
    high = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    document = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["figure", "start", "end"], name="frozentarget_once"),
            *choices("kind", Kind.values, prefix="frozentarget"),
            *sane_dates("start", "end", prefix="frozentarget"),
        ]

    def __str__(self) -> str:
        return f"{self.figure.key}: {self.low}"

    @property
    def period(self) -> Period:
        return Period(Kind(self.kind), self.start, self.end)
