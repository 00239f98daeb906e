"""A second evaluator of rules, in Python, written apart from the compiler: three-valued logic on values that come
from SQL (Python's decimals round elsewhere)."""

import operator
from decimal import Decimal

COMPARE = {"=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
           ">=": operator.ge}


def verdict(tree, facts, types):
    (kind, body), = tree.items()
    if kind == "is":
        return leaf(body, facts, types)
    if kind == "not":
        inner = verdict(body, facts, types)
        return None if inner is None else not inner
    parts = body[1] if kind == "at_least" else body
    found = [verdict(part, facts, types) for part in parts]
    wanted = {"all": len(parts), "any": 1}.get(kind) or (body[0] if kind == "at_least" else 0)
    if kind == "any" and not parts:
        return False
    true, unknown = found.count(True), found.count(None)
    if true >= wanted:
        return True
    return None if true + unknown >= wanted else False


def leaf(body, facts, types):
    key, op, value = (*body, True)[:3]
    found = facts[key]
    if op == "known":
        return (found is not None) == value
    if found is None:
        return None
    read = Decimal if types[key] == "number" else (lambda v: v)
    if types[key] == "date":
        found = found.isoformat()
    if op == "in":
        return any(found == read(v) for v in value)
    if op == "between":
        return read(value[0]) <= found <= read(value[1])
    return COMPARE[op](found, read(value))
