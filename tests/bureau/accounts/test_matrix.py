"""Every route × every role, by calling it: what is declared is what happens. Generated from the declarations."""

from itertools import product

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from bureau import urls
from bureau.accounts.access import Route, Rule, routes
from bureau.accounts.roles import Role
from tests.factories import accounts

#: Values for parameters; the first combination that the address accepts is taken. Nothing has these ids.
CANDIDATES = (
    "00000000-0000-4000-8000-000000000000", "999999", "accounts", "unknown", "E99999999", "part-1", "2021-05-01",
)
NOBODY, FORMER = "anonymous", "disabled"
#: They end the session that calls them.
ENDS_SESSION = {"accounts:logout", "admin:logout"}
#: A question about nothing, and a second site profile, are refused to everybody.
REFUSES_EMPTY = {"admin:autocomplete", "admin:accounts_siteprofile_add"}
pytestmark = pytest.mark.django_db


def address_of(route: Route) -> str:
    if not route.name:
        return route.path.split("(", 1)[0] + "nothing-here/" if "(" in route.path else route.path
    for values in product(CANDIDATES, repeat=len(route.parameters)):
        try:
            return reverse(route.name, kwargs=dict(zip(route.parameters, values, strict=True)))
        except NoReverseMatch:
            continue
    raise AssertionError(f"no address for {route}")


@pytest.fixture
def clients():
    """A browser per role, one of nobody, and one of a former officer whose cookie still lives."""
    accounts.site()
    found = {NOBODY: Client(raise_request_exception=False)}
    for role in Role:
        user = accounts.owner() if role == Role.OWNER else accounts.staff(role)
        found[role] = _browser_of(user)
    former = accounts.staff(Role.APPROVER)
    found[FORMER] = _browser_of(former)
    former.is_active = False
    former.save()
    return found


def _browser_of(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="bureau.accounts.backends.StaffBackend")
    return client


@pytest.fixture(autouse=True)
def plain_refusals(monkeypatch):
    """The pages of refusals have tests of their own; here thousands of them are counted."""
    monkeypatch.setattr(urls, "handler403", lambda request, exception: HttpResponse(status=403), raising=False)
    monkeypatch.setattr(urls, "handler404", lambda request, exception: HttpResponse(status=404), raising=False)


def verdict(route: Route, rule: Rule, who: str, status: int, location: str) -> str:
    """Empty when the answer is what the declaration says."""
    if status >= 500:
        return "an error of the server"
    if rule.closed:
        return "" if status in (404, 302, 403) else "a closed page opened"
    if rule.public:
        return "" if status != 403 else "a public page is refused"
    to_login = status == 302 and "/login/" in location
    if who in (NOBODY, FORMER):
        return "" if to_login else "somebody without an account got in"
    if who in rule.roles and route.name not in REFUSES_EMPTY:
        return "" if status != 403 and not to_login else "refused although declared"
    return "" if status == 403 or who in rule.roles else "opened although not declared"


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_declared_is_what_happens(clients, method):
    wrong, calls = [], 0
    for route in routes():
        if route.name in ENDS_SESSION:
            continue
        address, rule = address_of(route), route.rule_for(method.upper())
        for who, client in clients.items():
            answer = getattr(client, method)(address)
            calls += 1
            if fault := verdict(route, rule, who, answer.status_code, answer.headers.get("Location", "")):
                wrong.append(f"{method} {address} ({route.name}) as {who}: {answer.status_code}, {fault}")
    assert not wrong, "\n".join(wrong)
    assert calls > 1000
