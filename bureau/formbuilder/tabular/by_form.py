"""Importers whose rows go one by one through a Django form: the checks of a page serve a list as they are.

For lists of up to `FormImporter.LIMIT` rows. What the forms look up is prepared once for the whole list, and what is
good is saved in bulk, so the number of queries does not grow with the rows.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import connection
from django.forms.models import BaseModelForm
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.models import User
from bureau.common.crypto import mask_account, mask_id
from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.importers import CHANGED, NEW, UNCHANGED, Importer, Outcome
from bureau.formbuilder.tabular.rows import Fault, Row, at_most

if TYPE_CHECKING:
    from bureau.formbuilder.tabular.models import ImportRun

#: Below so many queries nobody needs a warning: settings and calendars are read anew now and then.
FREE_QUERIES = 20
#: So many known objects are named beside a text that is none of them; each may go by so many texts.
MOST_NAMED, NAMES_EACH = 8, 3
MASKS: dict[str, Callable[[str], str]] = {"id_number": mask_id, "account": mask_account}


class RowQueriesWarning(RuntimeWarning):
    """The forms of an importer ask the database row by row."""


class Known(forms.Field):
    """An object by its text, out of `{text: object}` that was prepared for the whole list."""

    default_error_messages = {
        "unknown": gettext_lazy("“%(value)s” is not known here."),
        "not_one_of": gettext_lazy("“%(value)s” is not known here; known are: %(few)s."),
    }

    def __init__(self, objects: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.objects = objects

    def __deepcopy__(self, memo: dict) -> Known:
        objects, self.objects = self.objects, {}  # the list is shared by all rows
        try:
            copy = super().__deepcopy__(memo)
        finally:
            self.objects = objects
        copy.objects = objects
        return copy

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if (found := self.objects.get(str(value).strip())) is None:
            few = self.few()
            raise ValidationError(
                self.error_messages["not_one_of" if few else "unknown"], code="unknown", params={"value": value, "few": few}
            )
        return found

    def few(self) -> str:
        """What may stand here, where it is short enough to be said."""
        objects = dict.fromkeys(self.objects.values()) if len(self.objects) <= NAMES_EACH * MOST_NAMED else {}
        return _(", ").join(map(str, objects)) if len(objects) <= MOST_NAMED else ""


def known(form: forms.BaseForm, name: str, objects: Mapping[str, Any]) -> None:
    """Let the field `name` of a built form look into `objects` instead of asking the database."""
    old = form.fields[name]
    form.fields[name] = Known(objects, required=old.required, label=old.label, help_text=old.help_text)


class FormImporter(Importer):
    """Subclass it: name the columns, the form of a row, and how good rows are saved. Field names are column keys; an
    account column fills `<key>` and `<key>_bank`."""

    LIMIT: ClassVar[int] = 20_000
    form_class: ClassVar[type[forms.BaseForm]]

    # --- what a subclass says -----------------------------------------------------------------------

    def prepare(self, rows: list[Row], run: ImportRun) -> Any:
        """All look-ups of the list, in a few queries; the answer is the `context` of the other methods."""
        return None

    def form(self, row: dict[str, Any], run: ImportRun, context: Any) -> forms.BaseForm:
        """The bound form of one row; `row` is ready to be its data."""
        return self.form_class(row)

    def identity(self, form: Any, context: Any) -> Hashable | None:
        """What a good row is about: the same twice in one list is a fault of the later row. None: not compared."""
        return None

    def outcome(self, form: Any, context: Any) -> str:
        """NEW, CHANGED or UNCHANGED beside what stands; an unchanged row is not saved."""
        return NEW

    def names(self, form: Any) -> str:
        """Who or what the row is about, for the row report."""
        return str(next(iter(form.cleaned_data.values()), ""))

    def save(self, good: list[tuple[Row, Any]], *, run: ImportRun, by: User, context: Any) -> None:
        """Write the good rows, in bulk, within the caller's transaction."""
        raise NotImplementedError

    # --- the machine ------------------------------------------------------------------------------------

    def load(self, rows: Iterable[Row], *, run: ImportRun, by: User, write: bool, report: Any) -> Outcome:
        taken = list(at_most(rows, self.LIMIT))
        context = self.prepare(taken, run)
        judge = _Judge(self, run, context, self.columns(run))
        with _counted_queries(self.key, len(taken)):
            for done, row in enumerate(taken, start=1):
                judge.take(row)
                if not done % 500:
                    report.step(done, len(taken), _("Checking the rows"))
        if write and judge.to_write:
            self.save(judge.to_write, run=run, by=by, context=context)
        return judge.told


