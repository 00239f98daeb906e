"""W1: requests that another site makes a visitor's browser send, and pages that write when they are only looked at."""

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from bureau.accounts.access import PUBLIC, access, routes
from bureau.accounts.models import SiteProfile
from bureau.accounts.roles import Role
from subsidies.models import Application
from tests.harness.caller import Caller, body
from tests.harness.targets import Places

pytestmark = pytest.mark.race
MADE_UP = ("", "x" * 32, "a" * 64)


def forged(request, reason=""):
    return HttpResponse("forged", status=403)


def who_may(world, route) -> Caller:
    """Somebody whom the route lets in; nobody where it lets in everybody or no one."""
    role = next((role for role in Role if role in route.rule.roles), None)
    return Caller(world.people[role]) if role else Caller()


def address_of(world, route) -> str:
    role = next((role for role in Role if role in route.rule.roles), None)
    targets = Places(world, role).targets(route)
    return (targets.own or targets.foreign)[0]


@pytest.mark.proof("W1", "held")
@override_settings(CSRF_FAILURE_VIEW=f"{__name__}.forged")
def test_no_route_takes_a_forged_post(world, proof):
    """None, two made-up tokens, and the whole pair that somebody else was given, without his cookie."""
    stranger = Client()
    stranger.get("/login/")
    foreign = stranger.cookies[settings.CSRF_COOKIE_NAME].value
    wrong, count = [], 0
    for route in routes():
        caller, address = who_may(world, route), address_of(world, route)
        for token in (*MADE_UP, foreign):
            answer = caller.post(address, {"csrfmiddlewaretoken": token}, may_write=False, token=True)
            count += 1
            if (answer.status, answer.text) != (403, "forged"):
                wrong.append(f"{route}: {answer.status}")
    assert not wrong, "\n".join(wrong)
    proof("W1").held(f"{len(routes())} routes × 4 forged tokens (none, made up, a stranger's): {count} of {count} answered 403")


@pytest.mark.proof("W1", "held")
def test_no_page_writes(world, proof):
    """Every page, by each sort of caller, where the database refuses to write; the session lies in the cookie."""
    callers = {role: Caller(user) for role, user in world.people.items()} | {None: Caller()}
    wrong, count = [], 0
    for route in routes():
        may = [role for role in Role if role in route.rule.roles][:2]
        for role in [*may, None]:
            targets = Places(world, role).targets(route)
            for address in targets.own or targets.foreign[:1]:
                answer = callers[role].get(address)
                count += 1
                if answer.status >= 500:
                    wrong.append(f"{address} as {role}: {answer.status} {answer.error}")
    assert not wrong, "\n".join(wrong)
    assert count > 500
    proof("W1").held(f"{count} pages of {len(routes())} routes read in READ ONLY transactions: 0 writes")


@access(PUBLIC)
def counting(request):
    SiteProfile.objects.update(primary_color="#123456")
    return HttpResponse("looked at")


urlpatterns = [path("counting/", counting)]


@override_settings(ROOT_URLCONF=__name__)
def test_a_page_that_writes_is_seen(world):
    """So that the count of 0 above can be another."""
    answer = Caller().get("/counting/")
    assert answer.status == 500 and "read-only transaction" in answer.error


@pytest.mark.proof("W1", "removed")
def test_without_the_token_another_site_withdraws_a_case(world, monkeypatch, proof):
    case = world.a.cases["accept"]
    address = reverse("subsidies:my_withdraw", args=[case.ref])
    data = {"version": case.version, "reason": "伪造", "key": "0" * 32}
    assert sent_by_another_site(world, address, data) == (403, "submitted")
    monkeypatch.setattr("tests.harness.caller._handler", None)
    monkeypatch.setattr("django.middleware.csrf.CsrfViewMiddleware.process_view", lambda *args: None)
    status, state = sent_by_another_site(world, address, data)
    monkeypatch.undo()
    assert (status, state) == (302, "withdrawn")
    proof("W1").removed("token of each form", "a form on another site withdraws an owner's application")


def sent_by_another_site(world, address, data) -> tuple[int, str]:
    """(status, state of the case before the request is taken back)."""
    case, states = world.a.cases["accept"], []

    def read(response):
        states.append(Application.objects.get(pk=case.pk).state)
        return body(response)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.harness.caller.body", read)
        answer = Caller(world.a.owner).post(address, data, token=True)
    return answer.status, states[-1]
