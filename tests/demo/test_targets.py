"""Targets and statistics of the demo, and what stands of them in the report."""

from datetime import date
from decimal import Decimal

import pytest

from bureau.common.periods import Kind, Period
from bureau.metrics import compute
from bureau.reports import papers, queries
from bureau.reports.models import Report
from bureau.targets.models import StatedValue, Target
from bureau.targets.queries import boards

pytestmark = [pytest.mark.django_db, pytest.mark.demo]
YEAR = Period.of(Kind.YEAR, date(2021, 1, 1))


def test_every_target_is_of_a_figure_that_is_declared():
    found = boards(date(2021, 5, 20))
    assert sum(len(board.lines) for board in found) == Target.objects.count()
    whole = [board for board in found if board.whole]
    assert len(whole) == len(found) >= 8
    assert all(len(board.counties) in (0, 6) for board in found)


def test_a_range_names_its_unit_once():
    whole = {board.metric.key: board.whole for board in boards(date(2021, 5, 20)) if board.whole}
    assert whole["honors.selected"].target_text == "10–15家"


def test_confirmed_statistics_are_figures_and_others_are_not():
    keys = ["stated.employment", "stated.shops_total", "stated.output"]
    found = compute(keys, [Period.year_to_date(date(2021, 5, 20))], by_county=True)
    assert [found.value(key) for key in keys] == [186000, 28700, 0]
    assert found.value("stated.output", Period.year_to_date(date(2021, 5, 20))) == 0
    assert StatedValue.objects.waiting().count() == 1
    assert sum(figure.value for figure in found.counties("stated.shops_total")) == 28700


@pytest.mark.demo(report=True)
def test_the_report_keeps_the_targets_it_was_written_with(django_assert_num_queries):
    report = Report.objects.get()
    before = [(goal.target.low, goal.completion_text) for table in queries.goals(report) for goal in table.rows]
    assert len(before) > 20
    Target.objects.update(low=1, high=None)
    assert [(g.target.low, g.completion_text) for t in queries.goals(report) for g in t.rows] == before
    table = next(t for t in queries.goals(report)
                 if t.figure.key == "subsidies.new_shop.preliminarily_reviewed" and t.period == YEAR)
    whole = table.whole
    assert (whole.target.low, whole.figure.value) == (Decimal(3500), Decimal(1431))
    assert (whole.completion_text, whole.elapsed_text) == ("40.8%", "38.3%")
    assert [goal.rank for goal in table.rows[1:]] == sorted(goal.rank for goal in table.rows[1:])
    with django_assert_num_queries(1):
        queries.goals(report)


@pytest.mark.demo(report=True)
def test_the_paper_has_headings_and_the_table_of_targets():
    import io

    from docx import Document

    document = Document(io.BytesIO(papers.build(Report.objects.get())))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "（一）" in text
    assert "目标完成情况" in text
    heads = [[cell.text for cell in table.rows[0].cells] for table in document.tables]
    assert ["地区", "目标", "完成", "完成率", "进度", "位次"] in heads
