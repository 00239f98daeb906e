"""The page of targets as a workbook; numbers as numbers, everything else as text."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bureau.formbuilder.tabular.workbook import SheetOut, write_workbook
from bureau.targets.queries import Board, Line


def workbook(found: Sequence[Board], title: str) -> bytes:
    heads = [_("Figure"), _("Period"), _("Region or office"), _("Unit"), _("Target"), _("Upper end"), _("Achieved"),
             _("Completion"), _("Time passed"), _("State"), _("Rank"), _("Set by")]
    sheet = SheetOut(_("Completion of targets"), heads, rows(found), title, (30, 14, 18, 8, 14, 14, 14, 10, 10, 16, 6, 40))
    path = write_workbook(sheet)
    try:
        return path.read_bytes()
    finally:
        path.unlink(missing_ok=True)


def rows(found: Sequence[Board]) -> Iterator[list[Any]]:
    for board in found:
        for line in board.lines:
            yield [
                board.metric.label, board.period_label, line.target.place, str(board.metric.unit.label),
                cell(line.target.low, line), cell(line.target.high, line), cell(line.done, line), line.completion_text,
                line.elapsed_text, str(line.standing.label), line.rank or "", line.target.document,
            ]


def cell(value: Decimal | None, line: Line) -> Decimal | int | None:
    """Counts without decimals."""
    if value is None or line.metric.metric.is_money or value != int(value):
        return value
    return int(value)
