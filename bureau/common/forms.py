"""Form fields that refuse what would harm a later page, with a message people can act on.

Use them in every form; `CleanModelForm` and `form_class_for` put them in place of Django's own.
"""

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.fields import InvalidJSONInput
from django.forms.models import ModelFormMetaclass
from django.utils.translation import gettext_lazy as _

from bureau.common import identity
from bureau.common.constraints import FIRST_YEAR, LAST_YEAR
from bureau.common.text import ascii_digits, clean_text

LARGEST_INTEGER = 2_147_483_647


class CleanCharField(forms.CharField):
    """One line of text; `lines=True` (or a Textarea) allows line breaks."""

    def __init__(self, *args: Any, lines: bool | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.lines = isinstance(self.widget, forms.Textarea) if lines is None else lines

    def to_python(self, value):
        if value in self.empty_values:
            return self.empty_value
        text = clean_text(value, lines=self.lines)
        return text or self.empty_value


class CleanTextField(CleanCharField):
    widget = forms.Textarea

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("lines", True)
        super().__init__(*args, **kwargs)


class CodeField(CleanCharField):
    """Text that one function normalizes or refuses."""

    def normalize(self, text: str) -> str:
        raise NotImplementedError

    def to_python(self, value):
        text = super().to_python(value)
        return self.normalize(text) if text not in self.empty_values else text


class UsccField(CodeField):
    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("max_length", 64)
        super().__init__(*args, **kwargs)

    def normalize(self, text):
        return identity.check_uscc(text)


class IdNumberField(CodeField):
    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("max_length", 64)
        super().__init__(*args, **kwargs)

    def normalize(self, text):
        return identity.check_id_number(text)

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "autocomplete": "off", "inputmode": "text"}


class AccountField(CodeField):
    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("max_length", 64)
        super().__init__(*args, **kwargs)

    def normalize(self, text):
        return identity.check_account(text)

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "autocomplete": "off", "inputmode": "numeric"}


class PhoneField(CodeField):
    """A mainland mobile number; `any_kind=True` takes landlines and numbers abroad too."""

    widget = forms.TextInput(attrs={"type": "tel"})

    def __init__(self, *args: Any, any_kind: bool = False, **kwargs: Any):
        kwargs.setdefault("max_length", 40)
        super().__init__(*args, **kwargs)
        self.any_kind = any_kind

    def normalize(self, text):
        return identity.normalize_any_phone(text) if self.any_kind else identity.normalize_phone(text)


class StrictNumber:
    """Plain digits only: no 1_0, 1E3, NaN or signs in front."""

    pattern: str
    wrong: Any

    def read(self, value: object) -> str:
        text = ascii_digits(clean_text(value))
        if not re.fullmatch(self.pattern, text) or re.fullmatch(r"-0+(\.0+)?", text):
            raise ValidationError(self.wrong, code="invalid")
        return text


class StrictIntegerField(StrictNumber, forms.IntegerField):
    pattern = r"-?[0-9]{1,30}"
    wrong = _("Please enter a whole number with digits only, for example 12.")

    def __init__(self, *, max_value=LARGEST_INTEGER, min_value=0, **kwargs: Any):
        super().__init__(max_value=max_value, min_value=min_value, **kwargs)

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, int):
            return None if value in self.empty_values else value
        return int(self.read(value)) if clean_text(value) else None


class StrictDecimalField(StrictNumber, forms.DecimalField):
    """Thousands may be set apart as the portal's own pages show them, all of them or none: 1,50 says nothing clear.

    Not type=number: browsers drop what they cannot read there, and nothing typed may be lost."""

    widget = forms.TextInput
    pattern = r"-?([0-9]{1,30}|[1-9][0-9]{0,2}([,，][0-9]{3}){1,9})(\.[0-9]{1,12})?"
    wrong = _("Please enter a number in digits, for example 1200.50 or 150,000.")
    in_words = _("Please write the figure out in yuan, for example 150000.")

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, Decimal):
            return None if value in self.empty_values else value
        return Decimal(re.sub("[,，]", "", self.read(value))) if clean_text(value) else None

    def read(self, value):
        if re.search("[万萬亿億]", str(value)):
            raise ValidationError(self.in_words, code="invalid")
        return super().read(value)

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}


