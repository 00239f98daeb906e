"""What is wrong with the catalogs, one plain line for each fault."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from bureau.common.catalogs.extract import KEYWORDS, Texts, stored, template_catalog, translated
from bureau.common.catalogs.places import Place, root

NAMED = re.compile(r"%\((\w+)\)[sdrf]|\{(\w*)\}")
POSITIONAL = re.compile(r"(?<!%)%[sdrf]")
CHINESE = re.compile(r"[\u3400-\u9fff]")


def _texts(value: Texts) -> list[str]:
    return list(value) if isinstance(value, tuple | list) else [value or ""]


def placeholders(text: str) -> list[str]:
    """Names between %( ) and { }, and the number of positional ones."""
    names = sorted({first or second for first, second in NAMED.findall(text)})
    return names + ["%"] * len(POSITIONAL.findall(text))


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, _texts(message.id)[0]


def message_faults(message: Message) -> Iterator[str]:
    source = _texts(message.id)
    if any(CHINESE.search(text) for text in source):
        yield "sources are written in English"
    if not translated(message.string):
        yield "is not translated"
        return
    if message.fuzzy:
        yield "is fuzzy"
    # A Chinese plural carries every placeholder of the English plural (its last form).
    wanted = placeholders(source[-1])
    for text in _texts(message.string):
        if placeholders(text) != wanted:
            yield f"has other placeholders: {placeholders(text)} instead of {wanted}"
        if text[:1].isspace() != source[0][:1].isspace() or text[-1:] == "\n" != source[0][-1:]:
            yield "begins or ends with other white space"


def place_faults(place: Place, catalog: Catalog) -> Iterator[str]:
    """Faults of one catalog, and where it lags behind its sources."""
    name = place.po.relative_to(root()) if place.po.is_relative_to(root()) else Path(place.po.name)
    kept = {_key(message): message for message in catalog if message.id}
    current = {_key(message) for message in template_catalog(place) if message.id}
    for _context, text in sorted(current - set(kept), key=str):
        yield f"{name}: “{text}” is missing; run `manage.py catalogs update {place.label}`"
    for key in sorted(set(kept) - current, key=str):
        yield f"{name}: “{key[1]}” is used no longer; run `manage.py catalogs update {place.label}`"
    for key, message in kept.items():
        for fault in message_faults(message):
            yield f"{name}: “{key[1]}” {fault}"


def buried(place: Place) -> Iterator[str]:
    """Texts inside f-strings: the extraction reads such a string as one word, so they would never be translated."""
    for path in place.python:
        source = path.read_text(encoding="utf-8")
        strings = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr))
        lines = {
            call.lineno for string in strings for call in ast.walk(string)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
        }
        for line in sorted(lines):
            yield f"{path.relative_to(root())}:{line}: a text inside an f-string is not found; take it out of it"


def contradictions(catalogs: dict[str, Catalog]) -> Iterator[str]:
    """One source text with two translations: all catalogs are merged, so only one would ever be shown."""
    seen: dict[tuple[str | None, str], tuple[str, list[str]]] = {}
    for label, catalog in catalogs.items():
        for message in catalog:
            if not message.id or not translated(message.string):
                continue
            first_label, first = seen.setdefault(_key(message), (label, _texts(message.string)))
            if first != _texts(message.string):
                yield (
                    f"“{_key(message)[1]}” is “{first[0]}” in {first_label} and “{_texts(message.string)[0]}” in "
                    f"{label}; agree on one, or give it a context"
                )


def faults(places: list[Place]) -> list[str]:
    catalogs = {place.label: stored(place) for place in places}
    found = [line for place in places for line in (*place_faults(place, catalogs[place.label]), *buried(place))]
    return found + list(contradictions(catalogs))
