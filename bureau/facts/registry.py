"""What the apps know about a subject: each fact is declared once, as an expression over the subject's model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

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


_facts: dict[str, dict[str, Fact]] = {}


def register(*facts: Fact) -> None:
    """Called by the apps' facts.py. A key is declared once per subject."""
    for fact in facts:
        known = _facts.setdefault(fact.model.lower(), {})
        if fact.key in known:
            raise ImproperlyConfigured(f"The fact {fact.key} is declared twice.")
        if not KEY.match(fact.key) or fact.type not in SQL_TYPES:
            raise ImproperlyConfigured(f"The fact {fact.key} has no proper key or type.")
        known[fact.key] = fact


def facts_of(model: str = "enterprises.Enterprise") -> dict[str, Fact]:
    return dict(_facts.get(model.lower(), {}))


def subjects() -> list[str]:
    return sorted(_facts)


def subject_model(label: str) -> type[Model]:
    return apps.get_model(label)
