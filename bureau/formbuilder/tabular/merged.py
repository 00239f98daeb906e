"""Cells merged downwards below the heads: a county that stands once beside all its shops is the county of each."""

from typing import Any

from django.utils.translation import gettext as _

from bureau.formbuilder.tabular.cells import CellFault, plain
from bureau.formbuilder.tabular.layout import Layout
from bureau.formbuilder.tabular.sheets import Span

#: Rows kept in mind for the values of merged cells; a file beyond that is read as if they were not merged.
LIMIT = 200_000


class Merged:
    """False where nothing is merged below the heads, as in nearly all files."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._spans: dict[tuple[int, int], Span] = {}
        for span in layout.sheet.spans:
            if span.top + 1 < layout.first_row or span.left != span.right or span.left not in layout.mapping:
                continue
            if len(self._spans) + span.bottom - span.top > LIMIT:
                break
            for row in range(span.top + 1, span.bottom + 1):
                self._spans[row + 1, span.left] = span
        self._firsts: dict[tuple[int, int], Any] = self._read_firsts() if self._spans else {}

    def __bool__(self) -> bool:
        return bool(self._spans)

    def value(self, row: int, index: int, counts: bool) -> Any:
        """What the merged cell over this one says, or None. CellFault for what is added up: it would be counted in
        every row."""
        span = self._spans.get((row, index))
        if span is None:
            return None
        found = self._firsts.get((span.top, index))
        if counts and plain(found):
            raise CellFault(
                _("This cell is merged with row %(row)s: split it, and write what belongs to each row.")
                % {"row": span.top + 1}
            )
        return found

    def _read_firsts(self) -> dict[tuple[int, int], Any]:
        wanted: dict[int, set[int]] = {}
        for span in self._spans.values():
            wanted.setdefault(span.top, set()).add(span.left)
        return {
            (top, index): cells[index]
            for top, cells in enumerate(self.layout.sheet.open())
            for index in wanted.get(top, ())
            if index < len(cells)
        }
