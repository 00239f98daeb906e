"""One table of kinds: the form field that asks, the JSON that is stored, the text that is shown.

Stored answers: text, choice, region code, ISO date, decimals and money as strings; int as int; bool as bool;
several choices and files as lists of strings; groups as lists of {"row": uuid, key: answer}; identity numbers
encrypted.
"""

import datetime
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.html import conditional_escape
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from bureau.common import clock, crypto
from bureau.common import forms as clean
from bureau.common.i18n import is_chinese, localized
from bureau.formbuilder import widgets
from bureau.formbuilder.enums import FILES, Kind
from bureau.formbuilder.spec import FieldSpec
from bureau.regions.models import Region

TEXT_LIMIT = 200
LONGTEXT_LIMIT = 2000
MONEY_MAX = Decimal("9999999999999999.99")


def make(item: FieldSpec) -> forms.Field:
    """The form field of a spec; labels in the current language. Django and crispy take the help of a field for HTML."""
    common = {"label": item.label, "help_text": conditional_escape(item.text("help")), "required": item.required}
    return MAKERS[Kind(item.kind)](item, common)


def _text(item: FieldSpec, common: dict) -> forms.Field:
    return clean.CleanCharField(max_length=item.max_length or TEXT_LIMIT, **common)


def _longtext(item: FieldSpec, common: dict) -> forms.Field:
    return clean.CleanTextField(
        max_length=item.max_length or LONGTEXT_LIMIT, widget=forms.Textarea({"rows": 4}), **common
    )


def _int(item: FieldSpec, common: dict) -> forms.Field:
    low = 0 if item.min is None else int(item.min)
    high = clean.LARGEST_INTEGER if item.max is None else int(item.max)
    digits = forms.TextInput({"inputmode": "numeric", "autocomplete": "off"})  # not type=number, as with decimals
    return clean.StrictIntegerField(min_value=low, max_value=high, widget=digits, **common)


def _decimal(item: FieldSpec, common: dict) -> forms.Field:
    low, high = (None if bound is None else Decimal(str(bound)) for bound in (item.min, item.max))
    return clean.StrictDecimalField(max_digits=18, decimal_places=2, min_value=low, max_value=high, **common)


def _money(item: FieldSpec, common: dict) -> forms.Field:
    low = Decimal(0) if item.min is None else Decimal(str(item.min))
    high = MONEY_MAX if item.max is None else Decimal(str(item.max))
    return clean.StrictDecimalField(max_digits=18, decimal_places=2, min_value=low, max_value=high, **common)


def _date(item: FieldSpec, common: dict) -> forms.Field:
    """`min` and `max` are ISO dates, or "today" for the business day on which the form is filled in."""
    low, high = (clock.today() if bound == "today" else bound and datetime.date.fromisoformat(str(bound))
                 for bound in (item.min, item.max))
    bounds = ([MinValueValidator(low, _("Not before %(limit_value)s."))] if low else []) + (
        [MaxValueValidator(high, _("Not after %(limit_value)s."))] if high else [])
    return clean.PortalDateField(validators=bounds, **common)


def _choice(item: FieldSpec, common: dict) -> forms.Field:
    choices = [(choice.value, item.choice_label(choice.value)) for choice in item.choices]
    if len(choices) <= 6:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    return forms.ChoiceField(choices=[("", _("Please choose")), *choices], **common)


def _multichoice(item: FieldSpec, common: dict) -> forms.Field:
    choices = [(choice.value, item.choice_label(choice.value)) for choice in item.choices]
    return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)


def _bool(item: FieldSpec, common: dict) -> forms.Field:
    # Two radio buttons, not a check box: "no" and "not answered yet" differ.
    choices = [("true", _("Yes")), ("false", _("No"))]
    return forms.TypedChoiceField(
        choices=choices, coerce=lambda value: value == "true", empty_value=None, widget=forms.RadioSelect, **common
    )


def place_name(region: Region) -> str:
    """The whole name from the province down, so that it is found again: 广东省广州市天河区."""
    levels = (region.province, region.prefecture, region.county, region)
    names = list(dict.fromkeys(localized(level, "name") for level in levels if level))
    return "".join(names) if is_chinese() else ", ".join(reversed(names))


