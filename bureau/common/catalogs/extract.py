"""From sources to messages, and from messages to a .po file that changes only when its texts do."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from bureau.common.catalogs.places import LOCALE, Place, root

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
NOTES = ("Translators:",)
# Babel stamps these; they would change a file in which no text has changed.
_STAMPS = re.compile(r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|'
                     r'Report-Msgid-Bugs-To|Project-Id-Version): .*"\n', re.MULTILINE)

Texts = str | tuple[str, ...] | list[str] | None  # one text, or the forms of a plural
Message = tuple[int, str | tuple[str, ...], list[str], str | None]


def _as_python(source: str, origin: str) -> str:
    """Django turns a template into calls of gettext among blanks; indentation would trouble Python's tokenizer."""
    return "\n".join(line.lstrip() for line in templatize(source, origin=origin).splitlines())


def _messages(path: Path, *, template: bool) -> Iterator[Message]:
    source = path.read_text(encoding="utf-8")
    text = _as_python(source, str(path)) if template else source
    options = {"encoding": "utf-8"}
    yield from extract("python", io.BytesIO(text.encode()), KEYWORDS, NOTES, options)


def template_catalog(place: Place) -> Catalog:
    """All messages of the place's sources, without translations."""
    catalog = Catalog(locale=LOCALE, charset="utf-8", fuzzy=False)
    files = [(path, False) for path in place.python] + [(path, True) for path in place.templates]
    for path, is_template in files:
        name = path.relative_to(root()).as_posix()
        for line, message, comments, context in _messages(path, template=is_template):
            if message and message != "":
                catalog.add(message, None, [(name, line)], auto_comments=comments, context=context)
    return catalog


def stored(place: Place) -> Catalog:
    """The catalog as kept; empty when there is none yet."""
    if not place.po.is_file():
        return Catalog(locale=LOCALE, charset="utf-8", fuzzy=False)
    with place.po.open("rb") as file:
        return read_po(file, locale=LOCALE, charset="utf-8", abort_invalid=True)


def update(place: Place) -> tuple[int, int]:
    """Bring the .po up to its sources. Answers (messages, of them untranslated)."""
    catalog = stored(place)
    catalog.update(template_catalog(place), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    messages = [message for message in catalog if message.id]
    if messages or place.po.is_file():
        write(place, catalog)
    return len(messages), sum(1 for message in messages if not translated(message.string))


def translated(string: Texts) -> bool:
    return all(bool(text) for text in string) if isinstance(string, tuple | list) else bool(string)


def write(place: Place, catalog: Catalog) -> None:
    catalog.header_comment = ""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=110, sort_output=True, include_lineno=False)
    text = _STAMPS.sub("", buffer.getvalue().decode())
    place.po.parent.mkdir(parents=True, exist_ok=True)
    place.po.write_text(text.lstrip("\n"), encoding="utf-8")
