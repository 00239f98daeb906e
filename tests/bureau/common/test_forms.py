from datetime import date
from decimal import Decimal

import pytest
from django import forms as django_forms
from django.core.exceptions import ValidationError

from bureau.common import forms
from bureau.common.models import CalendarDay

BAD_TEXT = ["a\x00b", "\ud800", "a\u202eb", "a\x07", "x\u2028y", "caf\ufffd", "two\nlines", "a\tb"]
BAD_NUMBER = [
    "٣",
    "1_0",
    "1E3",
    "1e3",
    "1,000",
    "+5",
    "-0",
    "NaN",
    "Infinity",
    "0x10",
    "一",
    "1 0",
    "--1",
    "=1+1",
]
BAD_DATE = [
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "31/03/2026",
    "110年1月1日",
    "2021-13-01",
    "٢٠٢١-01-01",
    "x",
]


def refused(field, value):
    with pytest.raises(ValidationError) as caught:
        field.clean(value)
    assert caught.value.messages[0]


@pytest.mark.parametrize("value", BAD_TEXT)
def test_harmful_text_is_refused(value):
    refused(forms.CleanCharField(), value)


@pytest.mark.parametrize("value", ["", "   ", "\u3000\u3000", "\u200b", "\ufeff \u200d"])
def test_blanks_are_empty(value):
    assert forms.CleanCharField(required=False).clean(value) == ""
    refused(forms.CleanCharField(), value)


@pytest.mark.parametrize("value", ["𠮷野家", "马·哈三", "👨‍👩‍👧", "<script>", "' or 1=1--", "=HYPERLINK(1)", "{{7*7}}"])
def test_unusual_but_honest_text_stays_as_typed(value):
    assert forms.CleanCharField().clean(f" {value}\u3000") == value


def test_long_text_keeps_its_lines():
    assert forms.CleanTextField().clean("一\r\n二") == "一\n二"


@pytest.mark.parametrize("value", BAD_NUMBER)
@pytest.mark.parametrize(
    "field", [forms.StrictIntegerField(), forms.StrictDecimalField(max_digits=18, decimal_places=2)]
)
def test_numbers_are_digits_only(field, value):
    refused(field, value)


@pytest.mark.parametrize("value", ["2147483648", "9" * 25, "-1", "0.5"])
def test_integers_outside_the_column_are_refused(value):
    refused(forms.StrictIntegerField(), value)


@pytest.mark.parametrize("value", ["0.001", "9" * 17, "-1"])
def test_amounts_outside_the_column_are_refused(value):
    refused(forms.StrictDecimalField(max_digits=18, decimal_places=2, min_value=Decimal(0)), value)


def test_full_width_digits_are_what_chinese_input_types():
    assert forms.StrictIntegerField().clean("１２") == 12
    assert forms.StrictDecimalField(max_digits=18, decimal_places=2).clean("１２．５０") == Decimal("12.50")
    assert forms.PortalDateField().clean("２０２１-05-15") == date(2021, 5, 15)


@pytest.mark.parametrize("value", ["2021-05-15", "2021/5/15", "2021.5.15", "2021年5月15日"])
def test_dates_as_people_write_them(value):
    assert forms.PortalDateField().clean(value) == date(2021, 5, 15)


@pytest.mark.parametrize("value", BAD_DATE)
def test_impossible_dates_are_refused(value):
    refused(forms.PortalDateField(), value)


def test_model_forms_use_the_portals_fields():
    class Form(forms.CleanModelForm):
        class Meta:
            model = CalendarDay
            fields = "__all__"

    assert isinstance(Form.base_fields["name_zh"], forms.CleanCharField)
    assert isinstance(Form.base_fields["date"], forms.PortalDateField)
    assert isinstance(Form.base_fields["is_workday"], django_forms.BooleanField)
    assert Form.base_fields["name_zh"].max_length == 40
