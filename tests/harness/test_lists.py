"""Every list and the dashboard ask the database the same number of times for a few rows and for thousands."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.metrics import all_metrics
from tests.harness import crowd, pages, town

pytestmark = pytest.mark.sweep

MOST = 15
MANY = 3_000
#: Roles in the order in which they are asked for a page; the first that may open it does.
WHO = ("official", "clerk", "finance", "editor", "system", "auditor", "security", "helper", "approver", "intake")
#: Pages that are no lists and no boards, and what they count instead.
OTHER = {"ready": "asks every server how it is"}


@pytest.fixture
def place(db, monkeypatch, settings):
    # Reading the calendar again after half a minute, and noting once a minute that a session lives, are no matter of rows.
    settings.REMEMBER_SECONDS = 3600
    monkeypatch.setattr("bureau.accounts.middleware.MINUTE", 3600)
    built = town.build(monkeypatch)
    users = {"owner": built.world.owner, **{role: built.people[role] for role in WHO}}
    return {who: (pages.browser(user), user) for who, user in users.items()}


def addresses(place) -> Iterator[tuple[str, str]]:
    """(who, address) of every page without parameters, of searches, and of the records behind each key figure."""
    for route in pages.get_routes():
        if route.parameters or "(" in route.path or route.name in {*pages.ENDS_SESSION, *OTHER}:
            continue
        who = next((who for who, (_client, user) in place.items() if route.rule.allows(user)), None)
        staff = "helper" if who == "official" and route.rule.staff else who
        if staff:
            yield staff, route.path
            if any(word in route.path for word in ("enterprise/", "application/", "search", "find", "/user/")):
                yield staff, f"{route.path}?q=店"
    for metric in all_metrics():
        if metric.metric.headline is not None:
            yield "clerk", f"/records/{metric.key}/?from=2026-01-01&to=2026-12-31"


def counted(client, address: str) -> int:
    """How many statements the page took, or −1 where it is none. A session is noted once a minute, whatever is shown."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    texts = [query["sql"] for query in captured]
    noted = [text for text in texts if text.startswith(("UPDATE", "SAVEPOINT", "RELEASE"))]
    return len(texts) - len(noted) if answer.status_code == 200 else -1


def test_as_many_questions_for_thousands_as_for_a_few(place):
    counts: dict[tuple[str, str], list[int]] = {}
    pairs = list(addresses(place))
    for more in (0, 2, MANY):
        if more:
            crowd.grow(more)
        for who, address in pairs:
            client = place[who][0]
            if not more:
                client.get(address)  # what a process remembers is asked for once
            counts.setdefault((who, address), []).append(counted(client, address))
    shown = {key: found for key, found in counts.items() if found[0] >= 0}
    for (who, address), found in sorted(shown.items(), key=lambda item: -max(item[1]))[:12]:
        print(f"{found} {address} ({who})")
    wrong = [f"{address} as {who}: {found}" for (who, address), found in shown.items() if not same(found)]
    assert not wrong, "\n".join(wrong)
    assert len(shown) > 45


def same(found: list[int]) -> bool:
    return len(set(found)) == 1 and found[0] <= MOST
