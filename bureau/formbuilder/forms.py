"""The Django form that a spec becomes: conditions, drafts, locked fields, repeated rows."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bureau.common import crypto
from bureau.formbuilder import conditions, fields
from bureau.formbuilder.case import Case
from bureau.formbuilder.enums import Kind
from bureau.formbuilder.spec import MAX_ROWS, FieldSpec

#: Under this key a draft keeps what was typed but cannot be read yet.
RAW = "_raw"
RAW_LIMIT = 2000


class SpecForm(forms.Form):
    """One level of fields. `answers()` gives the JSON to store; hidden fields are never required, and their
    answers are dropped on submit but kept in a draft, so that switching forth and back loses nothing."""

    crispy_field_template = None  # crispy asks for both where a form has not gone through its tag
    rendered_fields: set[str]
    helper: FormHelper  # set by engine.build

    def __init__(
        self,
        items: Sequence[FieldSpec],
        *,
        data: Mapping | None = None,
        answers: Mapping | None = None,
        draft: bool = False,
        only: set[str] | None = None,
        case: Case | None = None,
        prefix: str | None = None,
    ):
        self.items, self.draft, self.case = list(items), draft, case
        self.rendered_fields = set()
        self.stored = dict(answers or {})
        plain = [item for item in self.items if item.kind != Kind.GROUP]
        initial = {item.key: self._initial(item) for item in plain}
        super().__init__(data=data, initial=initial, prefix=prefix, use_required_attribute=False)
        self.fields = {item.key: fields.make(item) for item in plain}
        self.asked = {item.key for item in self.items if item.required}
        locked = self._locked(only)
        for key, field in self.fields.items():
            field.widget.purpose = case.purpose if case else ""
            if key in locked:
                field.disabled, field.required = True, False
            if draft:
                field.required = False
        self.locked = locked
        self.rows = {
            item.key: Rows(item, data=None if item.key in locked else data, answers=self.stored.get(item.key),
                           draft=draft, case=case, locked=item.key in locked)
            for item in self.items if item.kind == Kind.GROUP
        }
        self._load_attachments()

    def _initial(self, item: FieldSpec) -> Any:
        """What was typed but could not be read, else the stored answer."""
        raw = self.stored.get(RAW) or {}
        if item.key in raw:
            return crypto.decrypt(raw[item.key]) if item.kind == Kind.ID_NUMBER else raw[item.key]
        return fields.to_initial(item, self.stored.get(item.key))

    def _locked(self, only: set[str] | None) -> set[str]:
        """All but the unlocked; a field that only now comes into view is open, or nobody could answer it."""
        if only is None:
            return set()
        seen = conditions.shown(self.items, self.stored)
        return {item.key for item in self.items if item.key not in only and item.key in seen}

    # --- files --------------------------------------------------------------------------------------

    def _file_fields(self) -> list[str]:
        return [item.key for item in self.items if fields.is_file(item)]

    def _load_attachments(self) -> None:
        """One query for all files of this level; the widgets draw their tiles from it."""
        keys = self._file_fields()
        if not keys:
            return
        wanted = [part for key in keys for part in self._raw_value(key) or ()]
        found = self.case.files(wanted) if self.case else {}
        for key in keys:
            self.fields[key].widget.attachments = found

    def _raw_value(self, key: str) -> Any:
        field = self.fields[key]
        if not self.is_bound or field.disabled:
            return self.initial.get(key)
        return field.widget.value_from_datadict(self.data, self.files, self.add_prefix(key))

    # --- validation ---------------------------------------------------------------------------------

    def full_clean(self) -> None:
        self.visible = self._visible()
        for key, field in self.fields.items():
            if key not in self.visible:
                field.required = False  # decided before `required` is asked
        super().full_clean()
        if not self.is_bound or self.draft:
            return
        for key in set(self.fields) - self.visible:
            self.errors.pop(key, None)
            self.cleaned_data.pop(key, None)

    def clean(self) -> dict[str, Any]:
        for key in self._file_fields():
            own = self.fields[key].widget.attachments
            if any(part not in own for part in self.cleaned_data.get(key) or ()):
                self.add_error(key, _("This file does not belong to this form. Please upload it again."))
        return self.cleaned_data

    def is_valid(self) -> bool:
        own = super().is_valid()
        groups = [rows.is_valid() for key, rows in self.rows.items() if key in self.visible or self.draft]
        return own and all(groups)

    def shown(self) -> set[str]:
        """The keys that are asked, whether or not anything was posted."""
        if self.is_bound:
            self.errors  # noqa: B018  validation decides what is visible
            return self.visible
        return self._visible()

    def _visible(self) -> set[str]:
        """Which fields are asked, from what is typed now."""
        answers = dict(self.stored)
        if self.is_bound:
            for item in self.items:
                if item.key in self.fields and item.kind in conditions.CONDITION_TYPES:
                    answers[item.key] = self._typed(item)
        return conditions.shown(self.items, answers)

    def _typed(self, item: FieldSpec) -> Any:
        field = self.fields[item.key]
        required, field.required = field.required, False
        try:
            return fields.to_json(item, field.clean(self._raw_value(item.key)))
        except ValidationError:
            return None
        finally:
            field.required = required

    # --- results ------------------------------------------------------------------------------------

    def answers(self) -> dict[str, Any]:
        """What to store (call after is_valid()). A draft holds the valid answers, and what is not valid yet
        as typed under "_raw"."""
        found: dict[str, Any] = {}
        for item in self.items:
            if item.kind == Kind.GROUP:
                value = self.rows[item.key].answers() if self.draft or item.key in self.visible else None
            elif item.key in self.locked:
                value = self.stored.get(item.key)
            else:
                value = fields.to_json(item, self.cleaned_data.get(item.key))
            if value not in (None, []):
                found[item.key] = value
        if self.draft and (raw := self._unreadable()):
            found[RAW] = raw
        return found

    def _unreadable(self) -> dict[str, str]:
        """Half an identity number is as private as a whole one, so it is encrypted too."""
        found: dict[str, str] = {}
        for item in self.items:
            if item.key in self.fields and item.key in self.errors:
                value = self._raw_value(item.key)
                if isinstance(value, str):
                    text = _storable(value)[:RAW_LIMIT]
                    found[item.key] = crypto.encrypt(text) if item.kind == Kind.ID_NUMBER else text
        return found

    def all_errors(self) -> dict[str, list[str]]:
        """HTML name → messages, rows included."""
        found = {self.add_prefix(key): [str(text) for text in errors] for key, errors in self.errors.items()}
        for rows in self.rows.values():
            found |= rows.all_errors()
        return found


class Rows:
    """The rows of a repeated group, posted as `<key>-TOTAL` and `<key>-<n>-<field>`. Blank rows don't count."""

    def __init__(self, item: FieldSpec, *, data: Mapping | None, answers: Any, draft: bool, case: Case | None,
                 locked: bool):
        self.item, self.data, self.draft, self.case, self.locked = item, data, draft, case, locked
        self.low = int(item.min or (1 if item.required else 0))
        self.high = min(int(item.max or MAX_ROWS), MAX_ROWS)
        self.stored = [row for row in answers or () if isinstance(row, dict)]
        self.errors: list[str] = []
        self.forms = self._bound(data) if data is not None else self._unbound()

    @property
    def total_name(self) -> str:
        return f"{self.item.key}-TOTAL"

    def _form(self, prefix: str, data: Mapping | None = None, answers: Mapping | None = None) -> "RowForm":
        return RowForm(self.item.fields, data=data, answers=answers, draft=self.draft, case=self.case, prefix=prefix,
                       only=set() if self.locked else None)

    def _unbound(self) -> list["RowForm"]:
        rows = self.stored or [{}] * max(self.low, 1)
        return [self._form(f"{self.item.key}-{n}", answers=row) for n, row in enumerate(rows)]

    def _bound(self, data: Mapping) -> list["RowForm"]:
        total = data.get(self.total_name, "0")
        # Never as many as a stranger says: one above the limit is enough to refuse.
        self.total = min(int(total), self.high + 1) if total.isascii() and total.isdigit() and len(total) < 9 else 0
        forms_ = [self._form(f"{self.item.key}-{n}", data=data) for n in range(self.total)]
        return [form for form in forms_ if not form.is_blank()]

    @property
    def empty_form(self) -> "RowForm":
        return self._form(f"{self.item.key}-__n__")

    def is_valid(self) -> bool:
        if self.locked or self.data is None:
            return True
        if len(self.forms) > self.high:
            self.errors.append(_("At most %(count)s rows.") % {"count": self.high})
        if not self.draft and len(self.forms) < self.low:
            self.errors.append(_("Please fill in at least %(count)s rows.") % {"count": self.low})
        valid = [form.is_valid() for form in self.forms]  # every one: a row after a wrong one is kept as well
        return all(valid) and not self.errors

    def answers(self) -> list[dict]:
        if self.locked:
            return self.stored
        return [form.answers() | {"row": form.row_id()} for form in self.forms[: self.high]]

    def all_errors(self) -> dict[str, list[str]]:
        found = {self.item.key: self.errors} if self.errors else {}
        for form in self.forms:
            found |= form.all_errors()
        return found


class RowForm(SpecForm):
    """A row keeps its uuid for life, so that a remark can point at it."""

    def row_id(self) -> str:
        given = self.data.get(self.add_prefix("row")) if self.is_bound else self.stored.get("row")
        try:
            return str(uuid.UUID(given))
        except (ValueError, AttributeError, TypeError):
            return str(uuid.uuid4())

    def is_blank(self) -> bool:
        return not any(_filled(self._raw_value(key)) for key in self.fields)


def _filled(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_filled, value))
    return bool(value.strip() if isinstance(value, str) else value)


def _storable(value: str) -> str:
    """What JSON in PostgreSQL takes: no NUL, no half characters."""
    return value.replace("\x00", "").encode("utf-8", "ignore").decode()
