"""Every state of the stories as a page: nothing sticks out, what has the focus is seen, one language at a time."""

from collections import Counter, deque

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from bureau.accounts.models import User
from tests.harness import pages, town
from tests.journeys import languages

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
