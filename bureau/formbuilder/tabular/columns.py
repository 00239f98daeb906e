"""What an importer looks for in a sheet."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from bureau.formbuilder.tabular.cells import READERS

#: Kinds whose cells repeat, so that one reading serves many rows.
REPEATING = frozenset({"date", "money", "region", "choice", "int", "number"})


@dataclass(frozen=True)
class Column:
    """`aliases` are heads as offices write them, also with the merged head above (“经营者姓名”). `required`: where
    the sheet has the column, no cell may be empty; `essential`: the sheet must have it. `clean(value) -> value`
    checks or converts further and raises ValidationError; it must not depend on the row.

    `many` is a pattern: every head that it matches is of this column (the half-days of a class, however many), and
    the value is {head: cell}, an empty cell being None. `example` and `example_head` stand in the sample sheet."""

    key: str
    label: str | Promise
    kind: str = "text"
    aliases: tuple[str, ...] = ()
    required: bool = False
    essential: bool = False
    max_length: int = 200
    clean: Callable[[Any], Any] | None = None
    many: str = ""
    example: str = ""
    example_head: str = ""

    def __post_init__(self) -> None:
        if self.kind not in READERS:
            raise ValueError(f"Unknown kind of column: {self.kind}")
        re.compile(self.many)