def _find_english(text: str) -> list[Region]:
    """What the English page shows of a place, typed back."""
    with override("en"):
        named = Region.objects.current().select_related("province", "prefecture", "county").filter(
            name_en__iexact=text.split(",")[0].strip())
        return [region for region in named if place_name(region).casefold().startswith(text.casefold())]


def place_of(code: str) -> str:
    region = Region.objects.select_related("province", "prefecture", "county").filter(code=code).first()
    return place_name(region) if region else code


class RegionField(clean.CleanCharField):
    """A place typed as a name or a code; its value is a Region."""

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=80, widget=widgets.RegionInput(), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = Region.objects.find(text) or _find_english(text)
        if len(found) == 1:
            return found[0]
        if found:
            names = "、".join(place_name(region) for region in found[:4])
            raise ValidationError(_("Several places have this name: %(names)s. Please write it in full."),
                                  params={"names": names})
        raise ValidationError(
            _("We know no place of this name. Please write it as on the license, from the province down.")
        )


class FilesField(forms.Field):
    """Uuids of files uploaded before by requests of their own. Whose they are is checked by the form."""

    def __init__(self, *, low: int, high: int, photos: bool, **kwargs: Any):
        self.low, self.high = low, high
        super().__init__(widget=widgets.FileTiles(photos=photos, several=high > 1), **kwargs)

    def clean(self, value: Any) -> list[str]:
        try:
            ids = list(dict.fromkeys(str(uuid.UUID(text)) for text in value or () if text))
        except (ValueError, AttributeError, TypeError) as error:
            raise ValidationError(_("This file does not belong to this form. Please upload it again.")) from error
        if self.required and len(ids) < self.low:
            if self.low > 1:
                raise ValidationError(_("Please upload at least %(count)s files."), params={"count": self.low})
            raise ValidationError(self.error_messages["required"], code="required")
        if len(ids) > self.high:
            raise ValidationError(_("At most %(count)s files."), params={"count": self.high})
        return ids


def _files(item: FieldSpec, common: dict) -> forms.Field:
    low, high = int(item.min or 1), int(item.max or 1)
    return FilesField(low=low, high=max(low, high), photos=item.kind == Kind.PHOTO, **common)


MAKERS: dict[Kind, Callable[[FieldSpec, dict], forms.Field]] = {
    Kind.TEXT: _text,
    Kind.LONGTEXT: _longtext,
    Kind.INT: _int,
    Kind.DECIMAL: _decimal,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.MULTICHOICE: _multichoice,
    Kind.BOOL: _bool,
    Kind.PHONE: lambda item, common: clean.PhoneField(**common),
    Kind.USCC: lambda item, common: clean.UsccField(**common),
    Kind.ID_NUMBER: lambda item, common: clean.IdNumberField(**common),
    Kind.REGION: lambda item, common: RegionField(**common),
    Kind.FILE: _files,
    Kind.PHOTO: _files,
}


def to_json(item: FieldSpec, value: Any) -> Any:
    """A cleaned value as it is stored; None when unanswered."""
    if value is None or value == "" or value == []:
        return None
    if item.kind in (Kind.DECIMAL, Kind.MONEY):
        return f"{value:.2f}" if item.kind == Kind.MONEY else format(value.normalize(), "f")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if item.kind == Kind.REGION:
        return value.code
    if item.kind == Kind.ID_NUMBER:
        return crypto.encrypt(value)
    return value


def to_initial(item: FieldSpec, answer: Any) -> Any:
    """A stored answer as the initial value of its field."""
    if answer is None:
        return None
    if item.kind == Kind.BOOL:
        return "true" if answer else "false"
    if item.kind == Kind.DATE:
        return datetime.date.fromisoformat(answer)
    if item.kind in (Kind.DECIMAL, Kind.MONEY):
        return Decimal(answer)
    if item.kind == Kind.REGION:
        return place_of(answer)
    if item.kind == Kind.ID_NUMBER:
        return crypto.decrypt(answer)
    return answer


def is_file(item: FieldSpec) -> bool:
    return item.kind in FILES