class PortalDateField(forms.DateField):
    """2021-05-15, 2021/5/15, 2021.5.15 or 2021年5月15日, from 2000 to 2100."""

    pattern = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)")
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "min": "2000-01-01", "max": "2100-12-31"})
    wrong = _("Please enter a date like 2021-05-15.")

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return super().to_python(value)
        text = ascii_digits(clean_text(value))
        if not text:
            return None
        found = self.pattern.fullmatch(text)
        try:
            day = date(*(int(part) for part in found.groups() if part)) if found else None
        except ValueError:
            day = None
        if day is None:
            raise ValidationError(self.wrong, code="invalid")
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(_("Dates must lie between 2000 and 2100."), code="range")
        return day


class PortalDateTimeField(forms.DateTimeField):
    """As Django's, from 2000 to 2100."""

    def to_python(self, value):
        if isinstance(value, str):
            value = ascii_digits(clean_text(value))
        moment = super().to_python(value)
        if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValidationError(_("Dates must lie between 2000 and 2100."), code="range")
        return moment


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON.")


class CleanJSONField(forms.JSONField):
    """Refuses what PostgreSQL or a later page cannot take: NaN, NUL, half characters, thousands of brackets."""

    def __init__(self, *args: Any, **kwargs: Any):
        self.longest: int = kwargs.pop("longest", 20_000)
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        if isinstance(value, str):
            clean_text(value, lines=True)
            try:
                if len(value) > self.longest:
                    raise ValueError("too long")
                clean_text(json.dumps(json.loads(value, parse_constant=_no_constant), ensure_ascii=False), lines=True)
            except (ValueError, RecursionError) as error:
                if value.strip():
                    raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        return super().to_python(value)

    def bound_data(self, data, initial):
        """What was typed comes back as it was, also where reading it would fail."""
        try:
            value = super().bound_data(data, initial)
            clean_text(json.dumps(value, ensure_ascii=False), lines=True)
        except (ValueError, RecursionError, ValidationError):
            return InvalidJSONInput(data)
        return value


CLEAN_FIELDS: dict[type[models.Field], type[forms.Field]] = {
    models.CharField: CleanCharField,
    models.TextField: CleanTextField,
    models.DateField: PortalDateField,
    models.DateTimeField: PortalDateTimeField,
    models.DecimalField: StrictDecimalField,
    models.IntegerField: StrictIntegerField,
    models.SmallIntegerField: StrictIntegerField,
    models.PositiveIntegerField: StrictIntegerField,
    models.PositiveSmallIntegerField: StrictIntegerField,
    models.BigIntegerField: StrictIntegerField,
    models.JSONField: CleanJSONField,
    models.PositiveBigIntegerField: StrictIntegerField,
}


def form_class_for(db_field: models.Field) -> type[forms.Field] | None:
    """Our form field for a model field of Django's own; None where a class brings its own field."""
    return None if db_field.choices else CLEAN_FIELDS.get(type(db_field))


def clean_formfield(db_field: models.Field, **kwargs: Any) -> forms.Field | None:
    """A `formfield_callback` that puts the portal's fields in place of Django's."""
    if form_class := form_class_for(db_field):
        kwargs.setdefault("form_class", form_class)
    return db_field.formfield(**kwargs)


class CleanModelFormMeta(ModelFormMetaclass):
    def __new__(mcs, name, bases, attrs, **kwargs):
        meta = attrs.get("Meta")
        if meta is not None and getattr(meta, "formfield_callback", None) is None:
            meta.formfield_callback = staticmethod(clean_formfield)
        return super().__new__(mcs, name, bases, attrs, **kwargs)


class CleanModelForm(forms.ModelForm, metaclass=CleanModelFormMeta):
    """A ModelForm whose text, number and date fields are the portal's."""
