"""How much an award is: the first rate whose condition holds over the answers."""

from dataclasses import dataclass
from decimal import Decimal

from bureau.common import trees
from bureau.common.i18n import localized
from bureau.formbuilder import conditions
from bureau.formbuilder.enums import CONDITION_TYPES, Kind
from bureau.formbuilder.spec import parse


@dataclass(frozen=True)
class Rate:
    key: str
    amount: Decimal
    label: str


def types(spec):
    """Condition type of every answer that a condition may name."""
    return {item.key: CONDITION_TYPES[Kind(item.kind)] for item in parse(spec) if item.kind in CONDITION_TYPES}


def known(spec, answers):
    """Answers as Python values; what is not asked counts as unanswered."""
    items = list(parse(spec))
    asked = conditions.shown(items, answers)
    return {key: conditions.value(answers.get(key), kind) for key, kind in types(spec).items() if key in asked}


def holds(tree, spec, answers):
    """True, False, or None while an answer it needs is not there; no condition always holds."""
    return True if not tree else conditions.holds(tree, known(spec, answers), types(spec))


def rate(amounts, spec, answers):
    """The rate that applies, or None while the answers do not say."""
    values, kinds = known(spec, answers), types(spec)
    for entry in amounts["rates"]:
        verdict = conditions.holds(entry["when"], values, kinds) if entry.get("when") else True
        if verdict is None:
            return None
        if verdict:
            return Rate(entry["key"], min(Decimal(entry["amount"]), Decimal(amounts["cap"])), localized(entry, "label"))
    return None


def problems(amounts, spec):
    """What keeps the amounts from being published: [] when nothing."""
    found = []
    kinds = types(spec)
    cap = trees.typed(amounts["cap"], "number")
    for entry in amounts["rates"]:
        if not 0 < trees.typed(entry["amount"], "number") <= cap:
            found.append(f"rates.{entry['key']}: 0 < amount <= {cap}")
        if entry.get("when"):
            found += [f"rates.{entry['key']}: {text}" for text in trees.problems(entry["when"], kinds)]
    return found
