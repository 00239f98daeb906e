"""One cell at a time: what Excel, WPS or a clerk wrote, turned into a value or into a reason why not.

Every function takes the raw cell (str, int, float, bool, date, datetime, time, timedelta or None; calamine gives
whole numbers as float) and returns the value, or None for an empty cell; it raises CellFault otherwise.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from operator import mul
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bureau.common import identity
from bureau.common.export import FORMULA

#: Excel counts days from here (it believes that 1900 was a leap year).
EXCEL_DAY_ZERO = date(1899, 12, 30)
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2100, 12, 31)
#: Beyond 15 digits a spreadsheet keeps zeros instead of what was typed.
EXACT_LIMIT = 10**15
MAX_TEXT = 2000

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: An export guards what a spreadsheet would calculate by an apostrophe; it is not part of the text.
_GUARDED = tuple("'" + sign for sign in FORMULA)
_BLANK = re.compile(r"\s+")
_DATE = re.compile(r"^([0-9]{4})[.\-/年、]([0-9]{1,2})[.\-/月、]([0-9]{1,2})日?(?: 00:00(?::00)?)?$")
_DATE_COMPACT = re.compile(r"^([0-9]{4})([0-9]{2})([0-9]{2})$")
_MONTH = re.compile(r"^([0-9]{4})[.\-/年]([0-9]{1,2})月?$")
_NUMBER = re.compile(r"^-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?$")
_CHINESE_AMOUNT = re.compile("[〇零一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾佰仟萬圆整]")
_MOBILE = re.compile(r"1(?!(.)\1{9})[3-9][0-9]{9}")
_MASKED = re.compile(r"[0-9+-]{0,3}[*]+[0-9-]{0,4}")
#: ASCII → value of a sign in a social credit code, 31 for any other.
_USCC_VALUES = bytes(identity.USCC_ALPHABET.find(chr(n)) % 32 for n in range(256))
_ACCOUNT = re.compile(r"(?<![0-9])([0-9][0-9 ]{7,40}[0-9])(?![0-9])")


class CellFault(ValueError):
    """Why a cell cannot be used, in a sentence for the person who keeps the sheet."""


def plain(value: Any) -> str:
    """The cell as one clean line; full-width letters and digits become ordinary ones."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        if value.isprintable() and "  " not in value and value[0] not in " '" and value[-1] != " ":
            return unicodedata.normalize("NFC", value)  # as nearly all cells are
        text = _BLANK.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", value))).strip()
        return text[1:] if text[:1] == "'" and text.startswith(_GUARDED) else text
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < EXACT_LIMIT else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)


