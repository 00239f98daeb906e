"""XLSX out, row by row in constant memory. Text is always text: no cell becomes a formula or a link."""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

MAX_ROWS = 1_048_576


@dataclass(frozen=True)
class SheetOut:
    """`rows` may be a generator. `title` stands over the heads, merged, as offices like it."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]
    title: str = ""
    widths: Sequence[int] = ()


def write_workbook(*sheets: SheetOut) -> Path:
    """A new file that the caller removes."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as file:
        path = Path(file.name)
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    try:
        formats = _Formats(book)
        for sheet in sheets:
            _write_sheet(book, formats, sheet)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    book.close()
    return path


class _Formats:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter"})
        self.text = book.add_format({"num_format": "@"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.money = book.add_format({"num_format": "#,##0.00"})


def _write_sheet(book: xlsxwriter.Workbook, formats: _Formats, out: SheetOut) -> None:
    sheet = book.add_worksheet(out.name[:31])
    for index, width in enumerate(out.widths):
        sheet.set_column(index, index, width)
    top = 0
    if out.title:
        sheet.merge_range(0, 0, 0, max(len(out.heads) - 1, 1), out.title, formats.title)
        top = 1
    for index, head in enumerate(out.heads):
        sheet.write_string(top, index, str(head), formats.head)
    sheet.freeze_panes(top + 1, 0)
    for number, row in enumerate(out.rows, start=top + 1):
        if number >= MAX_ROWS:
            break
        for index, value in enumerate(row):
            if value is None or value == "":
                continue
            if value.__class__ is str:
                sheet.write_string(number, index, value, formats.text)
            elif isinstance(value, datetime | date):
                sheet.write_datetime(number, index, value, formats.day)
            elif isinstance(value, Decimal):
                sheet.write_number(number, index, float(value), formats.money)
            else:
                sheet.write_number(number, index, value)
