"""W8: pages in another site's frame, links that lead away, forged hosts, pages that a cache hands to somebody else."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from bureau.accounts.access import routes
from bureau.accounts.middleware import HeadersMiddleware
from bureau.accounts.roles import Role
from enterprises.credentials.enums import State
from tests.factories import accounts
from tests.factories import credentials as titles
from tests.harness.caller import Caller
from tests.harness.targets import Places

pytestmark = pytest.mark.race
#: What every answer says, whoever asks and whatever it is.
EVERYWHERE = {
    "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
}
AWAY = (
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "http:///evil.example",
    "http:evil.example", "javascript:alert(1)", "data:text/html,x", "https://testserver@evil.example/", "\t//evil.example",
    "https://testserver.evil.example/",
)
PHONE = "13897004321"


# --- headers ------------------------------------------------------------------------------------------------


def missing(answer, *, signed_in: bool) -> list[str]:
    """What the answer should have said to the browser."""
    found = [name for name, value in EVERYWHERE.items() if answer.headers.get(name) != value]
    policy = answer.headers.get("Content-Security-Policy", "")
    if "frame-ancestors 'none'" not in policy and "sandbox" not in policy:
        found.append("frame-ancestors")
    if "unsafe" in policy or "Permissions-Policy" not in answer.headers:
        found.append("policy")
    if signed_in and answer.headers.get("Cache-Control") != "no-store, private":
        found.append(f"no-store (says {answer.headers.get('Cache-Control')!r})")
    return found


@pytest.mark.proof("W8", "held")
def test_every_route_says_how_it_may_be_shown(world, plain_refusals, proof):
    """By somebody who may, by nobody, and where there is nothing: pages, files, refusals."""
    callers = {role: Caller(user) for role, user in world.people.items()} | {None: Caller()}
    wrong, count = [], 0
    for route in routes():
        role = next((role for role in Role if role in route.rule.roles), None)
        for who in {role, None}:
            targets = Places(world, who).targets(route)
            for address in (*targets.own[:1], *targets.foreign[:1]):
                answer = callers[who].get(address)
                count += 1
                if lacks := missing(answer, signed_in=who is not None):
                    wrong.append(f"{address} as {who} ({answer.status}): {', '.join(lacks)}")
    for address in ("/nothing-here/", "/acc%00ount/", "/?a=%00"):
        answer = Caller().get(address)
        count += 1
        if not {"frame-ancestors", "X-Content-Type-Options"}.isdisjoint(missing(answer, signed_in=False)):
            wrong.append(f"{address} ({answer.status})")  # what is refused at the door has no more headers than these
    assert not wrong, f"{len(wrong)} of {count}\n" + "\n".join(wrong)
    proof("W8").held(f"{count} answers of {len(routes())} routes: {count} may not be framed, {count} sniffed by nobody; "
                     "those of signed-in people are never stored")


# --- addresses that lead away ---------------------------------------------------------------------------------


@pytest.fixture
def ways(db, monkeypatch):
    """Each door that takes a `next`: a function of it that answers where the door leads in the end."""
    accounts.site()
    accounts.staff(Role.CLERK, username="clerk")
    codes = []
    monkeypatch.setattr("bureau.notifications.notify", lambda kind, **given: codes.append(given["context"]["code"]))
    for limits in ("PER_PHONE", "PER_ADDRESS"):
        monkeypatch.setattr(f"bureau.accounts.codes.{limits}", ((timedelta(minutes=1), 1000),))

    def phone(target):
        other = Client()
        asked = other.post(f"{reverse('accounts:login')}?next=/", {"phone": PHONE, "next": target})
        assert asked.status_code == 302, asked.content.decode()[:2000]
        return other.post(reverse("accounts:code"), {"code": codes[-1]})

    def phone_by_address(target):
        other = Client()
        other.post(reverse("accounts:login", query={"next": target}), {"phone": PHONE})
        return other.post(reverse("accounts:code"), {"code": codes[-1]})

    def staff(target):
        return Client().post("/admin/login/", {"username": "clerk", "password": accounts.PASSWORD, "next": target})

    def confirm(target):
        other = Client()
        other.post("/admin/login/", {"username": "clerk", "password": accounts.PASSWORD})
        return other.post(reverse("accounts:confirm"), {"password": accounts.PASSWORD, "next": target})

    def signed_in_already(target):
        other = Client()
        other.force_login(accounts.owner(), backend="bureau.accounts.backends.OwnerBackend")
        return other.get(reverse("accounts:login"), {"next": target})

    def language(target):
        return Client().post(reverse("desk:language"), {"language": "en", "next": target})

    def large_type(target):
        return Client().post(reverse("desk:large_type"), {"large": "1", "next": target})

    return (phone, phone_by_address, staff, confirm, signed_in_already, language, large_type)


@pytest.mark.django_db
@pytest.mark.proof("W8", "held")
def test_twelve_addresses_lead_nowhere_else(ways, proof):
    for way in ways:
        for target in AWAY:
            answer = way(target)
            assert answer.status_code == 302, (way.__name__, target)
            assert answer.headers["Location"].startswith("/") and "evil" not in answer.headers["Location"], (way.__name__, target)
        assert way("/pledges/").headers["Location"] == "/pledges/", way.__name__
    proof("W8").held(f"{len(AWAY)} next= values at {len(ways)} doors: 0 of {len(AWAY) * len(ways)} lead to another host")


# --- forged hosts ---------------------------------------------------------------------------------------------

HOSTS = ("evil.example", "testserver.evil.example", "evil.example:80", "testserver:80@evil.example", "", "a" * 300)


def plaque():
    accounts.site()
    return titles.credential(titles.people(), state=State.PLAQUE)


def address_on(page: str, host: str) -> int:
    return page.count(f"//{host}")


@pytest.mark.django_db
@pytest.mark.proof("W8", "held")
def test_a_forged_host_is_answered_with_nothing_of_its_own(proof):
    row = plaque()
    pages = ("/", "/login/", "/admin/login/", "/verify/", row.verify_url)
    answers = [Client().get(page, HTTP_HOST=host) for page in pages for host in HOSTS]
    assert {answer.status_code for answer in answers} == {400}
    for header in ("X-Forwarded-Host", "X-Original-Host", "Forwarded"):
        for page in pages:
            answer = Client().get(page, headers={header: "host=evil.example" if header == "Forwarded" else "evil.example"})
            assert answer.status_code == 200 and b"evil" not in answer.content
            answers.append(answer)
    proof("W8").held(f"{len(HOSTS)} forged Host values and 3 forged forwarding headers on {len(pages)} public pages: "
                     f"0 of {len(answers)} answers name another host")


@pytest.mark.django_db
@pytest.mark.proof("W8", "removed")
def test_without_the_list_of_hosts_a_plaque_leads_away(proof):
    from django.test import RequestFactory

    from enterprises.credentials import qr

    row = plaque()
    with override_settings(ALLOWED_HOSTS=["*"], PUBLIC_URL=""):
        target = qr.address(row, RequestFactory().get("/", HTTP_HOST="evil.example"))
    assert target.startswith("http://evil.example/verify/")
    proof("W8").removed("list of hosts", "the QR code of a certificate leads to evil.example")


@pytest.mark.django_db
@pytest.mark.proof("W8", "removed")
def test_without_the_look_at_next_it_leads_away(ways, proof, monkeypatch):
    for module in ("bureau.accounts.views", "bureau.desk.views.preferences"):
        monkeypatch.setattr(f"{module}.url_has_allowed_host_and_scheme", lambda *args, **kwargs: True)
    led = [way("//evil.example").headers["Location"] for way in ways if way.__name__ != "staff"]
    assert led == ["//evil.example"] * len(led)
    proof("W8").removed("check of next=", f"{len(led)} of {len(led)} doors lead to evil.example")


# --- caches ---------------------------------------------------------------------------------------------------


class Proxy:
    """A careless cache between people and the portal: it keeps what it is not forbidden to keep, for everybody."""

    def __init__(self):
        self.kept = {}

    def get(self, caller, address):
        if address not in self.kept:
            answer = caller.get(address)
            says = answer.headers.get("Cache-Control", "")
            if answer.status != 200 or "no-store" in says or "private" in says:
                return answer
            self.kept[address] = answer
        return self.kept[address]


def mixes(world) -> tuple[int, int]:
    """Two owners, then two clerks, read the same pages one after the other: (pages, pages with another's words)."""
    mixed = pages = 0
    for role, mine, other in ((Role.OWNER, world.a.owner, world.b.owner), (Role.CLERK, world.a.clerk, world.b.clerk)):
        proxy, first, second = Proxy(), Caller(mine), Caller(other)
        for route in routes():
            if route.parameters or "(" in route.path or not (route.rule.public or role in route.rule.roles):
                continue
            proxy.get(first, route.path)
            text, own = proxy.get(second, route.path).text, second.get(route.path).text
            pages += 1
            mixed += any(word in text and word not in own for word in (world.a.words.shop, world.a.words.owner))
    return pages, mixed


@pytest.mark.proof("W8", "held")
def test_two_people_behind_one_cache(world, proof):
    own = sum(world.a.words.shop in Caller(world.a.owner).get(page).text for page in ("/my/", "/my/shops/"))
    assert own, "so that a mix would be seen"
    pages, mixed = mixes(world)
    assert mixed == 0 and pages > 60
    proof("W8").held(f"two owners and two clerks read {pages} pages through a cache that keeps all it may: {mixed} mixes")


@pytest.mark.proof("W8", "removed")
def test_without_no_store_one_reads_the_others_pages(world, proof, monkeypatch):
    monkeypatch.setattr(HeadersMiddleware, "__call__", lambda self, request: self.get_response(request))
    pages, mixed = mixes(world)
    assert mixed > 2
    proof("W8").removed("no-store on the pages of signed-in people", f"{mixed} of {pages} pages show another person's rows")


