"""What the apps know about a subject: each fact is declared once, as an expression over the subject's model."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from bureau.common.remembered import Remembered
from bureau.common.trees import KEY

Text = str | Promise
#: Integers stay integers: a comparison as numeric costs a fifth more over a whole register.
SQL_TYPES = {"int": "bigint", "number": "numeric", "text": "text", "date": "date", "bool": "boolean"}


@dataclass(frozen=True)
class Related:
    """A fact from rows that point at the subject. Declared once, compiled as a correlated sub-query for one
    subject and as a grouped join for all of them. `empty`: the value where there are no rows (None: unknown)."""

    queryset: Callable[[], QuerySet]
    aggregate: Any
    link: str = "enterprise"
    empty: Any = None


@dataclass(frozen=True)
class Fact:
    """`type`: int, number, text, date or bool. `expression`: a column name, a Django expression, or Related.
    `source`: where it is known from, for the explanation. `as_of`: expression of the day it was known on."""

    key: str
    label: Text
    type: str
    expression: Any
    unit: Text = ""
    source: Text = ""
    as_of: Any = None
    model: str = "enterprises.Enterprise"
    labels: Callable[[Any], Text] | None = None  # a stored value as people read it

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class Family:
    """Facts that stand as rows of the database, one for each kind of something that staff define. Their keys begin
    with `prefix`; they are read again every half minute, so a new kind can be used in rules without a restart."""

    prefix: str
    members: Callable[[], Iterable[Fact]]
    model: str = "enterprises.Enterprise"
    _known: Remembered = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", Remembered(self._read))

    def _read(self) -> dict[str, Fact]:
        found = {fact.key: fact for fact in self.members()}
        if wrong := [key for key in found if not key.startswith(self.prefix) or not KEY.match(key)]:
            raise ImproperlyConfigured(f"The facts {wrong} have no proper keys of the family {self.prefix}.")
        return found

    def facts(self) -> dict[str, Fact]:
        return self._known()

    def changed(self) -> None:
        """Staff have defined another: this process reads again at once."""
        self._known.forget()


_facts: dict[str, dict[str, Fact]] = {}
_families: list[Family] = []


def register(*facts: Fact) -> None:
    """Called by the apps' facts.py. A key is declared once per subject."""
    for fact in facts:
        known = _facts.setdefault(fact.model.lower(), {})
        if fact.key in known:
            raise ImproperlyConfigured(f"The fact {fact.key} is declared twice.")
        if not KEY.match(fact.key) or fact.type not in SQL_TYPES:
            raise ImproperlyConfigured(f"The fact {fact.key} has no proper key or type.")
        known[fact.key] = fact


def register_family(family: Family) -> None:
    _families.append(family)


def declared_of(model: str = "enterprises.Enterprise") -> dict[str, Fact]:
    """Those that stand in the code, without asking the database."""
    return dict(_facts.get(model.lower(), {}))


def facts_of(model: str = "enterprises.Enterprise") -> dict[str, Fact]:
    """All facts of a subject; where a family and the code know the same key, the code's counts."""
    found: dict[str, Fact] = {}
    for family in _families:
        if family.model.lower() == model.lower():
            found |= family.facts()
    return found | declared_of(model)


def subjects() -> list[str]:
    return sorted(_facts)


def subject_model(label: str) -> type[Model]:
    return apps.get_model(label)
