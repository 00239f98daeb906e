"""How much an award is: the first rate whose condition holds over the answers.

A scheme with `"kind": "placement"` has two rates instead, "trainee" and "host", and says after how many confirmed
months (`months`) of how many days worked (`days`) a trainee counts; see ``subsidies.placements.lines``."""

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


PLACEMENT = "placement"
PLACEMENT_RATES = ("trainee", "host")


def pays_placements(amounts):
    """Whether what is paid follows from an agreement and its months, not from answers."""
    return amounts.get("kind") == PLACEMENT


def fixed(amounts, key):
    """The amount of the rate of that key, in yuan."""
    return next(Decimal(entry["amount"]) for entry in amounts["rates"] if entry["key"] == key)


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
    if pays_placements(amounts):
        return None
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
    if amounts.get("kind", PLACEMENT) != PLACEMENT:
        return [f"kind: {amounts['kind']}"]
    found = _placement_problems(amounts) if pays_placements(amounts) else []
    kinds = types(spec)
    cap = trees.typed(amounts["cap"], "number")
    for entry in amounts["rates"]:
        if not 0 < trees.typed(entry["amount"], "number") <= cap:
            found.append(f"rates.{entry['key']}: 0 < amount <= {cap}")
        if entry.get("when"):
            found += [f"rates.{entry['key']}: {text}" for text in trees.problems(entry["when"], kinds)]
    return found


def _placement_problems(amounts):
    found = []
    if tuple(entry["key"] for entry in amounts["rates"]) != PLACEMENT_RATES:
        found.append("rates: one for the trainee, then one for the host")
    if any(entry.get("when") for entry in amounts["rates"]):
        found.append("rates: no conditions")
    wanted = {"months": range(1, 37), "days": range(1, 32)}
    return found + [f"{key}: {span.start} to {span.stop - 1}" for key, span in wanted.items()
                    if amounts.get(key) not in span]
