"""Files to sheets: .xlsx and .xls through calamine, CSV in UTF-8, UTF-16 or GB18030. Rows stream, again and again."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
    ZipError,
)

HEAD_ROWS = 40
MAX_COLUMNS = 300
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Span:
    """A merged range, inclusive, counted from zero within the rows of its sheet."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """`open()` starts its rows anew; row 1 of the sheet comes first, also where it is empty."""

    name: str
    open: Callable[[], Iterator[list[Any]]]
    spans: tuple[Span, ...] = ()
    first_column: int = 0
    height: int = 0

    def head(self) -> list[list[Any]]:
        return list(islice(self.open(), HEAD_ROWS))

    def letter(self, index: int) -> str:
        """The column as the spreadsheet names it: 0 → A where the sheet starts in column A."""
        number, letters = index + self.first_column + 1, ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return letters


def read_book(source: bytes | Path) -> list[Sheet]:
    """Visible sheets with at least one row; ValidationError when it is no sheet at all."""
    start = source[:8] if isinstance(source, bytes) else _first_bytes(source)
    if not start:
        raise ValidationError(_("The file is empty."))
    if start.startswith((_ZIP, _OLE)):
        return _read_workbook(source)
    return [_read_csv(source if isinstance(source, bytes) else source.read_bytes())]


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8)


def _read_workbook(source: bytes | Path) -> list[Sheet]:
    try:
        if isinstance(source, bytes):
            book = CalamineWorkbook.from_filelike(io.BytesIO(source))
        else:
            book = CalamineWorkbook.from_path(source)
        shown = [m.name for m in book.sheets_metadata if m.visible == SheetVisibleEnum.Visible]
        sheets = [_workbook_sheet(book.get_sheet_by_name(name)) for name in shown]
    except PasswordError:
        raise ValidationError(_("The workbook is protected by a password: save it without one.")) from None
    except (CalamineError, ZipError, ValueError, OSError):
        raise ValidationError(_("The workbook cannot be read: open it and save it again as .xlsx.")) from None
    return _usable([sheet for sheet in sheets if sheet.height])


def _workbook_sheet(sheet: CalamineSheet) -> Sheet:
    left = sheet.start[1] if sheet.start else 0
    spans = tuple(
        Span(top, start - left, bottom, end - left)
        for (top, start), (bottom, end) in sheet.merged_cell_ranges or ()
    )
    return Sheet(sheet.name, sheet.iter_rows, spans, left, sheet.total_height + 1 if sheet.start else 0)


def _usable(sheets: list[Sheet]) -> list[Sheet]:
    if not sheets:
        raise ValidationError(_("The file holds no rows."))
    if any(len(row) > MAX_COLUMNS for sheet in sheets for row in islice(sheet.open(), 1)):
        raise ValidationError(_("The sheet has more than %(limit)s columns.") % {"limit": MAX_COLUMNS})
    return sheets


def decode(data: bytes) -> str:
    """Text of a CSV file; what Excel writes on a Chinese Windows is GB18030, with a BOM it is Unicode."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="strict")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(_("The file is neither UTF-8 nor GB18030 text: save it as .xlsx."))


def _read_csv(data: bytes) -> Sheet:
    try:
        text = decode(data)
    except UnicodeDecodeError:
        raise ValidationError(_("The file is neither UTF-8 nor GB18030 text: save it as .xlsx.")) from None
    if "\0" in text:
        raise ValidationError(_("This is not a sheet: upload .xlsx, .xls or .csv."))
    first = "\n".join(text.split("\n", HEAD_ROWS)[:HEAD_ROWS])
    delimiter = max(",\t;，", key=first.count)

    def rows() -> Iterator[list[Any]]:
        return iter(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))

    try:
        height = sum(1 for _row in rows())
    except csv.Error:
        raise ValidationError(_("The file cannot be read as CSV: save it as .xlsx.")) from None
    return _usable([Sheet("CSV", rows, height=height)])[0]
