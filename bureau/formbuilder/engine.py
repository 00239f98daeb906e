"""The form engine: what the other rooms call. `spec` is a FormVersion, a list of dicts, or a parsed Spec."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from bureau.common.crypto import Secret
from bureau.common.money import yuan
from bureau.formbuilder import conditions, fields, layout
from bureau.formbuilder.case import Case
from bureau.formbuilder.enums import CHOICES, CONDITION_TYPES, FILES, TEXTS, Kind
from bureau.formbuilder.forms import RAW, SpecForm
from bureau.formbuilder.spec import FieldSpec, parse


def build(
    spec: Any,
    *,
    data: Mapping | None = None,
    initial: Mapping | None = None,
    draft: bool = False,
    only: set[str] | None = None,
    case: Case | None = None,
) -> SpecForm:
    """The form, ready for `{% crispy form %}`. `initial`: stored answers; `only`: the keys that may be changed
    (None: all); `case`: whose files may be used (None: no files)."""
    parsed = parse(spec)
    form = SpecForm(list(parsed), data=data, answers=initial, draft=draft, only=only, case=case)
    form.helper = layout.helper(parsed, form)
    return form


def clean_draft(spec: Any, data: Mapping, *, initial: Mapping | None = None, only: set[str] | None = None,
                case: Case | None = None) -> tuple[dict, dict[str, list[str]]]:
    """(answers to store, HTML name → messages). Nothing is required of a draft, nothing typed is lost."""
    form = build(spec, data=data, initial=initial, draft=True, only=only, case=case)
    form.is_valid()
    return form.answers(), form.all_errors()


def visible(spec: Any, answers: Mapping) -> set[str]:
    """The keys that are asked, given these answers."""
    return conditions.shown(list(parse(spec)), answers)


def missing(spec: Any, answers: Mapping) -> list[tuple[str, str]]:
    """What still keeps the answers from being submitted: (key, label), in the order of the form."""
    parsed = parse(spec)
    found = _missing(list(parsed), answers)
    return [(item.key, item.label) for item in found]


def _missing(items: list[FieldSpec], answers: Mapping) -> list[FieldSpec]:
    shown, unread = conditions.shown(items, answers), answers.get(RAW) or {}
    return [item for item in items if item.key in shown and (item.key in unread or _incomplete(item, answers))]


def _incomplete(item: FieldSpec, answers: Mapping) -> bool:
    answer = answers.get(item.key)
    if item.kind == Kind.GROUP:
        rows = answer or []
        low = int(item.min or (1 if item.required else 0))
        return len(rows) < low or any(_missing(list(item.fields), row) for row in rows)
    if not item.required:
        return False
    if item.kind in FILES:
        return len(answer or []) < int(item.min or 1)
    return answer in (None, "", [])


class Shown(str):
    """Text of an answer. `typed`: a person wrote it (it stays as written, inside lang="zh"); `files`: uuids;
    `rows`: for a group, one list of (label, text, key) per row."""

    typed: bool = False
    files: tuple[str, ...] = ()
    rows: tuple[list, ...] = ()


Line = tuple[str, Shown, str]


def display(spec: Any, answers: Mapping, lang: str) -> list[tuple[str, list[Line]]]:
    """[(section label, [(label, text, key)])]: what was asked, answered or not; hidden fields are left out."""
    parsed = parse(spec)
    shown = conditions.shown(list(parsed), answers)
    with override("en" if lang.startswith("en") else "zh-hans"):
        return [
            (section.label(lang), [_line(item, answers, lang) for item in section.fields if item.key in shown])
            for section in parsed.sections
        ]


def _line(item: FieldSpec, answers: Mapping, lang: str) -> Line:
    return item.text("label", lang), _shown(item, answers.get(item.key), lang), item.key


def _shown(item: FieldSpec, answer: Any, lang: str) -> Shown:
    if answer in (None, "", []):
        return Shown("")
    text = Shown(_text(item, answer, lang))
    text.typed = item.kind in TEXTS
    if item.kind in FILES:
        text.files = tuple(answer)
    if item.kind == Kind.GROUP:
        rows = [(row, conditions.shown(item.fields, row)) for row in answer]
        text.rows = tuple([_line(part, row, lang) for part in item.fields if part.key in seen] for row, seen in rows)
    return text


def _text(item: FieldSpec, answer: Any, lang: str) -> str:
    value: Any = fields.to_initial(item, answer) if item.kind == Kind.DATE else answer
    match item.kind:
        case Kind.DATE:
            return date_format(value, "j F Y" if lang.startswith("en") else "Y年n月j日")
        case Kind.BOOL:
            return _("Yes") if value else _("No")
        case Kind.MONEY:
            return yuan(fields.to_initial(item, value)) + (" yuan" if lang.startswith("en") else "元")
        case Kind.ID_NUMBER:
            return str(Secret(stored=value, mask="id"))
        case Kind.REGION:
            return fields.place_of(value)
        case Kind.FILE | Kind.PHOTO:
            return ngettext("%(count)s file", "%(count)s files", len(value)) % {"count": len(value)}
        case Kind.GROUP:
            return ngettext("%(count)s row", "%(count)s rows", len(value)) % {"count": len(value)}
    if item.kind in CHOICES:
        values = value if isinstance(value, list) else [value]
        return ("; " if lang.startswith("en") else "、").join(item.choice_label(part, lang) for part in values)
    unit = item.text("unit", lang)
    return f"{value} {unit}".strip() if lang.startswith("en") else f"{value}{unit}"


@dataclass(frozen=True)
class Column:
    """A plain field as a column of a sheet, or as the source of a metric."""

    key: str
    kind: str
    label_zh: str
    label_en: str
    required: bool = False


def columns(spec: Any) -> list[Column]:
    """The plain fields in order; files and groups have no column."""
    return [
        Column(item.key, item.kind, item.label_zh, item.label_en, item.required and item.when is None)
        for item in parse(spec) if item.kind not in (*FILES, Kind.GROUP)
    ]


def known_values(spec: Any, answers: Mapping) -> dict[str, tuple[str, Any]]:
    """The asked answers as (type, Python value) for eligibility rules; None where unanswered."""
    parsed = parse(spec)
    shown = conditions.shown(list(parsed), answers)
    types = {item.key: CONDITION_TYPES[Kind(item.kind)] for item in parsed if item.kind in CONDITION_TYPES}
    return {
        key: (kind, conditions.value(answers.get(key), kind) if key in shown else None)
        for key, kind in types.items() if kind != "list"
    }
