"""Rows below the head: read cell by cell, without totals, signatures and repeated heads."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bureau.formbuilder.tabular.cells import READERS, CellFault, money, plain
from bureau.formbuilder.tabular.columns import REPEATING, Column
from bureau.formbuilder.tabular.layout import Layout
from bureau.formbuilder.tabular.merged import Merged

_TOTAL = re.compile(r"^(?:本页|本表)?(?:小\s*计|合\s*计|总\s*计|共\s*计|累\s*计|总\s*合\s*计)\s*(?:$|[(（:：0-9一二三四五六七八九十])")
_SIGNATURE = re.compile(
    r"^(?:填\s*表|制\s*表|填报|审核|复核|审批|负责|经办|分管|单位负责|主要负责|统计|联系|领导|财务)"
    r"(?:人|日期|单位|领导|时间|电话|负责人|签字)?(?:签字|[(（]\s*签[字章]\s*[)）]|[(（]\s*盖?章\s*[)）])?\s*[:：]"
)
#: Kinds of cells that are added up.
COUNTED = frozenset({"money", "number", "int"})
#: The first cell of the example in a sample sheet, which is never a row.
EXAMPLE = "示例"
_NOTE = re.compile(r"^(?:备注|注|说明|填表说明)\s*\d?\s*[:：]")


class Fault(NamedTuple):
    """`row` as the spreadsheet counts it, from 1; `column` is the head as it stands in the sheet; `part` the sheet,
    where several are read (`Part.mark`)."""

    row: int
    column: str
    value: str
    reason: str
    part: str = ""


class Part(NamedTuple):
    """The sheet of a row: its name, the texts above its heads, {key: head}, and its name again where several sheets
    are read, for faults and reports."""

    name: str = ""
    above: tuple[str, ...] = ()
    heads: dict[str, str] = {}  # noqa: RUF012 - never changed
    mark: str = ""


class Row(NamedTuple):
    number: int
    values: dict[str, Any]
    faults: list[Fault]
    part: Part = Part()


class _Reader(NamedTuple):
    """A tuple, because it is taken apart for each cell. `column`: from 0."""

    column: int
    key: str
    required: bool
    label: str
    read: Callable[[Any], Any]
    #: The head as a key of its own, for a column of many heads.
    entry: str = ""
    #: What stands there is added up, so that it must never be read twice.
    counts: bool = False
    #: Readings of a column whose cells repeat.
    known: "_Known | None" = None


def empty_cell() -> str:
    """Also said of a formula that was saved without its result, or with an error: both are read as nothing."""
    return _("This cell must not be empty: fill it in; a formula must show a result.")


def at_most(rows: Iterable[Row], limit: int) -> Iterator[Row]:
    """The rows; ValidationError at the one too many, and then nothing of the list is taken."""
    for count, row in enumerate(rows, start=1):
        if count > limit:
            raise ValidationError(
                _("The list has more than %(limit)s rows: split it into several files.") % {"limit": f"{limit:,}"}
            )
        yield row


def parse_rows(layout: Layout, columns: Sequence[Column], *, mark: str = "") -> Iterator[Row]:
    """Every row that carries data; a row with faults comes with what could be read of it. `mark` names the sheet in
    faults, where several are read."""
    readers = _readers(layout, columns)
    part = Part(layout.sheet.name, layout.above, {reader.key: reader.label for reader in reversed(readers)}, mark)
    marks = [(head.index, head.leaf) for head in layout.heads if head.index in layout.mapping][:2]
    merged = Merged(layout)
    is_merged = bool(merged)
    for number, cells in enumerate(layout.sheet.open(), start=1):
        if number < layout.first_row or _is_furniture(cells, len(layout.heads), marks):
            continue
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        width = len(cells)
        for index, key, required, label, read, entry, counts, known in readers:
            raw = cells[index] if index < width else None
            try:
                if is_merged and raw in (None, ""):
                    raw = merged.value(number, index, counts)
                if raw == "":
                    value = None
                elif known is not None and (raw.__class__ is str or raw.__class__ is float):
                    value = known[raw]
                else:
                    value = read(raw)
            except CellFault as fault:
                faults.append(Fault(number, label, plain(raw)[:80], str(fault), mark))
                value = None
            else:
                if value is None and required:
                    faults.append(Fault(number, label, "", empty_cell(), mark))
            if entry:
                values.setdefault(key, {})[entry] = value
            else:
                values[key] = value
        yield Row(number, values, faults, part)


def _readers(layout: Layout, columns: Sequence[Column]) -> list[_Reader]:
    by_key = {column.key: column for column in columns}
    heads = {head.index: head for head in layout.heads}
    found = []
    for index, key in sorted(layout.mapping.items()):
        column = by_key[key]
        read = _cell_reader(column, layout.factor_of(index))
        head = heads.get(index)
        label = (head.whole if column.many else head.leaf) if head else str(column.label)
        entry = label if column.many else ""
        known = _Known(read) if column.kind in REPEATING else None
        found.append(_Reader(index, key, column.required, label, read, entry, column.kind in COUNTED, known))
    return found


def _cell_reader(column: Column, factor: int) -> Callable[[Any], Any]:
    base = partial(money, factor=factor) if column.kind == "money" else READERS[column.kind]
    clean, limit = column.clean, column.max_length
    if clean is None and column.kind not in ("text", "choice", "region"):
        return base

    def read(raw: Any) -> Any:
        value = base(raw)
        if value is None:
            return None
        if value.__class__ is str and len(value) > limit:
            raise CellFault(_("The text is longer than %(limit)s characters.") % {"limit": limit})
        if clean is None:
            return value
        try:
            return clean(value)
        except ValidationError as error:
            raise CellFault(" ".join(error.messages)) from None

    return read


class _Known(dict[str | float, Any]):
    """Cells of one column repeat (dates, counties, amounts): each spelling is read once; faults repeat too seldom. Only
    texts and floats, as files give them: true and 1 would be the same key."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        self.read = read

    def __missing__(self, raw: str | float) -> Any:
        value = self.read(raw)
        if len(self) < 100_000:
            self[raw] = value
        return value


def _is_furniture(cells: Sequence[Any], width: int, marks: Sequence[tuple[int, str]]) -> bool:
    """Empty rows, subtotals, totals, signature lines, notes, and heads repeated on each printed page. `marks` are
    two columns with their heads: a single one might be a shop that is called so."""
    for index, head in marks:
        if index >= len(cells) or cells[index] != head:
            break
    else:
        return True
    if cells and cells[0] == EXAMPLE:
        return True
    if len(cells) - cells.count("") - cells.count(None) > max(width // 2, 3):
        return False
    first = next((text for text in map(plain, cells) if text), "")
    return not first or bool(_TOTAL.match(first) or _SIGNATURE.match(first) or _NOTE.match(first))
