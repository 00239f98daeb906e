"""What can be imported. Each app declares its importers in `imports`; the pages, jobs and reports are shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.rows import Fault, Row

if TYPE_CHECKING:
    from bureau.formbuilder.tabular.models import ImportRun

NEW, CHANGED, UNCHANGED, WRONG = "new", "changed", "unchanged", "wrong"


@dataclass
class Outcome:
    """`lines` is (sheet row, what it names, new|changed|unchanged, columns that change) for the row report; the
    faulty rows are told by `faults`. `rows` counts good and faulty rows."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    lines: Iterable[tuple[int, str, str, str]] = ()

    @property
    def wrong(self) -> int:
        return len({(fault.part, fault.row) for fault in self.faults})

    @property
    def good(self) -> int:
        return self.new + self.changed + self.unchanged


class Importer:
    """Subclass, name the columns, and write `load`."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    permission: ClassVar[Permission]
    #: What such a list is, in a sentence, for those who choose.
    note: ClassVar[str | Promise] = ""
    #: A form whose cleaned data (JSON-able) becomes `run.options`, e.g. the scheme that a list belongs to.
    options_form: ClassVar[type[forms.Form] | None] = None
    #: All sheets of the book that fit are read; otherwise one, and people are asked which where several fit.
    takes_sheets: ClassVar[bool] = False

    def options(self, *, user: User, asked: Mapping[str, str], data: Any = None) -> forms.Form | None:
        """That form for `user`; `asked` are the words of the address, so that a page can say what its list is for."""
        return self.options_form(data, initial=dict(asked)) if self.options_form else None

    def columns(self, run: ImportRun) -> Sequence[Column]:
        """What the list may hold. Also asked for an unsaved run without options, for the sample sheet."""
        raise NotImplementedError

    def load(self, rows: Iterable[Row], *, run: ImportRun, by: User, write: bool, report: Any) -> Outcome:
        """Check the rows against the database and, with `write`, save the good ones; within the caller's
        transaction, set-based. Without `write` nothing may change."""
        raise NotImplementedError

    def done_url(self, run: ImportRun) -> str:
        """Where to look at what was imported."""
        return ""


_IMPORTERS: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    if importer.key in _IMPORTERS:
        raise ValueError(f"importer {importer.key} is registered twice")
    _IMPORTERS[importer.key] = importer


def get(key: str) -> Importer:
    """KeyError for an unknown key."""
    _discover()
    return _IMPORTERS[key]


def for_user(user: User) -> list[Importer]:
    _discover()
    return [importer for importer in _IMPORTERS.values() if user.can(importer.permission)]


@cache
def _discover() -> None:
    autodiscover_modules("imports")
