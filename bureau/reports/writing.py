"""Puts a report together: the sentences that apply, and what was frozen, saved in one go."""

from django.utils.translation import override

from bureau.common.periods import Period
from bureau.metrics import Bound, Figures, all_metrics, all_sentences
from bureau.metrics.enums import Section
from bureau.metrics.registry import Sentence
from bureau.regions.models import Region
from bureau.reports import freezing
from bureau.reports.enums import Window
from bureau.reports.freezing import LANGUAGES, Frozen
from bureau.reports.models import (
    FrozenChunk,
    FrozenFigure,
    FrozenSource,
    FrozenTarget,
    Paragraph,
    Report,
    ReportTemplate,
)
from bureau.reports.text import tokens
from bureau.targets.models import Target

#: What stands under a heading that nothing was to be said about.
QUIET = {
    Section.PROGRESS: ("本期没有新的进展需要报告。", "There is no new progress to report for this period."),
    Section.PROBLEMS: ("本期没有需要报告的突出问题。", "There are no notable problems to report for this period."),
    Section.PLANS: ("按既定计划推进各项工作。", "Work continues as planned."),
}


def counties_of(region: Region) -> list[Region]:
    """The counties of the scope, in the order of their codes; none where the scope is one itself."""
    found = Region.objects.within(region).current().filter(kind="county").exclude(pk=region.pk)
    return list(found.order_by("code"))


def keys_of(template: ReportTemplate) -> list[str]:
    """Every figure that the sentences, the annex or the targets of this report can name."""
    known = {one.key for one in all_metrics()}
    named = [token.key for sentence in all_sentences() for token in tokens(sentence.zh + sentence.en)]
    aimed = Target.objects.filter(region__path__startswith=template.region.path).order_by("metric")
    targets = aimed.values_list("metric", flat=True).distinct()
    return [key for key in dict.fromkeys([*template.annex, *named, *targets]) if key in known]


def read(report: Report) -> Frozen:
    """Everything the report states, of one moment. Raises DoesNotAddUp."""
    return freezing.read(report.windows, report.region, keys_of(report.template), counties_of(report.region))


def paragraphs(windows: dict[Window, Period], live: Figures) -> list[Paragraph]:
    """One per sentence that applies, unsaved; a heading without any gets its quiet sentence."""
    written: list[Paragraph] = []
    for section in Section:
        sentences = [s for s in all_sentences() if s.section == section and applies(s, windows, live)]
        texts = [(s.area.key, s.zh, s.en) for s in sentences] or [("", *QUIET[section])]
        written += [
            Paragraph(section=section, order=number, area=area, body_zh=zh, body_en=en)
            for number, (area, zh, en) in enumerate(texts, 1)
        ]
    return written


def applies(sentence: Sentence, windows: dict[Window, Period], live: Figures) -> bool:
    """A sentence with `when` ("key" or "key@period") stands only where that figure is not zero."""
    if not sentence.when:
        return True
    (token,) = tokens(f"{{{sentence.when}}}")
    return bool(live.value(token.key, windows[token.window]))


def save(report: Report, frozen: Frozen) -> None:
    """Replace what the report held. Call inside a transaction, with the row locked or fenced.

    Paragraphs that the drafter has written himself stay; figures are always those of the snapshot.
    """
    report.figures.all().delete()
    report.sources.all().delete()
    sources = {data.source.key: save_source(report, data) for data in frozen.sources}
    figures = FrozenFigure.objects.bulk_create(
        [row_of(report, sources[one.metric.metric.source.key], one) for one in frozen.figures], batch_size=1000
    )
    save_targets(report, figures, frozen)
    if not report.paragraphs.filter(edited=True).exists():
        report.paragraphs.all().delete()
        fresh = paragraphs(report.windows, frozen.live)
        for paragraph in fresh:
            paragraph.report = report
        Paragraph.objects.bulk_create(fresh)


def save_targets(report: Report, figures: list[FrozenFigure], frozen: Frozen) -> None:
    """Beside the figure of the year to date that each speaks of."""
    places = {
        (figure.key, figure.county_id or report.region_id): figure
        for figure in figures if figure.window == Window.TO_DATE and not figure.is_own
    }
    FrozenTarget.objects.bulk_create(
        FrozenTarget(report=report, figure=places[one.metric, one.region_id], kind=one.kind, start=one.start,
                     end=one.end, low=one.low, high=one.high, document=one.document)
        for one in frozen.targets if (one.metric, one.region_id) in places
    )


def save_source(report: Report, data: freezing.SourceData) -> FrozenSource:
    source = FrozenSource.objects.create(
        report=report, key=data.source.key, columns=data.column_data(), measures=data.measures,
        rows=len(data.ids), sha256=freezing.digest(data.ids),
    )
    FrozenChunk.objects.bulk_create(
        [
            FrozenChunk(source=source, number=number, ids=ids, body=body)
            for number, (ids, body) in enumerate(data.chunks())
        ],
        batch_size=50,
    )
    return source


def row_of(report: Report, source: FrozenSource, one: freezing.FigureData) -> FrozenFigure:
    metric = one.metric
    return FrozenFigure(
        report=report, source=source, key=metric.key, window=Window(one.window), start=one.period.start,
        end=one.period.end, county_id=one.county,
        **{f"{name}_{lang}": text for lang in LANGUAGES for name, text in words_of(metric, lang).items()},
        is_money=metric.metric.is_money, value=one.value, records=len(one.ids), members=one.members,
        sha256=one.digest,
    )


def words_of(metric: Bound, language: str) -> dict[str, str]:
    """Label, unit and definition as they read now; the declaration may change, the report does not."""
    with override(LANGUAGES[language]):
        return {"label": metric.label, "unit": str(metric.unit.label), "definition": metric.definition}
