"""Every state of the stories as a page: nothing sticks out, what has the focus is seen, one language at a time."""

from collections import Counter, deque

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from bureau.accounts.models import User
from bureau.common import clock
from bureau.reports.models import Report
from subsidies import steps
from subsidies.models import Application, BackEntry, BudgetLine
from tests.harness import pages, town
from tests.journeys import languages
from tests.journeys.people import come_in

CODES = {"zh": "zh-hans", "en": "en"}
#: How often a kind of page is looked at: by one role, and by all.
PER_ROLE, IN_ALL = 2, 6


@pytest.fixture
def people(db, monkeypatch):
    """Everybody who can open pages, by role."""
    built = town.build(monkeypatch)
    found = {"nobody": AnonymousUser()}
    return found | {name: User.objects.get(pk=user.pk) for name, user in built.people.items()}


def typed_names():
    """Names of people as the factories typed them, in Latin letters. From here on they are Chinese."""
    names = {text for pair in User.objects.values_list("username", "name") for text in pair}
    User.objects.exclude(username=None).update(name="王立新")
    return names


@pytest.mark.parametrize("language", CODES)
def test_every_page_keeps_to_one_language(people, language):
    strangers, names = {}, typed_names()
    opened = Counter()
    for who, user in people.items():
        client = pages.browser(None if who == "nobody" else user)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = CODES[language]
        for address, tree in walk(client, user, opened):
            for text in languages.strangers(tree, language, names):
                strangers.setdefault(text, f"{who} {address}")
    assert sum(opened.values()) > 150
    assert not strangers, "\n".join(f"{text[:120]}  ←  {where}" for text, where in strangers.items())


def walk(client, user, opened):
    """(address, parsed page) of what the links lead to, each kind of page a few times."""
    rules = {route.name or route.path: route.rule for route in pages.get_routes()}
    mine, waiting = Counter(), deque(pages.seeds())
    known = set(waiting)
    while waiting:
        address = waiting.popleft()
        name = pages.route_of(address)
        limit = pages.OF_A_CASE if name in pages.CASE_ROUTES else PER_ROLE
        if mine[name] >= limit or opened[name] >= limit * IN_ALL // PER_ROLE or name in pages.ENDS_SESSION:
            continue
        if name not in rules or not rules[name].allows(user):
            continue
        answer = client.get(address)
        mine[name] += 1
        opened[name] += 1
        if answer.status_code in (301, 302):
            links = [pages.inside(answer.headers["Location"], address)]
        elif answer.streaming:
            list(answer.streaming_content)  # a download; read to its end, its file is closed
            continue
        elif "html" not in answer.headers.get("Content-Type", ""):
            continue
        else:
            tree = pages.parsed(answer)
            yield address, tree
            links = pages.links_in(tree, address)
        fresh = {link for link in links if link} - known
        known |= fresh
        waiting.extend(sorted(fresh))


# --- in a browser --------------------------------------------------------------------------------------

STICKS_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: What has the focus, and whether that is seen: an outline or a shadow.
FOCUS = """() => { const e = document.activeElement, s = getComputedStyle(e);
  if (e === document.body) return ["the page", true];
  const outlined = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0;
  return [e.outerHTML.slice(0, 90), e.matches(":focus-visible") && (outlined || s.boxShadow !== "none")]; }"""
STOPS = 14
TABBED = [
    (None, "/login/"), ("owner", "/apply/new_shop/"), ("verifier", "/admin/subsidies/application/"),
    ("clerk", "/admin/enterprises/enterprise/add/"), ("official", "/dashboard/"),
]


def places(case):
    """The owner's pages of one application in its state."""
    base = f"/my/applications/{case.ref}/"
    more = {
        "draft": [f"fill/{step.slug}/" for step in steps.steps(case.scheme_version)],
        "returned": ["correct/", "fill/payees/"], "submitted": ["receipt/", "withdraw/"],
    }
    return [base, *(base + tail for tail in more.get(case.state, ()))]


def stories(built):
    """Who looks at what: each state of each scheme once, from both sides of the desk."""
    every = Application.objects.select_related("scheme_version__form").order_by("pk")
    cases = list({(case.scheme_id, case.state, case.stage_id): case for case in every}.values())
    owner = [case for case in cases if case.applicant_id == built.world.owner.pk or case.state != "draft"]
    paper = Application.objects.get(entry_unit__code="guangzhou")
    desk = "/admin/subsidies/application/"
    return {
        None: ["/", "/apply/", "/apply/new_shop/", "/login/", "/reports/", "/sent-messages/", "/nothing-here/"],
        "owner": ["/my/", "/apply/new_shop/", "/my/messages/", *(path for case in owner for path in places(case))],
        "helper": ["/entry/new_shop/?q=店", f"/entry/new_shop/{paper.ref}/", f"/entry/new_shop/{paper.ref}/fill/review/"],
        "verifier": ["/admin/", desk, *(f"{desk}{case.pk}/change/" for case in cases if case.state != "draft")],
        "clerk": ["/admin/enterprises/enterprise/add/", "/admin/formbuilder/importrun/"],
        "finance": [f"/admin/subsidies/backentry/{BackEntry.objects.get().pk}/change/",
                    f"/admin/subsidies/budgetline/{BudgetLine.objects.first().pk}/change/"],
        "editor": ["/reports/", *(f"/reports/{report.pk}/" for report in Report.objects.all())],
        "official": ["/dashboard/", f"/records/subsidies.new_shop.paid/?from={clock.today()}&to={clock.today()}"],
    }


@pytest.fixture
def built(live_server, monkeypatch):
    return town.build(monkeypatch)


def test_every_state_fits_a_desk_in_both_languages(built, new_desk, live_server):
    wide = []
    for who, addresses in stories(built).items():
        page = new_desk()
        if who:
            come_in(page, built.people[who], live_server)
        for language in CODES.values():
            cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}
            page.context.add_cookies([cookie])
            for address in addresses:
                answer = page.goto(address, wait_until="load")
                assert answer.status == (404 if "nothing" in address else 200), address
                if page.evaluate(STICKS_OUT) > 0:
                    wide.append(f"{language} {who} {address}")
    assert not wide


def test_what_has_the_focus_is_seen(built, new_desk, live_server):
    unseen = []
    for who, address in TABBED:
        page = new_desk()
        if who:
            come_in(page, built.people[who], live_server)
        page.goto(address)
        stops = {}  # the parts of a date are stops of their own within one field: its first is judged
        for _stop in range(STOPS):
            page.keyboard.press("Tab")
            element, seen = page.evaluate(FOCUS)
            stops.setdefault(element, seen)
        assert len(stops) > 5
        unseen += [f"{address}: {element}" for element, seen in stops.items() if not seen]
    assert not unseen
