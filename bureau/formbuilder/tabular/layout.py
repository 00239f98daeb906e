"""Where the head of a sheet lies, what its columns are, and in which unit its amounts are written."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from bureau.formbuilder.tabular.cells import plain
from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.sheets import HEAD_ROWS, Sheet

UNITS = {"元": 1, "百元": 100, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}
_UNIT = re.compile(r"(?:单位|金额单位)\s*[:：]?\s*(?:人民币)?\s*(亿元|万元|千元|百元|元)")
_UNIT_IN_HEAD = re.compile(r"[(（\[【/,，:：]\s*(?:单位[:：]?)?\s*(亿元|万元|千元|百元|元)\s*[)）\]】]?\s*$")
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_DECORATION = re.compile(r"[\s*＊:：、/\\·._\-—]")


@dataclass(frozen=True)
class Head:
    """One column of the sheet: `group` is the merged head above it, if any."""

    index: int
    group: str
    leaf: str
    factor: int | None = None

    @property
    def label(self) -> str:
        return f"{self.group} / {self.leaf}" if self.group else self.leaf

    @property
    def whole(self) -> str:
        """Group and leaf as one name, ready for comparison."""
        return normal(self.group) + normal(self.leaf)


@dataclass(frozen=True)
class Layout:
    """`mapping` is column index → key; `first_row` the first row below the head, counted from 1; `above` what stands
    over the heads (a title, dates, a place), each text once."""

    sheet: Sheet
    heads: tuple[Head, ...]
    first_row: int
    factor: int
    mapping: dict[int, str] = field(default_factory=dict)
    above: tuple[str, ...] = ()

    @property
    def signature(self) -> str:
        """The same for every file of this layout, whatever its title, rows and order of sheets."""
        text = "\n".join(f"{head.index}\t{normal(head.group)}\t{normal(head.leaf)}" for head in self.heads)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def rows(self) -> int:
        """Rows below the heads, totals and signatures among them."""
        return max(self.sheet.height - self.first_row + 1, 0)

    def with_mapping(self, mapping: dict[int, str], factor: int | None = None) -> "Layout":
        return replace(self, mapping=mapping, factor=factor or self.factor)

    def head_of(self, key: str) -> Head | None:
        return next((head for head in self.heads if self.mapping.get(head.index) == key), None)

    def factor_of(self, index: int) -> int:
        """What an amount in this column is multiplied by to give yuan: its head says so, else the corner."""
        return next((head.factor for head in self.heads if head.index == index and head.factor), self.factor)

    def missing(self, columns: Iterable[Column]) -> list[Column]:
        found = set(self.mapping.values())
        return [column for column in columns if column.essential and column.key not in found]


def normal(label: str) -> str:
    """A head for comparison: without brackets, blanks, stars and colons."""
    return _DECORATION.sub("", _BRACKETS.sub("", unicodedata.normalize("NFKC", label))).upper()


def detect_layouts(sheets: Sequence[Sheet], columns: Sequence[Column]) -> list[Layout]:
    """One for each sheet that names at least two of `columns`, in the order of the book: the head that names the
    most. ValidationError when no sheet does."""
    known = Known.of(columns)
    found = [layout for sheet in sheets if (layout := _best(sheet, known)) and len(layout.mapping) >= min(2, len(columns))]
    if not found:
        names = "、".join(str(column.label) for column in columns if column.essential or column.required)
        raise ValidationError(_("No row of heads was found. The sheet should name: %(names)s.") % {"names": names})
    return found


def detect_layout(sheets: Sequence[Sheet], columns: Sequence[Column]) -> Layout:
    """The first of those that name the most; ValidationError when none names at least two."""
    return best_of(detect_layouts(sheets, columns))


def best_of(layouts: Sequence[Layout]) -> Layout:
    return max(layouts, key=lambda layout: len(layout.mapping))


def _best(sheet: Sheet, known: "Known") -> Layout | None:
    best: tuple[tuple[int, int], Layout] | None = None
    grid = _filled(sheet)
    for top in range(len(grid)):
        for depth in (1, 2, 3):
            if top + depth > len(grid):
                break
            layout = _layout_at(sheet, grid, top, depth, known)
            if layout and (best is None or (len(layout.mapping), depth) > best[0]):
                best = (len(layout.mapping), depth), layout
    return best[1] if best else None


@dataclass(frozen=True)
class Known:
    """What heads are called: `names` maps a normal head to its key; `patterns` take any number of heads."""

    names: dict[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...] = ()

    @classmethod
    def of(cls, columns: Sequence[Column]) -> "Known":
        names: dict[str, str] = {}
        for language, _name in settings.LANGUAGES:  # our own exports are headed in either language
            with translation.override(language):
                for column in columns:
                    for name in (str(column.label), *column.aliases):
                        names.setdefault(normal(name), column.key)
        return cls(names, tuple((re.compile(c.many), c.key) for c in columns if c.many))


def _filled(sheet: Sheet) -> list[list[str]]:
    """The first rows as text, each merged cell showing its value everywhere."""
    rows = [[plain(value) for value in row] for row in sheet.head()]
    width = max(map(len, rows), default=0)
    for row in rows:
        row.extend([""] * (width - len(row)))
    for span in sheet.spans:
        if span.top >= len(rows) or span.left >= width or span.right - span.left + 1 >= max(width - 1, 2):
            continue
        value = rows[span.top][span.left]
        for y in range(span.top, min(span.bottom + 1, len(rows), HEAD_ROWS)):
            for x in range(span.left, min(span.right + 1, width)):
                rows[y][x] = value
    return rows


def _layout_at(sheet: Sheet, grid: list[list[str]], top: int, depth: int, known: Known) -> Layout | None:
    heads = tuple(_heads(grid[top : top + depth]))
    if not heads or (depth > 1 and not _is_head(grid, top, depth)):
        return None
    mapping = match(heads, known)
    if not mapping:
        return None
    above = tuple(dict.fromkeys(text for row in grid[:top] for text in row if text))
    return Layout(sheet, heads, top + depth + 1, _corner_unit(grid[: top + depth]), mapping, above)


def _is_head(grid: list[list[str]], top: int, depth: int) -> bool:
    """A deeper row belongs to the head where the row above holds groups (merged, or gaps to their right) and
    names several things; titles name one or two, and below a full row of heads the data begin."""
    for upper, lower in pairwise(grid[top : top + depth]):
        named = [text for text in upper if text]
        grouped = len(set(named)) < len(named) or any(b and not a for a, b in zip(upper, lower, strict=True))
        if len(set(named)) < 3 or not grouped or any(re.search(r"\d{4}", text) for text in lower):
            return False
    return True


def _heads(rows: list[list[str]]) -> Iterable[Head]:
    carried = ""
    for index, parts in enumerate(zip(*rows, strict=True)):
        names = list(dict.fromkeys(part for part in parts if part))
        if len(rows) > 1:
            # Without merged ranges (CSV) a group stands over its first column only.
            carried = parts[0] or (carried if parts[-1] else "")
            names = list(dict.fromkeys([carried, *names])) if carried and parts[-1] else names
        if names:
            group, leaf = "".join(names[:-1]), names[-1]
            yield Head(index, group, leaf, _unit_of(leaf) or _unit_of(group))


def match(heads: Iterable[Head], known: Known) -> dict[int, str]:
    """Column index → key; a head under its group wins over the bare one, each key is taken once, unless it is a
    column of many heads."""
    mapping: dict[int, str] = {}
    for name in (lambda head: head.whole, lambda head: normal(head.leaf)):
        for head in heads:
            key = known.names.get(name(head))
            if key and head.index not in mapping and key not in mapping.values():
                mapping[head.index] = key
    for pattern, key in known.patterns:
        for head in heads:
            if head.index not in mapping and pattern.fullmatch(head.whole):
                mapping[head.index] = key
    return mapping


def _unit_of(label: str) -> int | None:
    found = _UNIT_IN_HEAD.search(label)
    return UNITS[found.group(1)] if found else None


def _corner_unit(rows: list[list[str]]) -> int:
    for row in reversed(rows):
        for value in row:
            if found := _UNIT.search(value):
                return UNITS[found.group(1)]
    return 1


def known_unit(value: Any) -> int:
    """A factor as stored or sent by a form; ValidationError for any other."""
    try:
        if int(value) in UNITS.values():
            return int(value)
    except (TypeError, ValueError):
        pass
    raise ValidationError(_("Choose a unit from the list."))
