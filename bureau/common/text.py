"""What people type, made clean: never silently different, never harmful to a later page."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Zero-width characters that come along when people paste; the joiner U+200D stays, emoji need it.
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))
EDGES = " \t\r\n\u3000\u00a0\u200d\u200c"
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
BREAK = re.compile("[\t\n\r]")
UNREADABLE = re.compile("[\ud800-\udfff\ufffd\ufffe\uffff]")


def clean_text(value: object, *, lines: bool = False) -> str:
    """Text without invisible edges. Raises ValidationError for what a form must not store."""
    text = str(value).translate(INVISIBLE).replace("\r\n", "\n").replace("\r", "\n").strip(EDGES)
    if UNREADABLE.search(text):
        raise ValidationError(_("Some characters could not be read. Please type them again."), code="unreadable")
    if BIDI.search(text) or CONTROL.search(text):
        raise ValidationError(
            _("The text contains invisible control characters. Please type it again."), code="control"
        )
    if not lines and BREAK.search(text):
        raise ValidationError(_("Please write this on one line."), code="line_break")
    return text


def fold(value: object) -> str:
    """For codes and numbers: full-width to ASCII, upper case, no spaces or hyphens."""
    text = unicodedata.normalize("NFKC", str(value)).translate(INVISIBLE).upper()
    return re.sub(r"[\s\-\u2010-\u2015\u200c\u200d]", "", text)


def ascii_digits(value: str) -> str:
    """Full-width digits, signs and points, as Chinese input methods type them, to ASCII."""
    return value.translate({**{0xFF10 + n: str(n) for n in range(10)}, 0xFF0E: ".", 0xFF0D: "-"})
