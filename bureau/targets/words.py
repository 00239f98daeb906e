"""Periods and amounts as offices write them: 2021年上半年, 第二季度, 8150万元, 1,431户."""

import re
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bureau.common.constraints import FIRST_YEAR, LAST_YEAR
from bureau.common.periods import Kind, Period
from bureau.common.text import ascii_digits, clean_text

_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PERIODS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.YEAR, re.compile(r"([0-9]{4})(?:年度?|全年)?")),
    (Kind.HALF_YEAR, re.compile(r"([0-9]{4})年?(上|下)半年|([0-9]{4})-?H([12])")),
    (Kind.QUARTER, re.compile(r"([0-9]{4})年?第?([一二三四1-4])季度?|([0-9]{4})-?Q([1-4])")),
    (Kind.MONTH, re.compile(r"([0-9]{4})[年\-/.]([0-9]{1,2})月?")),
)
_AMOUNT = re.compile(r"(-?[0-9]{1,16}(?:\.[0-9]{1,6})?)(万|亿)?[^\d.]{0,8}")
_FACTORS = {"万": 10_000, "亿": 100_000_000}
LARGEST = Decimal(10) ** 16


def period_of(text: object) -> Period:
    """Raises ValidationError."""
    plain = ascii_digits(clean_text(text)).replace(" ", "").upper()
    for kind, pattern in _PERIODS:
        if found := pattern.fullmatch(plain):
            year, part = [group for group in (*found.groups(), "") if group is not None][:2]
            month = _month(kind, part)
            if FIRST_YEAR <= int(year) < LAST_YEAR and 1 <= month <= 12:
                return Period.of(kind, date(int(year), month, 1))
    raise ValidationError(_("Please write a period like 2021, 2021H1, 2021Q2 or 2021-05."))


def _month(kind: Kind, part: str) -> int:
    if kind == Kind.HALF_YEAR:
        return 1 if part in "上1" else 7
    if kind == Kind.QUARTER:
        return _DIGITS[part] * 3 - 2
    return int(part) if kind == Kind.MONTH else 1


def amount_of(text: object, unit: str = "") -> Decimal:
    """8150万元 → 81500000; a unit behind the number is read over. What is counted in `unit` may itself be in 万 or 亿:
    98.5亿元 of 亿元 is 98.5. Raises ValidationError."""
    plain = re.sub(r"[,，\s]", "", ascii_digits(clean_text(text)))
    found = _AMOUNT.fullmatch(plain.removeprefix("≥"))
    if not found:
        raise ValidationError(_("Please write a number, for example 1200."))
    value = Decimal(found[1])
    if found[2]:
        value = value * _FACTORS[found[2]] / _FACTORS.get(unit[:1], 1)
    if value != round(value, 2):
        raise ValidationError(_("At most two decimals."))
    if abs(value) >= LARGEST:
        raise ValidationError(_("This number is too large."))
    return value
