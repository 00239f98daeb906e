"""What people and programs send: U1–U20 of the reliability notes, by what a field takes.

A value is bytes where it is no valid UTF-8. `REFUSED`: must come back with a message beside the field.
`EITHER`: may be refused; if it is taken, then exactly as typed.
"""

from dataclasses import dataclass

from django import forms

from bureau.common.forms import CleanCharField, CodeField, StrictDecimalField, StrictNumber
from bureau.formbuilder.fields import FilesField

LONG = "长" * 1_000
MEGABYTE = "x" * 1_000_000


@dataclass(frozen=True)
class Bad:
    rule: str
    value: str | bytes
    refused: bool = False


def refused(rule: str, *values: str | bytes) -> list[Bad]:
    return [Bad(rule, value, True) for value in values]


def either(rule: str, *values: str | bytes) -> list[Bad]:
    return [Bad(rule, value) for value in values]


UNREADABLE = [
    *refused("U3", "张\x00三", "\x00"),
    *refused("U4", b"\xed\xa0\x80", b"\xff\xfe", "马建国".encode("gb18030")),
    *refused("U5", "甲\u202e乙", "甲\u2066乙", "甲\x08乙", "甲\x1b[31m", "甲\u2028乙"),
]
BROKEN_LINES = refused("U5", "甲\n乙", "甲\r\n乙", "甲\t乙")
TEXTS = [
    *either("U2", " ", "\u3000\u3000", "\u200b", " 甲 乙\u3000"),
    *either("U7", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "${7*7}"),
    *either("U8", "' or 1=1--", "%_\\"),
    *either("U9", '=HYPERLINK("http://x","y")', "+1", "@SUM(A1)", "＝1+1"),
    *either("U18", "👨\u200d👩\u200d👧", "𠮷野家", "马·优素福", "臺灣滷肉飯"),
]
NUMBERS = [
    *refused("U10", "٣", "1_0", "1E3", "1,00", "+5", "-0", "NaN", "Infinity", "0x10", "1 0", "一百"),
    *refused("U11", "9" * 25, "9e15"),
    *refused("U7", "<script>alert(1)</script>"),
    *either("U10", "１２", " 12 "),
    *either("U11", "-1", "0", "2147483648", "0.001"),
]
DATES = [
    *refused("U12", "0001-01-01", "9999-12-31", "2026-02-30", "31/03/2026", "民国115年3月1日", "1999-12-31",
             "2101-01-01", "2026-13-01", "20260301"),
    *refused("U10", "٢٠٢٦-٠٣-٠١", "NaN"),
    *either("U12", "2026.3.1", "2026年3月1日", "２０２６-０３-０１"),
]
CHOICES = [
    *refused("U13", "not-offered", "9" * 30, "[]", '{"a": 1}', "-1", "1' or '1'='1", "\x00"),
]
FILES = refused("U13", "abc", "00000000-0000-4000-8000-000000000000", "9" * 40, "[]", "\x00")
DOCUMENTS = [
    *refused("U15", "{", "[1,", "NaN", '{"a": NaN}', '["\\u0000"]', '"\\ud800"', "[" * 100_000, '{"a": 1}', "7",
             '[{"a": 1}]', '["no.such.metric"]', "x" * 1_000_000),
]
#: For what no form reads: versions, revisions, keys, names of parts.
PARAMETERS = either(
    "U14", "", "abc", "-1", "9" * 40, "1_0", "٣", "\x00", b"\xed\xa0\x80", "甲\u202e乙", "[]", "<script>alert(1)</script>",
    "x" * 5_000, "1.5", "%00",
)

def for_field(field: forms.Field) -> list[Bad]:
    """Every value to try on a field, by what it takes."""
    if isinstance(field, FilesField):
        return FILES
    if isinstance(field, forms.JSONField):
        return DOCUMENTS
    if isinstance(field, StrictNumber):
        grouped = either("U10", "1,000") if isinstance(field, StrictDecimalField) else refused("U10", "1,000")
        return [*NUMBERS, *grouped, *refused("U3", "\x001"), *refused("U4", b"\xff1"), *refused("U5", "1\u202e2")]
    if isinstance(field, forms.DateField):
        return [*DATES, *refused("U3", "2026-03-01\x00"), *refused("U5", "2026-03-01\u202e")]
    if isinstance(field, forms.BooleanField):
        return []
    if isinstance(field, (forms.ModelChoiceField, forms.ChoiceField)):
        return CHOICES
    if isinstance(field, CleanCharField):
        return texts(field)
    return []


def texts(field: CleanCharField) -> list[Bad]:
    values = [*UNREADABLE, *TEXTS]
    if isinstance(field, CodeField):
        values += refused("U1", "不是号码", "1_0", "٣٣٣") + refused("U7", "<script>alert(1)</script>")
    if not field.lines:
        values += BROKEN_LINES
    if field.max_length:
        values += refused("U6", "长" * (field.max_length + 1))
    return [*values, *refused("U6", MEGABYTE)]


def required(field: forms.Field) -> list[Bad]:
    """U1 and U2 of a field that must be filled in."""
    if not field.required or isinstance(field, forms.BooleanField):
        return []
    blank = refused("U1", "")
    if isinstance(field, forms.ChoiceField) or not isinstance(field, forms.CharField):
        return blank
    return blank + refused("U2", "   ", "\u3000", "\u200b\ufeff")
