"""Walks the portal as people do: from the pages that need no parameter along every link, as every role, and
collects the forms it meets. Nothing is listed by hand, so a new page or form is found by itself."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve
from lxml import html

from bureau.accounts.access import Route, routes

HOST = "http://testserver"
#: Pages of one route that each role looks at, and all together; pages of a case differ with where it stands.
PER_ROLE, IN_ALL, OF_A_CASE = 1, 7, 6
CASE_ROUTES = {
    "admin:subsidies_application_change", "admin:subsidies_application_step", "subsidies:my_detail",
    "subsidies:my_section", "subsidies:entry_section", "reports:detail", "reports:step",
    "admin:formbuilder_importrun_change", "admin:subsidies_backentry_change", "admin:subsidies_loanbackentry_change",
    "admin:subsidies_payment_change", "admin:targets_statedvalue_change", "programs:pledge", "loans:my_detail",
    "training:session", "training:placement",
}
#: What a search form is tried with, so that what it finds is walked too.
SEARCHED = "牛肉面"
ENDS_SESSION = {"accounts:logout", "admin:logout"}


@dataclass(frozen=True)
class Input:
    """A field as the page shows it; `options` of a choice, `value` as a browser would send it (None: nothing)."""

    name: str
    kind: str
    value: str | None
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class FormOnPage:
    who: str
    page: str
    action: str
    method: str
    inputs: tuple[Input, ...]
    route: str = ""

    @property
    def signature(self) -> tuple:
        """Forms of the same address kind with the same fields are the same form."""
        return (self.route, self.method, frozenset((i.name, i.kind) for i in self.inputs))

    def values(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for item in self.inputs:
            found.setdefault(item.name, [])
            if item.value is not None:
                found[item.name].append(item.value)
        return found


@dataclass
class Walk:
    """What was seen: who saw pages of a route and at which address, and each form once."""

    seen: dict[str, set[str]] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    forms: dict[tuple, FormOnPage] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)


def browser(user=None, **options) -> Client:
    client = Client(raise_request_exception=False, **options)
    if user is not None:
        client.force_login(user, backend="bureau.accounts.backends.StaffBackend")
        session = client.session
        session["confirmed"] = session["begun"] = session["seen"] = _now()
        session.save()
    return client


def _now() -> int:
    from bureau.common import clock

    return int(clock.real_now().timestamp())


def route_of(address: str) -> str:
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    return found.view_name or found.route


def case_routes() -> set[str]:
    """Those above, and the pages of everything that has a life cycle."""
    steps = {route.name for route in get_routes() if route.name and route.name.endswith("_step")}
    return CASE_ROUTES | steps | {f"{name.removesuffix('_step')}_change" for name in steps}


def walk(browsers: dict[str, tuple]) -> Walk:
    """`browsers`: (client, user) by a name for messages; the user decides which pages are tried."""
    result, opened = Walk(), Counter()
    rules, cases = {route.name or route.path: route.rule for route in get_routes()}, case_routes()
    for who, (client, user) in browsers.items():
        mine: Counter = Counter()
        waiting = deque(seeds())
        known = set(waiting)
        while waiting:
            address = waiting.popleft()
            name = route_of(address)
            full = mine[name] >= OF_A_CASE if name in cases else (
                mine[name] >= PER_ROLE + ("q=" in address)
                or opened[name] >= IN_ALL and not name.endswith(("_changelist", ":index"))  # everybody's own way in
            )
            if full or name in ENDS_SESSION or name not in rules or not rules[name].allows(user):
                continue
            shown, found = look(client, who, name, address, result)
            mine[name] += shown
            opened[name] += shown
            links = [link for link in found if link not in known]
            known.update(links)
            waiting.extend(links)
    return result


def seeds() -> list[str]:
    return [route.path for route in get_routes() if not route.parameters and "(" not in route.path]


def look(client: Client, who: str, name: str, address: str, result: Walk) -> tuple[bool, list[str]]:
    """Open one page; returns whether it was shown, and where its links lead."""
    answer = client.get(address)
    result.statuses[answer.status_code] += 1
    if answer.status_code >= 500:
        result.errors.append(f"{who} {address}: {answer.status_code}")
    if answer.status_code in (301, 302):
        return False, [inside(answer.headers["Location"], address)]
    if answer.status_code != 200:
        return False, []
    if name not in result.where:
        result.where[name] = address
        result.seen[name] = {who}
    if "html" not in answer.headers.get("Content-Type", ""):
        put_away(answer)
        return True, []
    tree = parsed(answer)
    for form in forms_in(tree, who, address):
        result.forms.setdefault(form.signature, form)
    searches = [
        f"{form.action.split('?')[0]}?q={SEARCHED}" for form in forms_in(tree, who, address)
        if form.method == "get" and any(item.name == "q" for item in form.inputs)
    ]
    return True, [link for link in (*links_in(tree, address), *searches) if link]


def put_away(answer) -> None:
    """Close the file of an answer; not by `answer.close()`, which would end the test's connection."""
    for close in answer._resource_closers:
        close()


