"""What is done to reports: make the due ones, open one, write it, edit its text, revise it after issue."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bureau import audit, jobs
from bureau.accounts.models import User
from bureau.common import clock
from bureau.common.periods import Kind, Period
from bureau.metrics.enums import Section
from bureau.reports import text, writing
from bureau.reports.due import closed_periods
from bureau.reports.enums import ReportState
from bureau.reports.freezing import Frozen
from bureau.reports.models import Paragraph, Report, ReportTemplate
from bureau.reports.text import Token
from bureau.workflow import perform

GENERATE = "reports.generate"


def ensure_due(today: date | None = None) -> list[Report]:
    """Make the first revision of every report whose period has closed, and of every one that was missed.

    Exactly once per template, period, scope and revision: the unique constraint decides, so two beats, or
    one that starts again, do no harm. Returns the reports made now.
    """
    today = today or clock.today()
    made: list[Report] = []
    for template in ReportTemplate.objects.filter(active=True):
        stored = set(template.reports.values_list("period_start", flat=True))
        periods = closed_periods(Kind(template.cadence), template.first_period, today, template.cutoff)
        made += make(template, (period for period in periods if period.start not in stored))
    return made


def make(template: ReportTemplate, periods: Iterable[Period], *, by: User | None = None) -> list[Report]:
    """First revisions for these periods; those that somebody else makes at the same moment are left to him."""
    made = []
    for period in periods:
        with transaction.atomic():
            report, created = Report.objects.get_or_create(
                template=template, period_start=period.start, region=template.region, revision=1,
                defaults={"period_end": period.end, "created_at": clock.now()},
            )
            if created:
                ask_for_writing(report, by=by)
                audit.record("reports.report.due", report, by=by, period=period.label("zh"))
                made.append(report)
    return made


def ask_for_writing(report: Report, *, by: User | None = None) -> jobs.Job:
    """The job that writes it; one per version of the report, so asking twice is asking once."""
    return jobs.ask(
        GENERATE, by=by or User.objects.machine(), params={"report": report.pk},
        key=f"{GENERATE}:{report.pk}:{report.version}", subject=report,
    )


def open_report(template: ReportTemplate, day: date, *, by: User) -> Report:
    """The newest revision on the period of `day`, made now where there is none. Raises ValidationError for
    a period that has not closed yet."""
    period = template.period_of(day)
    newest = template.reports.filter(period_start=period.start).order_by("-revision").first()
    if newest:
        return newest
    if period.end > clock.today():
        raise ValidationError(
            _("This period closes on %(day)s; its report can be written from the day after."),
            params={"day": period.last_day},
        )
    make(template, [period], by=by)
    return template.reports.get(period_start=period.start, revision=1)


def write(report: Report, frozen: Frozen, *, asked_by: User) -> None:
    """Save what was read in the snapshot, as a draft. Call inside a transaction."""
    row = perform(report, "write", by=None, data={"snapshot_at": frozen.taken_at, "asked_by": asked_by})
    writing.save(row, frozen)


def refresh(report: Report, *, by: User) -> jobs.Job:
    """Read the figures of a draft again."""
    with transaction.atomic():
        row = Report.objects.select_for_update(of=("self",), no_key=True).get(pk=report.pk)
        if row.state not in (ReportState.DRAFT, ReportState.DUE):
            raise ValidationError(_("Figures can be read again only while the report is a draft."))
        audit.record("reports.report.refreshed", row, by=by)
        return ask_for_writing(row, by=by)


def known_tokens(report: Report) -> set[Token]:
    """Every figure that the text of this report may name."""
    pairs = report.figures.filter(county=None).values_list("key", "window")
    return {Token(key, window) for key, window in pairs}


def edit_paragraph(
    report: Report, *, by: User, paragraph: Paragraph | None, section: str, body_zh: str, body_en: str,
    area: str | None = None,
) -> Paragraph:
    """Change a paragraph of a draft, or add one at the end of its section; `area` None keeps its line of work.
    Raises ValidationError by field."""
    known = known_tokens(report)
    faults = {}
    for name, body in (("body_zh", body_zh), ("body_en", body_en)):
        try:
            text.check(body, known)
        except ValidationError as error:
            faults[name] = error
    if faults:
        raise ValidationError(faults)
    with transaction.atomic():
        row = drafting(report)
        if paragraph is None:
            last = row.paragraphs.filter(section=section).order_by("-order").first()
            paragraph = Paragraph(report=row, section=Section(section), order=last.order + 1 if last else 1)
        paragraph.body_zh, paragraph.body_en, paragraph.edited = body_zh, body_en, True
        if area is not None:
            paragraph.area = area
        paragraph.save()
        audit.record("reports.paragraph.edited", row, by=by, section=section, order=paragraph.order)
    return paragraph


def remove_paragraph(report: Report, *, by: User, paragraph: Paragraph) -> None:
    with transaction.atomic():
        row = drafting(report)
        audit.record(
            "reports.paragraph.removed", row, by=by, section=paragraph.section, text=paragraph.body_zh
        )
        paragraph.delete()
        row.paragraphs.filter(section=paragraph.section).update(edited=True)


def drafting(report: Report) -> Report:
    """The locked row, if its text may be changed."""
    row = Report.objects.select_for_update(of=("self",), no_key=True).get(pk=report.pk)
    if row.state != ReportState.DRAFT:
        raise ValidationError(_("The text can be changed only while the report is a draft."))
    return row


def revise(report: Report, *, by: User, reason: str) -> Report:
    """After issue a correction is the next revision; the issued one stays as it was until that is issued."""
    with transaction.atomic():
        row = Report.objects.select_for_update(of=("self",), no_key=True).get(pk=report.pk)
        if row.state != ReportState.ISSUED or row.superseded:
            raise ValidationError(_("Only the issued report in force is revised."))
        newer = Report.objects.filter(
            template=row.template_id, period_start=row.period_start, region=row.region_id, revision__gt=row.revision
        )
        if newest := newer.order_by("-revision").first():
            return newest
        revision = Report.objects.create(
            template=row.template, period_start=row.period_start, period_end=row.period_end, region=row.region,
            revision=row.revision + 1, reason=reason, created_at=clock.now(),
        )
        ask_for_writing(revision, by=by)
        audit.record("reports.report.revised", revision, by=by, reason=reason, revision=revision.revision)
    return revision
