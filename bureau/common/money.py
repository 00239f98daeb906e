"""Amounts are numeric(18,2) yuan everywhere; 万元 and 亿元 are for showing only."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models

from bureau.common import forms
from bureau.common.constraints import nonnegative, positive

__all__ = ["FEN", "MoneyField", "capitals", "narrative", "nonnegative", "positive", "wan", "yuan"]

FEN = Decimal("0.01")
WAN, YI = Decimal(10) ** 4, Decimal(10) ** 8
MILLION, BILLION = Decimal(10) ** 6, Decimal(10) ** 9
DIGITS, PLACES = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")


class MoneyField(models.DecimalField):
    """An amount in yuan with two decimals."""

    def __init__(self, *args, **kwargs):
        kwargs.update(max_digits=18, decimal_places=2)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any):
        defaults: dict[str, Any] = {"form_class": forms.StrictDecimalField, "min_value": Decimal(0)}
        return super().formfield(**(defaults | kwargs))


def rounded(amount: Decimal | int, places: Decimal = FEN) -> Decimal:
    return Decimal(amount).quantize(places, ROUND_HALF_UP)


def yuan(amount: Decimal | int | None) -> str:
    """1234 → "1,234.00"; nothing → ""."""
    return "" if amount is None else f"{rounded(amount):,.2f}"


def wan(amount: Decimal | int | None) -> str:
    """For tables headed 单位：万元: 3892000 → "389.20"."""
    return "" if amount is None else f"{rounded(Decimal(amount) / WAN):,.2f}"


def narrative(amount: Decimal | int | None, language: str = "zh") -> str:
    """For sentences: "389.2万元", "5.34亿元", "3.892 million yuan", "8,000 yuan"."""
    if amount is None:
        return ""
    amount, size = Decimal(amount), abs(Decimal(amount))
    if language.startswith("zh"):
        for unit, word in ((YI, "亿元"), (WAN, "万元")):
            if size >= unit:
                return _short(amount / unit, FEN) + word
        return _short(amount, FEN) + "元"
    for unit, word in ((BILLION, "billion"), (MILLION, "million")):
        if size >= unit:
            return f"{_short(amount / unit, Decimal('0.001'))} {word} yuan"
    return f"{_short(amount, FEN)} yuan"


def _short(number: Decimal, places: Decimal) -> str:
    text = f"{rounded(number, places):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def capitals(amount: Decimal | int | None) -> str:
    """大写金额, as on payment sheets: 12000 → 壹万贰仟元整."""
    if amount is None:
        return ""
    fen = int(rounded(abs(Decimal(amount))) * 100)
    whole, jiao, fen = fen // 100, fen // 10 % 10, fen % 10
    text = _whole(whole) + "元" if whole or not (jiao or fen) else ""
    if jiao:
        text += DIGITS[jiao] + "角"
    elif fen and whole:
        text += "零"
    text += DIGITS[fen] + "分" if fen else "整"
    return ("负" if amount < 0 else "") + text


def _whole(number: int) -> str:
    """Groups of four digits; 亿 may itself be counted in 万."""
    if number == 0:
        return DIGITS[0]
    text, skipped = "", False
    for unit, word in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, number = divmod(number, unit)
        if part:
            text += "零" if text and (skipped or part < 1000) else ""
            text += (_whole(part) if part >= 10**4 else _four(part)) + word
        skipped = not part
    return text


def _four(number: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + PLACES[place]
        gap = digit == 0
    return text
