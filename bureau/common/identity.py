"""Numbers that identify a firm, a person or a phone: normalized, then checked."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bureau.common import clock
from bureau.common.text import clean_text, fold

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = [pow(3, n, 31) for n in range(17)]
ID_WEIGHTS = [pow(2, 17 - n, 11) for n in range(17)]
ID_CHECKS = "10X98765432"
PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
    ]
    + ["71", "81", "82", "83"]
)


def normalize_uscc(text: object) -> str:
    return fold(text)


def uscc_check_character(first17: str) -> str:
    """GB 32100-2015; the 17 characters must be of its alphabet."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(first17, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def check_uscc(text: object) -> str:
    """The normalized unified social credit code, or ValidationError."""
    code = normalize_uscc(text)
    if len(code) != 18:
        if re.fullmatch(r"[0-9]{15}", code):
            raise ValidationError(
                _("This is an old 15-digit registration number. Please enter the 18-character code."),
                code="old",
            )
        raise ValidationError(_("A unified social credit code has 18 characters."), code="length")
    if wrong := sorted(set(code) - set(USCC_ALPHABET)):
        raise ValidationError(
            _("“%(found)s” does not occur in a unified social credit code (neither do I, O, S, V, Z)."),
            code="alphabet",
            params={"found": wrong[0]},
        )
    if not re.fullmatch(r"[0-9]{6}", code[2:8]):
        raise ValidationError(_("Characters 3 to 8 of the code are digits."), code="region")
    if code[17] != uscc_check_character(code[:17]):
        raise ValidationError(_("The check character does not match. Please compare with the license."), code="check")
    return code


def check_id_number(text: object) -> str:
    """The normalized resident identity number (GB 11643), or ValidationError."""
    number = fold(text)
    if re.fullmatch(r"[0-9]{15}", number):
        raise ValidationError(_("15-digit identity numbers are no longer valid. Please enter 18 digits."), code="old")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise ValidationError(_("An identity number has 17 digits and a last digit or X."), code="format")
    if number[:2] not in PROVINCES:
        raise ValidationError(_("An identity number cannot begin like this."), code="province")
    if (born := birth_date(number)) is None or not date(1900, 1, 1) <= born <= clock.real_now().date():
        raise ValidationError(_("The date of birth in this identity number is not possible."), code="birth")
    if number[17] != id_check_digit(number[:17]):
        raise ValidationError(_("The last digit does not match. Please compare with the identity card."), code="check")
    return number


def id_check_digit(first17: str) -> str:
    return ID_CHECKS[sum(int(c) * w for c, w in zip(first17, ID_WEIGHTS, strict=True)) % 11]


def birth_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def normalize_phone(text: object) -> str:
    """A mainland mobile number as 11 digits, or ValidationError."""
    number = re.sub(r"^(\+|00)?86(?=1[0-9]{10}$)", "", re.sub(r"[().]", "", fold(text)))
    if not re.fullmatch(r"1[3-9][0-9]{9}", number) or len(set(number[1:])) == 1:
        raise ValidationError(_("Please enter a mobile number of 11 digits."), code="phone")
    return number


def normalize_any_phone(text: object) -> str:
    """A mobile number, a landline as 0972-8612345 or a number abroad as +60123456789."""
    typed = clean_text(text)
    number = re.sub(r"[().]", "", fold(typed))
    if re.fullmatch(r"0(10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}", number):
        area = 3 if number[1] in "12" else 4
        return f"{number[:area]}-{number[area:]}"
    if re.fullmatch(r"(\+|00)(?!86)[1-9][0-9]{6,14}", number):
        return "+" + re.sub(r"^(\+|00)", "", number)
    if re.fullmatch(r"400[0-9]{7}|9[56][0-9]{3}", number):
        return number
    try:
        return normalize_phone(number)
    except ValidationError:
        raise ValidationError(
            _("Please enter a mobile number, a landline with area code (0972-8612345) or +country code and number."),
            code="phone",
        ) from None


def luhn_ok(digits: str) -> bool:
    doubled = [int(c) * (1 + n % 2) for n, c in enumerate(reversed(digits))]
    return sum(d - 9 * (d > 9) for d in doubled) % 10 == 0


def check_account(text: object) -> str:
    """A bank account: 8 to 32 digits; bank cards (16 to 19 digits, beginning with 62) pass Luhn's check."""
    number = fold(text)
    if not re.fullmatch(r"[0-9]{8,32}", number):
        raise ValidationError(_("A bank account has 8 to 32 digits."), code="account")
    if number.startswith("62") and 16 <= len(number) <= 19 and not luhn_ok(number):
        raise ValidationError(_("The check digit of this card number does not match."), code="check")
    return number
