"""A report as an official document (DOCX, in Chinese): text, annex by county, evidence of every figure."""

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import override

from bureau.accounts.models import SiteProfile
from bureau.common import money
from bureau.reports import queries
from bureau.reports.enums import ReportState, Window
from bureau.reports.models import FrozenFigure, Report
from bureau.reports.official import OfficialDocument, Table

CHINESE_WINDOWS = {Window.TO_DATE: "本年累计", Window.PERIOD: "本期", Window.PREVIOUS: "上期", Window.NEXT: "下期"}
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def build(report: Report) -> bytes:
    """The file. A report that has not been issued says so under its title."""
    with override("zh-hans"):
        document = OfficialDocument()
        document.title(report.template.name_zh)
        document.subtitle(subtitle(report))
        for part in queries.sections(report, "zh"):
            document.heading(part.heading)
            for group in part.groups:
                if group.heading:
                    document.subheading(group.heading)
                for _paragraph, line in group.paragraphs:
                    document.text("".join(piece if isinstance(piece, str) else piece.text for piece in line))
        annexes = [
            ("各县区工作进展情况", annex_tables(report)),
            ("目标完成情况", [goal_table(table) for table in queries.goals(report)]),
            ("数据来源说明", [evidence_table(report)]),
        ]
        annexes = [(title, tables) for title, tables in annexes if tables]
        document.annex_note([title for title, _tables in annexes])
        document.signature(SiteProfile.get().name_zh, chinese_day(report))
        for number, (title, tables) in enumerate(annexes, 1):
            document.annex(number, title, tables)
        return document.save()


def subtitle(report: Report) -> str:
    text = f"（{report.period.label('zh')}）"
    if report.revision > 1:
        text += f"（第{report.revision}次修订）"
    return text if report.state == ReportState.ISSUED else f"{text}　送审稿"


def chinese_day(report: Report) -> str:
    moment = report.issued_at or report.snapshot_at
    day = timezone.localtime(moment).date()
    return f"{day.year}年{day.month}月{day.day}日"


def annex_tables(report: Report) -> list[Table]:
    """One table per figure of the annex."""
    return [annex_table(table, report) for table in queries.annex(report)]


def annex_table(annex: queries.AnnexTable, report: Report) -> Table:
    figure = annex.figure
    table = Table(
        caption=figure.label_zh,
        head=["县区", "本年累计", "本期", "比上期", "位次"],
        widths=[44, 36, 32, 30, 14],
        note=f"截至{report.period.last_day.year}年{report.period.last_day.month}月{report.period.last_day.day}日　"
        f"单位：{figure.unit_zh}",
    )
    table.rows = [[county.name_zh, *cell_texts(cell)] for county, cell in annex.rows]
    if annex.own:
        table.rows.append(["本级", *cell_texts(annex.own)[:-1], "—"])
    table.rows.append(["合计", *cell_texts(annex.total)[:-1], "—"])
    return table


def goal_table(goals: queries.GoalTable) -> Table:
    """Target, done, completion, state and rank: the whole first, then the counties by rank."""
    figure, money_column = goals.figure, goals.figure.is_money
    elapsed = goals.rows[0].elapsed_text
    table = Table(
        caption=figure.label_zh, head=["地区", "目标", "完成", "完成率", "进度", "位次"], widths=[36, 32, 32, 20, 24, 12],
        note=f"{goals.period.label('zh')}　序时进度{elapsed}　单位：{figure.unit_zh}",
    )
    for goal in goals.rows:
        low, high = goal.target.low, goal.target.high
        wanted = number(low, money_column) + (f"—{number(high, money_column)}" if high is not None else "")
        table.rows.append([
            goal.figure.county.name_zh if goal.figure.county else "全部", wanted, number(goal.figure.value, money_column),
            goal.completion_text, str(goal.standing.label), str(goal.rank) if goal.rank else "—",
        ])
    return table


def cell_texts(cell: queries.AnnexCell) -> list[str]:
    money_column = cell.done.is_money
    return [
        number(cell.done.value, money_column),
        number(cell.period.value, money_column),
        signed(cell.change, money_column),
        str(cell.rank),
    ]


def evidence_table(report: Report) -> Table:
    """附件: what each figure is, its period, its value and how many records stand behind it."""
    rows = [
        [figure.label_zh, CHINESE_WINDOWS[Window(figure.window)], period_text(figure),
         number(figure.value, figure.is_money) + figure.unit_zh, str(figure.records)]
        for figure in queries.evidence(report)
    ]
    moment = timezone.localtime(report.snapshot_at)
    return Table(
        caption="", head=["指标", "口径", "时段", "数值", "记录数"], widths=[44, 22, 34, 38, 18], rows=rows,
        note=f"数据提取时间：{moment.year}年{moment.month}月{moment.day}日{moment:%H:%M}",
    )


def period_text(figure: FrozenFigure) -> str:
    first, last = figure.period.start, figure.period.last_day
    return f"{first.year}.{first.month}.{first.day}—{last.month}.{last.day}"


def number(value: Decimal, is_money: bool) -> str:
    return money.yuan(value) if is_money else f"{value.normalize():,f}"


def signed(value: Decimal, is_money: bool) -> str:
    text = number(abs(value), is_money)
    return f"+{text}" if value > 0 else f"−{text}" if value < 0 else "0" if not is_money else text
