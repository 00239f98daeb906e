"""Report text: figures stand in it as `{metric.key}` tokens, so that nobody types a number."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bureau.reports.enums import Window

TOKEN = re.compile(r"\{([a-z][a-z0-9_.]*)(?:@(period|previous|next))?\}")
#: Digits that are not figures: dates, ordinals and numbers of documents.
NOT_FIGURES = re.compile(
    r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?|〔\d{4}〕\d+号|第\d+[期号次]"
    r"|\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)(?: \d{4})?\b"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}\b"
)


@dataclass(frozen=True)
class Token:
    key: str
    window: Window

    def __str__(self) -> str:
        return f"{{{self.key}}}" if self.window == Window.TO_DATE else f"{{{self.key}@{self.window}}}"


def _token(match: re.Match[str]) -> Token:
    return Token(match[1], Window(match[2]) if match[2] else Window.TO_DATE)


def tokens(text: str) -> list[Token]:
    return [_token(match) for match in TOKEN.finditer(text)]


def parts(text: str) -> Iterator[str | Token]:
    """The text in order: plain strings and tokens."""
    end = 0
    for match in TOKEN.finditer(text):
        if match.start() > end:
            yield text[end : match.start()]
        yield _token(match)
        end = match.end()
    if end < len(text):
        yield text[end:]


def fill(text: str, value: Callable[[Token], str]) -> str:
    return "".join(part if isinstance(part, str) else value(part) for part in parts(text))


def check(text: str, known: set[Token]) -> None:
    """Raise ValidationError for a typed figure, a token that the report does not have, or a broken one."""
    if unknown := [str(token) for token in tokens(text) if token not in known]:
        raise ValidationError(_("This report has no figure %(token)s."), params={"token": unknown[0]})
    plain = TOKEN.sub("", text)
    if "{" in plain or "}" in plain:
        raise ValidationError(_("A curly bracket is left over: a figure is written {key} or {key@period}."))
    if typed := re.search(r"\d[\d.,]*", NOT_FIGURES.sub("", plain)):
        raise ValidationError(
            _("“%(number)s” is typed by hand. Figures come from records: choose one from the list of figures."),
            params={"number": typed[0]},
        )