def parsed(answer) -> html.HtmlElement:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return html.document_fromstring(content.decode("utf-8", "replace").strip() or "<p></p>")


def inside(link: str, page: str) -> str:
    """The path and query of a link that stays in the portal, else nothing."""
    parts = urlsplit(urljoin(HOST + page, link))
    if f"{parts.scheme}://{parts.netloc}" != HOST:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def links_in(tree, page: str) -> Iterator[str]:
    for attribute in ("href", "hx-get"):
        for element in tree.iterfind(f".//*[@{attribute}]"):
            if element.tag in ("a", "button", "div", "tr", "form", "section"):
                yield inside(element.get(attribute), page)


def forms_in(tree, who: str, page: str) -> Iterator[FormOnPage]:
    for element in tree.iterfind(".//form"):
        action = inside(element.get("action") or page, page)
        method = (element.get("method") or "get").lower()
        base = tuple(inputs_of(element))
        form = FormOnPage(who, page, action, method, base, route_of(action))
        yield form
        for button in element.iterfind(".//*[@formaction]"):
            other = inside(button.get("formaction"), page)
            yield replace(form, action=other, route=route_of(other))


def inputs_of(form) -> Iterator[Input]:
    """Every control with a name, in the order of the page; templates of rows are no controls."""
    for element in form.iter("input", "select", "textarea", "button"):
        name = element.get("name")
        if not name or name == "csrfmiddlewaretoken" or any(a.tag == "template" for a in element.iterancestors()):
            continue
        if element.get("disabled") is not None:
            continue
        if found := control(element, name):
            yield found


def control(element, name: str) -> Input | None:
    if element.tag == "textarea":
        return Input(name, "textarea", (element.text or "").removeprefix("\n"))
    if element.tag == "select":
        options = tuple(o.get("value", o.text or "") for o in element.iter("option"))
        chosen = [o.get("value", "") for o in element.iter("option") if o.get("selected") is not None]
        first = options[0] if options and element.get("multiple") is None else None
        return Input(name, "select", chosen[0] if chosen else first, options)
    kind = element.get("type", "submit" if element.tag == "button" else "text").lower()
    if kind in ("submit", "image", "button", "reset"):
        return Input(name, "submit", None, (element.get("value", ""),)) if kind == "submit" else None
    if kind in ("checkbox", "radio"):
        checked = element.get("checked") is not None
        return Input(name, kind, element.get("value", "on") if checked else None, (element.get("value", "on"),))
    return Input(name, kind, element.get("value", ""))


def get_routes() -> list[Route]:
    return [route for route in routes() if route.rule is not None and not route.rule.closed]


__all__ = ["FormOnPage", "Input", "Walk", "browser", "forms_in", "get_routes", "parsed", "put_away", "route_of", "walk"]
