"""A report from due to issued, on the demo's records."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from bureau.jobs.testing import run_waiting
from bureau.metrics import all_metrics, compute, records
from bureau.reports import actions, queries
from bureau.reports.enums import ReportState, Window
from bureau.reports.models import FrozenFigure, Paragraph, Report
from bureau.reports.views import timeline_of
from bureau.workflow import Refused, perform

pytestmark = [pytest.mark.django_db, pytest.mark.demo(report=True)]


def issue(report, people):
    perform(report, "submit", by=people["editor"])
    perform(report, "check", by=people["checker"])
    return perform(report, "issue", by=people["issuer"])


@pytest.mark.demo
def test_the_first_run_finds_exactly_one_report_due():
    (made,) = actions.ensure_due()
    assert (made.template.key, made.period.label("zh")) == ("ten-day", "2021年5月中旬")
    assert actions.ensure_due() == []
    assert Report.objects.count() == 1


def test_it_says_what_the_bureau_published(report):
    said = {
        (f.key, f.window): f for f in report.figures.filter(county=None)
    }
    assert said["subsidies.new_shop.preliminarily_reviewed", "to_date"].value == 1431
    assert said["subsidies.new_shop.paid", "to_date"].value == Decimal("3892000.00")
    text = "".join(
        piece if isinstance(piece, str) else piece.text
        for part in queries.sections(report, "zh")
        for _paragraph, line in part.paragraphs
        for piece in line
    )
    assert "1,431户" in text
    assert "389.2万元" in text
    assert "{" not in text


def test_every_figure_is_what_its_frozen_records_give(report):
    declared = {one.key: one for one in all_metrics()}
    for figure in report.figures.select_related("source", "county"):
        ids = queries.members(figure)
        assert len(ids) == figure.records
        scope = {"county": None} if figure.is_own else {}
        live = records(declared[figure.key], figure.period, region=figure.county or report.region, **scope)
        assert set(ids) == set(live.values_list("pk", flat=True)), figure


def test_counties_add_up(report):
    for key in report.template.annex:
        for window in (Window.TO_DATE, Window.PERIOD):
            parts = report.figures.filter(key=key, window=window)
            assert sum(f.value for f in parts if f.county_id) == parts.get(county=None).value


def test_annex_ranks_and_changes(report):
    table = next(t for t in queries.annex(report) if t.figure.key == "subsidies.new_shop.paid")
    done = [cell.done.value for _county, cell in table.rows]
    ranks = [cell.rank for _county, cell in table.rows]
    assert sorted(range(6), key=lambda n: ranks[n]) == sorted(range(6), key=lambda n: -done[n])
    for _county, cell in table.rows:
        previous = report.figures.get(key=cell.period.key, window=Window.PREVIOUS, county=cell.period.county)
        assert cell.change == cell.period.value - previous.value


def test_drafter_checker_and_issuer_are_different_people(report, people):
    perform(report, "submit", by=people["editor"])
    with pytest.raises(Refused):
        perform(report, "check", by=people["editor"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(checked_by=people["editor"], checked_at=report.snapshot_at)


def test_sent_back_it_is_a_draft_again(report, people):
    perform(report, "submit", by=people["editor"])
    perform(report, "send_back", by=people["checker"], data={"comment": "请核对第二段。"})
    report.refresh_from_db()
    assert (report.state, report.drafted_by, report.log.last().comment) == ("draft", None, "请核对第二段。")


def test_content_stands_once_the_draft_is_finished(report, people):
    perform(report, "submit", by=people["editor"])
    paragraph = report.paragraphs.first()
    with pytest.raises(ValidationError):
        actions.edit_paragraph(
            report, by=people["editor"], paragraph=paragraph, section=paragraph.section, body_zh="改", body_en="x"
        )
    statements = [
        "update reports_frozenfigure set value = 1 where report_id = %s",
        "delete from reports_frozenfigure where report_id = %s",
        "update reports_paragraph set body_zh = 'x' where report_id = %s",
        "delete from reports_frozenchunk where source_id in (select id from reports_frozensource where report_id = %s)",
    ]
    for statement in statements:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [report.pk])


def test_issued_figures_do_not_follow_late_entries(report, people):
    from subsidies.models import Review

    issue(report, people)
    figure = report.figures.get(key="subsidies.new_shop.preliminarily_reviewed", window="to_date", county=None)
    waiting = Review.objects.filter(step="accept", application__stage__key="first_review").first()
    Review.objects.create(
        application=waiting.application, step="first_review", outcome="passed", by=people["hualong.review"],
        unit=waiting.unit, effective_date="2021-05-19", scheme=waiting.scheme, region=waiting.region,
        operating_region=waiting.operating_region,
    )
    assert FrozenFigure.objects.get(pk=figure.pk).value == 1431
    assert queries.now(figure) == (1432, 1432)


def test_a_correction_after_issue_is_the_next_revision(report, people):
    issue(report, people)
    revision = actions.revise(report, by=people["editor"], reason="更正一处文字")
    assert actions.revise(report, by=people["editor"], reason="再点一次") == revision
    run_waiting()
    revision.refresh_from_db()
    assert (revision.revision, revision.state) == (2, ReportState.DRAFT)
    assert Report.objects.issued().get() == report
    issue(revision, people)
    assert Report.objects.issued().get() == revision


def test_on_demand_opens_the_one_that_exists(report, people):
    template = report.template
    assert actions.open_report(template, report.period_start, by=people["editor"]) == report
    with pytest.raises(ValidationError):
        actions.open_report(template, report.period_end, by=people["editor"])
    earlier = actions.open_report(template, report.period_start.replace(day=3), by=people["editor"])
    assert earlier.period.label("zh") == "2021年5月上旬"


def test_text_of_the_drafter_survives_fresh_figures(report, people):
    paragraph = report.paragraphs.first()
    actions.edit_paragraph(
        report, by=people["editor"], paragraph=paragraph, section=paragraph.section,
        body_zh="今年以来发放{subsidies.new_shop.paid}。", body_en="{subsidies.new_shop.paid} paid this year.",
    )
    actions.refresh(report, by=people["editor"])
    run_waiting()
    assert Paragraph.objects.get(pk=paragraph.pk).body_zh == "今年以来发放{subsidies.new_shop.paid}。"


def test_the_log_names_who_had_the_figures_read_again(report, people):
    actions.refresh(report, by=people["editor"])
    run_waiting()
    assert [(row.name, row.by) for row in report.log.order_by("version")][-1] == ("write", people["editor"])
    assert str(people["editor"]) in timeline_of(report)[0]["who"]
    assert [entry["title"] for entry in timeline_of(report)] == ["重新取数", "系统生成初稿"]


def test_a_figure_that_its_records_do_not_give_is_not_published(report, monkeypatch):
    from bureau.reports import freezing, writing

    monkeypatch.setattr(freezing, "recount", lambda *args: -1)
    with pytest.raises(freezing.DoesNotAddUp):
        writing.read(report)


def test_one_statement_for_figures_and_one_for_rows_per_source(report, django_assert_max_num_queries):
    from bureau.reports import writing

    sources = report.sources.count()
    with django_assert_max_num_queries(2 * sources + 16):
        writing.read(report)


def test_live_and_frozen_agree(report):
    keys = [f.key for f in report.figures.filter(county=None, window="to_date")]
    live = compute(keys, [report.windows[Window.TO_DATE]], region=report.region)
    for figure in report.figures.filter(county=None, window="to_date"):
        assert live.value(figure.key) == figure.value