class _Judge:
    """Sends rows through their forms and keeps what comes out."""

    def __init__(self, importer: FormImporter, run: ImportRun, context: Any, columns: Sequence[Column]) -> None:
        self.importer, self.run, self.context = importer, run, context
        self.columns = {column.key: column for column in columns}
        self.first_rows: dict[Hashable, Row] = {}
        self.to_write: list[tuple[Row, Any]] = []
        self.lines: list[tuple[int, str, str, str]] = []
        self.told = Outcome(lines=self.lines)

    def take(self, row: Row) -> None:
        self.told.rows += 1
        form = self.importer.form(form_data(row.values), self.run, self.context)
        if isinstance(form, BaseModelForm):
            _without_queries(form)
        faults = [*row.faults]
        if not form.is_valid():
            faults += self._faults(row, form)
        elif not faults and (fault := self._said_before(row, form)):
            faults.append(fault)
        if faults:
            self.told.faults += faults
            return
        self._keep(row, form)

    def _keep(self, row: Row, form: Any) -> None:
        outcome = self.importer.outcome(form, self.context)
        counts = {NEW: "new", CHANGED: "changed", UNCHANGED: "unchanged"}
        setattr(self.told, counts[outcome], getattr(self.told, counts[outcome]) + 1)
        name = self.importer.names(form)
        what = ""
        if outcome == CHANGED:
            what = "、".join(self._head(row, key) for key in form.changed_data if key in self.columns)
        self.lines.append((row.number, f"{row.part.mark} {name}".strip(), outcome, what))
        if outcome != UNCHANGED:
            self.to_write.append((row, form))

    def _faults(self, row: Row, form: forms.BaseForm) -> Iterator[Fault]:
        """Each cell is told once: what it cannot be read as, else what the form says. What the form says of the
        row as a whole counts only where all its cells could be read."""
        told = {fault.column for fault in row.faults}
        for field, errors in form.errors.as_data().items():
            messages = " ".join(message for error in errors for message in error.messages)
            if field == NON_FIELD_ERRORS:
                if not row.faults:
                    yield Fault(row.number, "", "", messages, row.part.mark)
            elif (head := self._head(row, field, form)) not in told:
                yield Fault(row.number, head, self._shown(field, form), messages, row.part.mark)

    def _said_before(self, row: Row, form: Any) -> Fault | None:
        key = self.importer.identity(form, self.context)
        if key is None:
            return None
        first = self.first_rows.setdefault(key, row)
        if first is row:
            return None
        where = f"{first.part.mark} {first.number}".strip()
        return Fault(row.number, "", self.importer.names(form)[:80],
                     _("This stands in row %(row)s already.") % {"row": where}, row.part.mark)

    def _head(self, row: Row, field: str, form: forms.BaseForm | None = None) -> str:
        key = field if field in self.columns else field.removesuffix("_bank")
        if key in self.columns:
            return row.part.heads.get(key) or str(self.columns[key].label)
        return str(form[field].label) if form is not None and field in form.fields else field

    def _shown(self, field: str, form: forms.BaseForm) -> str:
        """What stands in the cell, numbers of people and accounts masked: the row tells which it is."""
        text = str(form.data.get(field) or "")
        column = self.columns.get(field)
        return MASKS[column.kind](text) if text and column and column.kind in MASKS else text[:80]


def form_data(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of cells as somebody would type them into the form: dates in ISO, amounts plain, nothing as ""."""
    data: dict[str, Any] = {}
    for key, value in values.items():
        if value.__class__ is tuple:  # an account, with its bank
            data[f"{key}_bank"], data[key] = value
        else:
            data[key] = _typed(value)
    return data


def _typed(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, int) else value


def _without_queries(form: Any) -> None:
    """A model form would ask the database for uniqueness, check constraints and related rows, row by row. What is
    unique is the importer's to say (`identity`, `outcome`); related rows were looked up; constraints are the
    database's, at the end."""
    related = {f.name for f in form.instance._meta.concrete_fields if f.is_relation and isinstance(
        form.fields.get(f.name), Known)}
    excluded = form._get_validation_exclusions
    form._get_validation_exclusions = lambda: excluded() | related
    form.validate_unique = lambda: None
    form.instance.validate_constraints = lambda exclude=None: None


@contextmanager
def _counted_queries(key: str, rows: int) -> Iterator[None]:
    """Warn where judging the rows costs a query for each: a list of thousands would take minutes."""
    asked = 0

    def count(execute: Callable, *args: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*args)

    with connection.execute_wrapper(count):
        yield
    if asked > FREE_QUERIES and asked >= rows // 2:
        warnings.warn(
            f"Importer {key}: {asked} queries for {rows} rows; prepare the look-ups once.", RowQueriesWarning, stacklevel=3
        )
