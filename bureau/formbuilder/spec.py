"""A form as data: a list of fields and section heads, read once into objects and checked before publishing.

    [{"kind": "section", "section_zh": "店铺", "section_en": "Shop"},
     {"key": "area", "kind": "decimal", "label_zh": "营业面积", "label_en": "Floor area", "required": true,
      "min": "1", "max": "5000", "when": {"is": ["abroad", "=", false]}}, …]
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bureau.common import trees
from bureau.formbuilder.enums import CHOICES, CONDITION_TYPES, NUMBERS, Kind

#: Keys become HTML names, XLSX columns and JSON paths.
KEY = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
MAX_FIELDS = 100
MAX_ROWS = 50


@dataclass(frozen=True)
class Choice:
    value: str
    label_zh: str
    label_en: str


@dataclass(frozen=True)
class FieldSpec:
    """One field. `min`/`max` bound a number (as text), the length of a list of files or rows, or a date."""

    key: str
    kind: str
    label_zh: str
    label_en: str
    help_zh: str = ""
    help_en: str = ""
    required: bool = False
    when: dict | None = None
    choices: tuple[Choice, ...] = ()
    min: str | int | None = None
    max: str | int | None = None
    max_length: int | None = None
    unit_zh: str = ""
    unit_en: str = ""
    fields: tuple["FieldSpec", ...] = ()

    def text(self, name: str, lang: str | None = None) -> str:
        """`label`, `help` or `unit` in the language."""
        chosen = "en" if (lang or get_language() or "zh").startswith("en") else "zh"
        return getattr(self, f"{name}_{chosen}") or getattr(self, f"{name}_zh")

    @property
    def label(self) -> str:
        return self.text("label")

    def choice_label(self, value: str, lang: str | None = None) -> str:
        english = (lang or get_language() or "zh").startswith("en")
        for choice in self.choices:
            if choice.value == value:
                return choice.label_en if english else choice.label_zh
        return value


@dataclass(frozen=True)
class Section:
    label_zh: str = ""
    label_en: str = ""
    fields: tuple[FieldSpec, ...] = ()

    def label(self, lang: str | None = None) -> str:
        return self.label_en if (lang or get_language() or "zh").startswith("en") else self.label_zh


@dataclass(frozen=True)
class Spec:
    sections: tuple[Section, ...]
    by_key: dict[str, FieldSpec] = field(compare=False, hash=False, default_factory=dict)

    def __iter__(self):
        return (item for section in self.sections for item in section.fields)

    def __getitem__(self, key: str) -> FieldSpec:
        return self.by_key[key]


FIELD_NAMES = {f.name for f in fields(FieldSpec)}


class BadSpec(ValueError):
    """The list is no form; `problems` says what is wrong, one sentence each."""

    def __init__(self, problems: Sequence[str]):
        super().__init__("; ".join(problems))
        self.problems = list(problems)


def digest(raw: list[dict]) -> str:
    """SHA-256 of the canonical JSON, hex: the identity of a published form."""
    text = json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def parse(raw: Any) -> Spec:
    """The spec as objects. Takes a list, a FormVersion or a Spec. Raises BadSpec."""
    if isinstance(raw, Spec):
        return raw
    raw = getattr(raw, "spec", raw)
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
        raise BadSpec([_("A form is a list of fields.")])
    sections: list[Section] = []
    heads: dict = {}
    items: list[FieldSpec] = []
    for item in raw:
        if item.get("kind") == "section":
            if items or heads:
                sections.append(Section(**heads, fields=tuple(items)))
            heads = {f"label_{lang}": item.get(f"section_{lang}", "") for lang in ("zh", "en")}
            items = []
        else:
            items.append(_field(item))
    sections.append(Section(**heads, fields=tuple(items)))
    return Spec(tuple(sections), {item.key: item for section in sections for item in section.fields})


def _field(item: dict) -> FieldSpec:
    unknown = set(item) - FIELD_NAMES
    if unknown or not {"key", "kind", "label_zh", "label_en"} <= set(item):
        raise BadSpec([_("The field “%(key)s” cannot be read.") % {"key": item.get("key", "?")}])
    values = dict(item)
    try:
        values["choices"] = tuple(Choice(**choice) for choice in item.get("choices", ()))
        values["fields"] = tuple(_field(child) for child in item.get("fields", ()))
    except TypeError as error:
        raise BadSpec([_("The field “%(key)s” cannot be read.") % {"key": item["key"]}]) from error
    return FieldSpec(**values)


def problems(raw: Any, published: Iterable[Any] = ()) -> list[str]:
    """What keeps the form from being published: [] when nothing. `published`: earlier versions of the form;
    a key never comes back with another kind, or old answers would change their meaning."""
    try:
        spec = parse(raw)
    except BadSpec as error:
        return error.problems
    found = _fields_problems(list(spec), inside=False)
    if len(spec.by_key) > MAX_FIELDS:
        found.append(_("A form may have %(max)s fields at most.") % {"max": MAX_FIELDS})
    for earlier in published:
        for old in parse(earlier):
            new = spec.by_key.get(old.key)
            if new and new.kind != old.kind:
                found.append(_("“%(key)s” was of another kind in an earlier version.") % {"key": old.key})
    return found


def _fields_problems(items: list[FieldSpec], inside: bool) -> list[str]:
    found: list[str] = []
    earlier: dict[str, str] = {}
    seen: set[str] = set()
    for item in items:
        found += _field_problems(item, inside)
        if item.key in seen:
            found.append(_("“%(key)s” appears twice.") % {"key": item.key})
        if item.when is not None:
            # Only earlier fields may decide: no cycles, and one pass is enough.
            found += [f"{item.key}: {text}" for text in trees.problems(item.when, earlier)]
        seen.add(item.key)
        if item.kind in CONDITION_TYPES:
            earlier[item.key] = CONDITION_TYPES[Kind(item.kind)]
    return found


def _field_problems(item: FieldSpec, inside: bool) -> list[str]:
    named = {"key": item.key}
    if not isinstance(item.key, str) or not KEY.match(item.key):
        return [_("“%(key)s” is no key: small letters, digits and _, at most 40.") % named]
    if item.kind not in Kind.values or (inside and item.kind == Kind.GROUP):
        return [_("“%(key)s” has an unknown kind.") % named]
    found: list[str] = []
    if not item.label_zh or not item.label_en:
        found.append(_("“%(key)s” needs a label in both languages.") % named)
    values = [choice.value for choice in item.choices]
    if item.kind in CHOICES and (not values or len(values) != len(set(values))):
        found.append(_("“%(key)s” needs a list of different choices.") % named)
    if item.kind in NUMBERS and not _in_order(item):
        found.append(_("The bounds of “%(key)s” are no numbers in order.") % named)
    if item.kind == Kind.GROUP:
        if not item.fields:
            found.append(_("The group “%(key)s” has no fields.") % named)
        found += _fields_problems(list(item.fields), inside=True)
    return found


def _in_order(item: FieldSpec) -> bool:
    try:
        low, high = (None if b is None else trees.typed(b, "number") for b in (item.min, item.max))
    except ValueError:
        return False
    return low is None or high is None or low <= high
