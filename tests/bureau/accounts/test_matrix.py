"""Every route × every role × own and another's object, by calling it: what is declared is what happens.

Generated from the declarations. A GET, and a request that must be refused, runs where the database cannot be
written; a POST with an object of one's own may write, and is taken back.
"""

from collections import Counter

import pytest

from bureau.accounts.access import Route, needs, routes
from bureau.accounts.models import User
from bureau.accounts.roles import Permission, Role
from tests.harness.caller import Answer, Caller
from tests.harness.canaries import NUMBERS, leaks, shown
from tests.harness.targets import Places, Targets

pytestmark = [pytest.mark.sweep, pytest.mark.usefixtures("quiet", "plain_refusals")]

NOBODY, FORMER = "anonymous", "disabled"
#: Refused to everybody when asked without what they are about (a question about nothing, no session to end, no
#: shop), which tests/harness/test_foreign_objects.py asks with it; and a second site profile.
REFUSES_EMPTY = {
    ("get", "admin:autocomplete"), ("get", "admin:accounts_siteprofile_add"),
    ("post", "admin:accounts_siteprofile_add"), ("post", "accounts:end_session"), ("post", "subsidies:begin"),
}
#: The bureau's alone, whatever the role: these callers sit in a county.
BUREAU_ONLY = {
    ("get", "admin:enterprises_credentialround_add"), ("post", "admin:enterprises_credentialround_add"),
    ("post", "admin:enterprises_credentialround_change"),
}
#: Answers that do not tell whether something is there: taking back an upload that is not one's own does nothing,
#: and the admin's old addresses (unnamed) lead on to new ones, whatever they name.
TELLS_NOTHING = {"attachments:discard", ""}
#: A page that has nothing for anybody (the admin's own 404).
NOT_THERE = {"/admin/(?P<url>.*)$"}
#: Where a POST asks for more than the page does: numbers in full.
POST_NEEDS = {
    "admin:training_session_sheet": needs(Permission.UNMASK),
    "admin:subsidies_application_print_approval": needs(Permission.UNMASK),
    "admin:subsidies_application_print_payees": needs(Permission.UNMASK),
}


@pytest.fixture(scope="module")
def callers(world):
    """A browser per role, one of nobody, and one of a former officer whose cookie still lives."""
    found = {role: Caller(user) for role, user in world.people.items()} | {NOBODY: Caller()}
    found[FORMER] = Caller(world.former, known=False)
    User.objects.filter(pk=world.former.pk).update(is_active=False)
    return found


def passes(route: Route, who, method: str) -> bool:
    rule = route.rule_for(method.upper())
    more = POST_NEEDS.get(route.name) if method == "post" else None
    return rule.public or (who in rule.roles and (more is None or who in more.roles))


def verdict(route: Route, who, whose: str, method: str, answer: Answer) -> str:
    """Empty when the answer is what the declaration says."""
    status, rule = answer.status, route.rule_for(method.upper())
    if status >= 500:
        return f"an error of the server ({answer.error})"
    if rule.closed:
        return "" if status in (404, 302, 403) else "a closed page opened"
    to_login = status == 302 and "/login/" in answer.location
    if not rule.public and who in (NOBODY, FORMER):
        return "" if to_login else "somebody without an account got in"
    if not passes(route, who, method):
        return "" if status == 403 else "opened although not declared"
    if whose == "foreign":
        told = status not in (404, 405) and route.name not in TELLS_NOTHING
        return "another's object is there" if told else ""
    if route.path in NOT_THERE or (method, route.name) in REFUSES_EMPTY:
        return "" if status in (403, 404) else "opened although empty"
    if (method, route.name) in BUREAU_ONLY:
        return "" if status == 403 else "opened to a county"
    return "" if status not in (403, 404) and (rule.public or not to_login) else "refused although declared"


@pytest.mark.proof("A1", "held")
@pytest.mark.proof("A3", "held")
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_declared_is_what_happens(world, callers, method, proof):
    wrong, calls, found, lower = [], Counter(), set(), 0
    for who, caller in callers.items():
        places = Places(world, who if isinstance(who, Role) else None)
        for route in routes():
            may = passes(route, who, method) and not route.rule.closed
            for whose, address in asked(places.targets(route), may):
                if method == "get":
                    answer = caller.get(address)
                else:
                    answer = caller.post(address, may_write=may and whose == "own")
                calls[whose] += 1
                lower += not may
                found |= shown(world, answer.text)
                fault = verdict(route, who, whose, method, answer) or "; ".join(leaks(world, route, answer.text))
                if fault:
                    wrong.append(f"{method} {address} ({route.name}) as {who}, {whose}: {answer.status}, {fault}")
    assert not wrong, f"{len(wrong)} of {calls.total()}\n" + "\n".join(wrong)
    assert calls["own"] > 3000 and calls["foreign"] > 400, calls
    if method == "get":  # one's own words are found, so the other's would be
        assert found == {kind for kind, _word in world.a.words.items()} - set(NUMBERS)
    asked_by = f"{len(routes())} routes × {len(callers)} callers by {method.upper()}"
    proof("A1").held(f"{asked_by}: {calls['foreign']} calls with another's object, 0 answered, 0 of its words shown")
    proof("A3").held(f"{asked_by}: {lower} calls without the right, {lower} refused")


def asked(targets: Targets, may: bool) -> list[tuple[str, str]]:
    """(whose, address); who may not call a route at all is refused before anybody asks what it is about."""
    if not may:
        return [("own", (targets.own or targets.foreign)[0])]
    own = [("own", address) for address in targets.own]
    return own + [("foreign", address) for address in targets.foreign]
