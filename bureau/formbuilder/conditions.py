"""When a field is asked: condition trees over the answers given so far."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bureau.common import trees
from bureau.formbuilder.enums import CONDITION_TYPES, Kind
from bureau.formbuilder.spec import FieldSpec


def shown(items: list[FieldSpec] | tuple[FieldSpec, ...], answers: Mapping[str, Any]) -> set[str]:
    """Keys of the fields that are asked. A hidden field counts as unanswered, so chains collapse."""
    visible: set[str] = set()
    known: dict[str, Any] = {}
    types: dict[str, str] = {}
    for item in items:
        if item.when is not None and holds(item.when, known, types) is not True:
            continue
        visible.add(item.key)
        if item.kind in CONDITION_TYPES:
            types[item.key] = CONDITION_TYPES[Kind(item.kind)]
            known[item.key] = value(answers.get(item.key), types[item.key])
    return visible


def value(answer: Any, kind: str) -> Any:
    """An answer (JSON) as the Python value of its condition type; None when unanswered or unreadable."""
    if answer is None or answer == "" or answer == []:
        return None
    if kind == "list":
        return [str(part) for part in answer] if isinstance(answer, (list, tuple)) else None
    try:
        return trees.typed(int(answer) if kind == "int" and isinstance(answer, str) else answer, kind)
    except (ValueError, TypeError, InvalidOperation):
        return None


def holds(tree: Any, known: Mapping[str, Any], types: Mapping[str, str]) -> bool | None:
    """True, False, or None where an answer is not there yet."""
    node = trees.read(tree)
    if isinstance(node, trees.Leaf):
        return _leaf(node, known.get(node.key), types.get(node.key, "text"))
    verdicts = [holds(part, known, types) for part in node.parts]
    if node.kind == "not":
        return None if verdicts[0] is None else not verdicts[0]
    sure = sum(v is True for v in verdicts)
    possible = sum(v is not False for v in verdicts)
    return True if sure >= node.least else None if possible >= node.least else False


def _leaf(leaf: trees.Leaf, found: Any, kind: str) -> bool | None:
    if leaf.op == "known":
        return (found is not None) is bool(leaf.value)
    if found is None:
        return None
    if kind == "list":
        wanted = leaf.value if leaf.op == "in" else [leaf.value]
        return any(choice in found for choice in wanted)
    wanted = trees.operand(leaf, kind)
    return _compare(leaf.op, found, wanted)


def _compare(op: str, found: Any, wanted: Any) -> bool:
    if op == "in":
        return found in wanted
    if op == "between":
        return wanted[0] <= found <= wanted[1]
    if isinstance(found, int) and isinstance(wanted, Decimal):
        found = Decimal(found)
    return {
        "=": found == wanted,
        "<>": found != wanted,
        "<": op == "<" and found < wanted,
        "<=": op == "<=" and found <= wanted,
        ">": op == ">" and found > wanted,
        ">=": op == ">=" and found >= wanted,
    }[op]
