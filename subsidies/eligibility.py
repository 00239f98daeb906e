"""The explanation of a rule as a person reads it: each condition in words, met or not, with what is on file."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bureau.common.i18n import is_chinese
from bureau.facts import rules
from bureau.facts.registry import facts_of
from subsidies.enums import GRANTED
from subsidies.facts import AWARDS, granted


@dataclass(frozen=True)
class Check:
    """One condition. `verdict`: True, False, or None where the portal does not know."""

    label: str
    wanted: str
    verdict: bool | None
    found: str
    source: str


@dataclass(frozen=True)
class Eligibility:
    verdict: bool | None
    checks: list


def explain(version, enterprise, application=None):
    """The scheme's rules for one shop; an `application` that has been granted does not count against itself."""
    node = rules.explain(version.rules, enterprise.pk, given=_apart_from(application))
    return Eligibility(node.verdict, [_check(leaf) for leaf in node.leaves()])


def _apart_from(application):
    """What is on file of the shop's awards without this one; {} where it has not been granted."""
    if application is None or application.state not in GRANTED:
        return {}
    others = granted().filter(enterprise=application.enterprise_id).exclude(pk=application.pk)
    fact = facts_of()[AWARDS]
    return {AWARDS: rules.Given(fact.type, others.count(), label=fact.label, source=fact.source, unit=fact.unit)}


def _check(leaf):
    fact = facts_of().get(leaf.key)
    read = fact.labels if fact and fact.labels else None
    show = lambda value: _shown(value, leaf.unit, read)  # noqa: E731
    return Check(leaf.label, _wanted(leaf, show), leaf.verdict, show(leaf.found), leaf.source)


def _wanted(leaf, show):
    """A yes-or-no condition is said by its label alone."""
    if leaf.op == "known":
        return _("on file") if leaf.wanted else _("not on file")
    if leaf.wanted is True:
        return ""
    if leaf.op == "in":
        return _(" or ").join(show(value) for value in leaf.wanted)
    if leaf.op == "between":
        return _("from %(low)s to %(high)s") % {"low": show(leaf.wanted[0]), "high": show(leaf.wanted[1])}
    if leaf.op == "=" and leaf.wanted == 0 and not isinstance(leaf.wanted, bool):
        return pgettext("how many", "none")
    return _words(leaf.op, isinstance(leaf.wanted, date)) % {"value": show(leaf.wanted)}


def _words(op, is_date):
    if is_date:
        return {
            "=": "%(value)s", "<>": _("not %(value)s"), "<": _("before %(value)s"), "<=": _("%(value)s or earlier"),
            ">": _("after %(value)s"), ">=": _("%(value)s or later"),
        }[op]
    return {
        "=": "%(value)s", "<>": _("not %(value)s"), "<": _("under %(value)s"), "<=": _("%(value)s at most"),
        ">": _("over %(value)s"), ">=": _("%(value)s at least"),
    }[op]


def _shown(value, unit="", read=None):
    from bureau.common.templatetags.ui import day

    if value is None:
        return ""
    if read is not None:
        return str(read(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return day(value)
    text = f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
    return f"{text}{unit}" if is_chinese() else f"{text} {unit}".strip()