def half_width(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def text(value: Any) -> str | None:
    found = plain(value)
    if len(found) > MAX_TEXT:
        raise CellFault(_("The text is too long."))
    return found or None


def _exact(value: Any) -> str:
    """The digits of a code or number, unless the spreadsheet has spoiled them."""
    if isinstance(value, bool):
        raise CellFault(_("This is a yes or no, not a number."))
    if isinstance(value, int | float):
        if abs(value) >= EXACT_LIMIT or value != int(value):
            raise CellFault(
                _("Excel has turned this into the number %(found)s and lost digits: format the column as text "
                  "and enter it again.") % {"found": f"{value:.6G}"}
            )
        return str(int(value))
    found = half_width(plain(value))
    if re.fullmatch(r"[0-9](?:\.[0-9]+)?E\+[0-9]+", found, re.IGNORECASE):
        raise CellFault(
            _("Excel has turned this into the number %(found)s and lost digits: format the column as text "
              "and enter it again.") % {"found": found}
        )
    return found


def _checked(check: Callable[[str], str], found: str) -> str | None:
    if not found:
        return None
    try:
        return check(found)
    except ValidationError as error:
        raise CellFault(" ".join(error.messages)) from None


def uscc(value: Any) -> str | None:
    if value.__class__ is str and len(value) == 18 and _adds_up(value):
        return value
    return _checked(identity.check_uscc, _exact(value))


def _adds_up(code: str) -> bool:
    """The common case of `identity.check_uscc`, at a tenth of its time; whatever fails here is looked at there."""
    digits = code.encode("ascii", "replace").translate(_USCC_VALUES)
    return (
        31 not in digits
        and code[2:8].isdigit()
        and (sum(map(mul, digits, identity.USCC_WEIGHTS)) + digits[17]) % 31 == 0
    )


def phone(value: Any) -> str | None:
    """A phone kept as a number is whole: eleven digits are within what a spreadsheet keeps. A masked one, as exports
    write it (139****0001), says nothing new: the cell counts as empty, and what stands stays."""
    if value.__class__ is str and _MOBILE.fullmatch(value):
        return value
    if value.__class__ is str and _MASKED.fullmatch(value):
        return None
    return _checked(identity.normalize_any_phone, _exact(value))


def id_number(value: Any) -> str | None:
    found = _exact(value)
    if re.fullmatch(r"[0-9]{15}0{3}", found):
        raise CellFault(_("Excel has cut this number to 15 digits: format the column as text and enter it again."))
    return _checked(identity.check_id_number, found)


def day(value: Any) -> date | None:
    """2021.5.15, 2021-05-15, 2021/5/15, 2021年5月15日, 20210515, a date cell, or Excel's serial number."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return _in_range(value.date())
    if isinstance(value, date):
        return _in_range(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value == int(value) and 19500101 <= value <= 21001231:
            return _made(*_split(str(int(value))))
        if 18000 < value < 75000:
            return EXCEL_DAY_ZERO + timedelta(days=int(value))
        raise CellFault(_("“%(found)s” is not a date.") % {"found": plain(value)})
    found = half_width(plain(value)).replace(" 年", "年").replace("年 ", "年").replace("月 ", "月")
    if not found:
        return None
    if match := _DATE.match(found) or _DATE_COMPACT.match(found):
        return _made(*map(int, match.groups()))
    if _MONTH.match(found):
        raise CellFault(_("“%(found)s” lacks the day.") % {"found": found})
    raise CellFault(_("“%(found)s” is not a date: write it like 2021-05-15.") % {"found": found})


def _split(digits: str) -> tuple[int, int, int]:
    return int(digits[:4]), int(digits[4:6]), int(digits[6:])


def _made(year: int, month: int, number: int) -> date:
    try:
        return _in_range(date(year, month, number))
    except ValueError:
        raise CellFault(_("There is no %(year)s-%(month)s-%(day)s in the calendar.")
                        % {"year": year, "month": month, "day": number}) from None


def _in_range(found: date) -> date:
    if not FIRST_DAY <= found <= LAST_DAY:
        raise CellFault(_("The year %(year)s cannot be right.") % {"year": found.year})
    return found


def number(value: Any) -> Decimal | None:
    """A plain number, thousands separators allowed; floats by their shortest spelling (0.3, not 0.2999…)."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | date | timedelta):
        raise CellFault(_("“%(found)s” is not a number.") % {"found": plain(value)})
    if isinstance(value, int | float):
        return Decimal(repr(value)) if abs(value) < EXACT_LIMIT else _no_number(value)  # NaN is not less
    found = half_width(plain(value)).replace(" ", "")
    if not found:
        return None
    if not _NUMBER.match(found):
        return _no_number(found)
    try:
        return Decimal(found.replace(",", ""))
    except InvalidOperation:
        return _no_number(found)


def _no_number(found: Any) -> Decimal:
    shown = plain(found)
    if _CHINESE_AMOUNT.search(shown):
        raise CellFault(_("“%(found)s” is an amount in words: enter it in figures.") % {"found": shown})
    raise CellFault(_("“%(found)s” is not a number.") % {"found": shown})


def money(value: Any, factor: int = 1) -> Decimal | None:
    """Yuan with at most two decimals. `factor` is 10000 under a head in 万元; “3000元”, “0.3万元” name their own."""
    if isinstance(value, str):
        text = half_width(plain(value)).replace(" ", "").replace("¥", "").replace("￥", "")
        match = re.fullmatch(r"(-?[0-9,.]+)(万元|元|万)", text)
        if match:
            value, factor = match.group(1), 1 if match.group(2) == "元" else 10_000
        else:
            value = text
    found = number(value)
    if found is None:
        return None
    amount = found * factor
    if amount < 0:
        raise CellFault(_("The amount is negative."))
    if amount != amount.quantize(Decimal("0.01")):
        raise CellFault(_("The amount has parts of a fen."))
    if amount >= Decimal("1E13"):
        raise CellFault(_("The amount is too large."))
    return amount.quantize(Decimal("0.01"))


def whole(value: Any) -> int | None:
    found = number(value)
    if found is None:
        return None
    if found != int(found):
        raise CellFault(_("“%(found)s” is not a whole number.") % {"found": plain(value)})
    return int(found)


def account(value: Any) -> tuple[str, str] | None:
    """Bank and number of an account, written together (“青海农商银行 6217…”) or the number alone."""
    found = _exact(value)
    if not found:
        return None
    numbers = _ACCOUNT.findall(found)
    if len(numbers) != 1:
        raise CellFault(_("There is no single account number in “%(found)s”.") % {"found": found[:20]})
    digits = numbers[0].replace(" ", "")
    bank = re.sub(r"[\s,，;；:：、]|[账帐卡]号", "", found.replace(numbers[0], ""))
    if not 8 <= len(digits) <= 32:
        raise CellFault(_("An account number has 8 to 32 digits."))
    return bank, digits


READERS: dict[str, Callable[..., Any]] = {
    "text": text, "uscc": uscc, "phone": phone, "id_number": id_number, "date": day,
    "number": number, "money": money, "int": whole, "account": account, "region": text, "choice": text,
}
