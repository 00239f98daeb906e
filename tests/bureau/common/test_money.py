from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.common import money

amounts = st.decimals(0, Decimal("9999999999999999.99"), places=2, allow_nan=False, allow_infinity=False)
DIGITS = "零壹贰叁肆伍陆柒捌玖"


def read_back(text):
    """The amount that a 大写 text says, by the plain rules of reading it aloud."""
    whole, _, rest = text.rpartition("元")
    yi, _, low = whole.rpartition("亿")
    fen = 0
    for word, worth in (("角", 10), ("分", 1)):
        if word in rest:
            fen += DIGITS.index(rest[rest.index(word) - 1]) * worth
    return Decimal(_part(yi) * 10**8 + _part(low)) + Decimal(fen) / 100


def _part(text):
    wan, _, ones = text.rpartition("万")
    return _four(wan) * 10**4 + _four(ones)


def _four(text):
    total, digit = 0, 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS.index(character)
        else:
            total, digit = total + digit * {"拾": 10, "佰": 100, "仟": 1000}[character], 0
    return total + digit


@given(amounts)
def test_capitals_say_the_amount(amount):
    text = money.capitals(amount)
    assert read_back(text) == amount
    assert "零零" not in text
    assert text[-1] in "整分"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "零元整"),
        ("12000", "壹万贰仟元整"),
        ("10005.05", "壹万零伍元零伍分"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("100000001", "壹亿零壹元整"),
        ("3892000", "叁佰捌拾玖万贰仟元整"),
        ("0.07", "柒分"),
        ("-20", "负贰拾元整"),
    ],
)
def test_capitals_as_on_payment_sheets(amount, text):
    assert money.capitals(Decimal(amount)) == text


@given(amounts)
def test_yuan_can_be_read_back(amount):
    assert Decimal(money.yuan(amount).replace(",", "")) == amount


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        ("3892000", "389.2万元", "3.892 million yuan"),
        ("534000000", "5.34亿元", "534 million yuan"),
        ("8000", "8,000元", "8,000 yuan"),
        ("20000.005", "2万元", "20,000.01 yuan"),
        ("0", "0元", "0 yuan"),
    ],
)
def test_narrative_picks_the_unit(amount, zh, en):
    assert money.narrative(Decimal(amount), "zh-hans") == zh
    assert money.narrative(Decimal(amount), "en") == en


def test_half_a_fen_is_rounded_up_and_nothing_shows_nothing():
    assert money.yuan(Decimal("0.005")) == "0.01"
    assert money.yuan(None) == money.capitals(None) == money.narrative(None) == ""
    assert money.wan(3892000) == "389.20"
