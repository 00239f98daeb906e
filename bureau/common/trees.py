"""Condition trees: one language for form conditions (read in Python) and eligibility rules (read in SQL).

    {"all": [tree, …]}   {"any": [tree, …]}   {"not": tree}   {"at_least": [n, [tree, …]]}
    {"is": [key, operator, value]}        operators: = <> < <= > >= in between known

This module knows the shape only. What a key means, and how a tree is evaluated, is the reader's business.
"""

import datetime
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

Tree = Mapping[str, Any]

MAX_DEPTH = 6
MAX_LEAVES = 40
KEY = re.compile(r"^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,3}$")

EQUALITY = ("=", "<>", "in", "known")
ORDER = ("<", "<=", ">", ">=", "between")
OPERATORS = EQUALITY + ORDER
OPERATORS_BY_TYPE = {
    "int": OPERATORS,
    "number": OPERATORS,
    "date": OPERATORS,
    "text": EQUALITY,
    "bool": ("=", "<>", "known"),
    "list": ("=", "in", "known"),  # several choices: holds the value, holds one of the values
}


class Leaf(NamedTuple):
    key: str
    op: str
    value: Any


class Branch(NamedTuple):
    kind: str  # all, any, not, at_least
    least: int  # how many must hold
    parts: list


class BadTree(ValueError):
    """The tree has not the shape above; the message is for the person who wrote it."""


def read(tree: Any) -> Leaf | Branch:
    """The top of a tree, or BadTree. Everything that walks trees goes through here."""
    if not isinstance(tree, Mapping) or len(tree) != 1:
        raise BadTree(_("A condition is an object with exactly one of: all, any, not, at_least, is."))
    ((kind, body),) = tree.items()
    if kind == "is":
        return _leaf(body)
    if kind == "not":
        return Branch("not", 1, [body])
    if kind in ("all", "any") and isinstance(body, list):
        return Branch(kind, len(body) if kind == "all" else 1, body)
    if kind == "at_least" and isinstance(body, list) and len(body) == 2 and isinstance(body[1], list):
        count, parts = body
        if type(count) is int and 1 <= count <= len(parts):
            return Branch(kind, count, parts)
    raise BadTree(_("“%(kind)s” cannot be read as a condition.") % {"kind": kind})


def _leaf(body: Any) -> Leaf:
    if not isinstance(body, (list, tuple)) or len(body) not in (2, 3):
        raise BadTree(_("“is” takes a key, an operator and a value."))
    key, op = body[0], body[1]
    if not isinstance(key, str) or not KEY.match(key) or op not in OPERATORS:
        raise BadTree(_("“is” takes a key, an operator and a value."))
    if len(body) == 2 and op != "known":
        raise BadTree(_("“is” takes a key, an operator and a value."))
    return Leaf(key, op, body[2] if len(body) == 3 else True)


def leaves(tree: Any) -> Iterator[Leaf]:
    node = read(tree)
    if isinstance(node, Leaf):
        yield node
        return
    for part in node.parts:
        yield from leaves(part)


def keys(tree: Any) -> set[str]:
    return {leaf.key for leaf in leaves(tree)}


def problems(tree: Any, types: Mapping[str, str]) -> list[str]:
    """What keeps this tree from being published: [] when nothing. `types`: key -> one of OPERATORS_BY_TYPE."""
    found: list[str] = []
    try:
        if _depth(tree) > MAX_DEPTH:
            return [_("Conditions may be nested %(max)s deep at most.") % {"max": MAX_DEPTH}]
        all_leaves = list(leaves(tree))
    except BadTree as error:
        return [str(error)]
    if len(all_leaves) > MAX_LEAVES:
        found.append(_("A condition may have %(max)s comparisons at most.") % {"max": MAX_LEAVES})
    for leaf in all_leaves:
        found += _leaf_problems(leaf, types)
    return found


def _depth(tree: Any, level: int = 1) -> int:
    if level > MAX_DEPTH:
        return level  # deep enough to refuse; never recurse into what a stranger nested 100,000 deep
    node = read(tree)
    if isinstance(node, Leaf):
        return level
    return max((_depth(part, level + 1) for part in node.parts), default=level)


def _leaf_problems(leaf: Leaf, types: Mapping[str, str]) -> list[str]:
    if leaf.key not in types:
        return [_("“%(key)s” is not known here.") % {"key": leaf.key}]
    kind = types[leaf.key]
    if leaf.op not in OPERATORS_BY_TYPE[kind]:
        return [_("“%(key)s” cannot be compared with %(op)s.") % {"key": leaf.key, "op": leaf.op}]
    try:
        value = operand(leaf, kind)
    except (ValueError, TypeError):
        return [_("“%(value)s” is no value for “%(key)s”.") % {"key": leaf.key, "value": leaf.value}]
    if leaf.op == "between" and value[0] > value[1]:
        return [_("The bounds for “%(key)s” are in the wrong order.") % {"key": leaf.key}]
    return []


def operand(leaf: Leaf, kind: str) -> Any:
    """The value(s) to compare with, as Python objects of the type. Raises ValueError."""
    if leaf.op == "known":
        return typed(leaf.value, "bool")
    if leaf.op in ("in", "between"):
        if not isinstance(leaf.value, (list, tuple)) or not leaf.value:
            raise ValueError("a non-empty list is needed")
        if leaf.op == "between" and len(leaf.value) != 2:
            raise ValueError("two bounds are needed")
        return [typed(value, kind) for value in leaf.value]
    return typed(leaf.value, kind)


def typed(value: Any, kind: str) -> Any:
    """A JSON value as int, Decimal, date, bool or str. Raises ValueError."""
    if kind == "bool":
        if not isinstance(value, bool):
            raise ValueError("true or false is needed")
        return value
    if isinstance(value, bool):
        raise ValueError("not a truth value")
    if kind == "int":
        if not isinstance(value, int) or abs(value) >= 2**63:
            raise ValueError("an integer is needed")
        return value
    if kind == "number":
        return _number(value)
    if kind == "date":
        return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)
    if not isinstance(value, str):
        raise ValueError("text is needed")
    return value


def _number(value: Any) -> Decimal:
    try:
        number = Decimal(str(value)) if isinstance(value, (int, float, str, Decimal)) else None
    except InvalidOperation as error:
        raise ValueError("a number is needed") from error
    if number is None or not number.is_finite() or abs(number) >= Decimal("1e18"):
        raise ValueError("a number is needed")
    return number
