"""The field for files in any form: files travel before the form, each by its own request; the form carries ids."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from bureau.accounts.models import User
from bureau.attachments.enums import State
from bureau.attachments.models import Attachment
from bureau.attachments.registry import PURPOSES


class AttachmentInput(forms.Widget):
    """Tiles of the files chosen so far, and a button that sends one more."""

    template_name = "attachments/input.html"
    needs_multipart_form = False
    purpose: str
    max_files: int

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [values] if isinstance(values, str) else list(values or [])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False  # no tile is left in the form once all are removed

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        rules = PURPOSES[self.purpose]
        ids = [found for found in (_as_id(item) for item in _as_list(value)) if found]
        by_id = Attachment.objects.filter(purpose=self.purpose).in_bulk(ids) if ids else {}
        context["widget"].update(
            tiles=[by_id[pk] for pk in ids if pk in by_id], purpose=self.purpose, rules=rules,
            several=self.max_files > 1, is_photo=rules.kinds == frozenset({"image"}),
        )
        return context


def _as_list(value: Any) -> list[Any]:
    if value in (None, ""):
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _as_id(value: Any) -> uuid.UUID | None:
    if isinstance(value, Attachment):
        return value.pk
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None


class AttachmentField(forms.Field):
    """Cleans to a list of Attachment: unclaimed ones of `user`, or ones that belong to `subject` already.

    Set `field.user` and `field.subject` in the form's `__init__`.
    """

    widget = AttachmentInput
    default_error_messages = {
        "required": _("Please add a file."),
        "unknown": _("This file cannot be used here. Please send it again."),
        "too_many": ngettext_lazy("At most %(count)s file.", "At most %(count)s files.", "count"),
    }

    def __init__(
        self, *, purpose: str, max_files: int = 1, user: User | None = None, subject: Model | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.purpose, self.max_files, self.user, self.subject = purpose, max_files, user, subject
        self.widget.purpose, self.widget.max_files = purpose, max_files

    def prepare_value(self, value: Any) -> Any:
        return _as_list(value)

    def clean(self, value: Any) -> list[Attachment]:
        given = _as_list(value)
        if not given:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        if len(given) > self.max_files:
            raise ValidationError(
                self.error_messages["too_many"], code="too_many", params={"count": self.max_files}
            )
        ids = [_as_id(item) for item in given]
        found = Attachment.objects.filter(self._usable(), purpose=self.purpose, state=State.CLEAN).in_bulk(
            [pk for pk in ids if pk]
        )
        if len(set(ids)) != len(ids) or any(pk not in found for pk in ids):
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return [found[pk] for pk in ids if pk]

    def _usable(self) -> Q:
        usable = Q(subject_type="", uploaded_by=self.user)
        if self.subject is not None and self.subject.pk is not None:
            usable |= Q(subject_type=self.subject._meta.label_lower, subject_id=str(self.subject.pk))
        return usable

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [_as_id(item) for item in _as_list(initial)] != [_as_id(item) for item in _as_list(data)]


