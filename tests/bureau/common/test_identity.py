from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from bureau.common import identity

bodies = st.text(st.sampled_from(identity.USCC_ALPHABET), min_size=9, max_size=9)


@given(bodies, st.integers(110000, 659999))
def test_the_check_character_is_the_standards(body, region):
    first = f"92{region}{body}"
    code = first + identity.uscc_check_character(first)
    assert uscc.is_valid(code)
    assert identity.check_uscc(f" {code[:9].lower()}-{code[9:]} ") == code


@pytest.mark.parametrize("text", ["91350100M000100Y43", "９１350100m000100y43"])
def test_the_worked_example(text):
    assert identity.check_uscc(text) == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("91350100M000100Y4Z", "alphabet"),
        ("91350100M000100Y44", "check"),
        ("91350100MO00100Y43", "alphabet"),
        ("350100400012345", "old"),
        ("9135", "length"),
        ("", "length"),
        ("91٣50100M000100Y43", "alphabet"),
    ],
)
def test_wrong_codes_say_what_is_wrong(text, code):
    with pytest.raises(ValidationError) as caught:
        identity.check_uscc(text)
    assert caught.value.code == code


@given(st.dates(date(1930, 1, 1), date(2020, 12, 31)), st.integers(0, 999))
def test_identity_numbers_as_the_standard_says(born, serial):
    first = f"630224{born:%Y%m%d}{serial:03}"
    number = first + identity.id_check_digit(first)
    assert ric.calc_check_digit(number) == number[17]
    assert identity.check_id_number(number.lower()) == number
    assert identity.birth_date(number) == born


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("630224198002300018", "birth"),
        ("630224198001010013", "check"),
        ("990224198001010017", "province"),
        ("630224800101001", "old"),
        ("63022419800101001", "format"),
        ("630224299001010017", "birth"),
    ],
)
def test_wrong_identity_numbers_say_what_is_wrong(text, code):
    with pytest.raises(ValidationError) as caught:
        identity.check_id_number(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("138 9700 1234", "13897001234"),
        ("+86 13897001234", "13897001234"),
        ("0086-138-9700-1234", "13897001234"),
        ("１３８９７００１２３４", "13897001234"),
    ],
)
def test_mobile_numbers(text, number):
    assert identity.normalize_phone(text) == number


@pytest.mark.parametrize("text", ["", "00000000000", "11111111111", "1389700123", "138970012345", "0972-8612345", "٣"])
def test_what_is_no_mobile_number(text):
    with pytest.raises(ValidationError):
        identity.normalize_phone(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0972-8612345", "0972-8612345"),
        ("(0972) 8612345", "0972-8612345"),
        ("010 62345678", "010-62345678"),
        ("+60 12-345 6789", "+60123456789"),
        ("13897001234", "13897001234"),
    ],
)
def test_any_phone(text, number):
    assert identity.normalize_any_phone(text) == number


@pytest.mark.parametrize("text", ["621700", "abc", "1" * 33, ""])
def test_what_is_no_account(text):
    with pytest.raises(ValidationError):
        identity.check_account(text)


def test_a_card_with_a_wrong_check_digit_is_refused():
    good = next(f"621700001000123456{n}" for n in range(10) if identity.luhn_ok(f"621700001000123456{n}"))
    assert identity.check_account(f"{good[:4]} {good[4:]}") == good
    with pytest.raises(ValidationError):
        identity.check_account(good[:-1] + str((int(good[-1]) + 1) % 10))
