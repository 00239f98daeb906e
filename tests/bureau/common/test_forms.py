import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from bureau.common import forms
from bureau.common.models import CalendarDay
from bureau.common.money import yuan

BAD_TEXT = ["a\x00b", "\ud800", "a\u202eb", "a\x07", "x\u2028y", "caf\ufffd", "two\nlines", "a\tb"]
BAD_NUMBER = [
    "٣",
    "1_0",
    "1E3",
    "1e3",
    "1,00",
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


AMOUNT = forms.StrictDecimalField(max_digits=18, decimal_places=2)
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@given(st.decimals("0.00", "9999999999999999.99", places=2), st.booleans())
def test_amounts_are_read_as_pages_show_them(amount, full):
    """With thousands set apart or not, in the digits and commas of either keyboard."""
    for text in (yuan(amount), str(amount)):
        assert AMOUNT.clean(text.translate(FULL_WIDTH) if full else text) == amount


@given(st.text("0123456789０７,，.-", min_size=1, max_size=14))
def test_a_comma_stands_before_three_digits_or_the_amount_is_refused(text):
    plain = unicodedata.normalize("NFKC", text)
    try:
        found = forms.StrictDecimalField().clean(text)
    except ValidationError:
        return
    whole = plain.split(".")[0].removeprefix("-")
    assert str(found).split(".")[0].removeprefix("-").lstrip("0") == whole.replace(",", "").lstrip("0")
    assert "," not in whole or whole == f"{int(whole.replace(',', '')):,}"


@pytest.mark.parametrize("value", ["1,50", "1,5000", "0,500", ",500", "1,,000", "1000,000", "1,000,", "1.000,00", "1，00"])
def test_commas_that_say_nothing_clear_are_refused(value):
    refused(AMOUNT, value)
    refused(forms.StrictIntegerField(), value)


@pytest.mark.parametrize("value", ["15万", "1.5 亿", "十五万元"])
@pytest.mark.parametrize(("language", "sentence"), [("zh-hans", "写作150000"), ("en", "for example 150000")])
def test_who_writes_ten_thousands_is_asked_for_the_whole_figure(value, language, sentence):
    with override(language), pytest.raises(ValidationError, match=sentence):
        AMOUNT.clean(value)


def test_the_browser_sends_amounts_as_typed():
    class Form(django_forms.Form):
        amount = AMOUNT

    assert 'type="text"' in str(Form()["amount"]) and 'inputmode="decimal"' in str(Form()["amount"])


@pytest.mark.parametrize("value", ["1,000", "1，000"])
def test_whole_numbers_have_no_commas(value):
    refused(forms.StrictIntegerField(), value)


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
