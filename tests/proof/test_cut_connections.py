"""P5: the connection to PostgreSQL is cut at a COMMIT, before the server hears it and before the client hears back."""

import uuid
from contextlib import nullcontext
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connections
from django.test import Client
from django.urls import reverse

from subsidies.actions import ledger
from tests.factories import awards
from tests.factories import subsidies as make
from tests.proof.cutting import CuttingProxy

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 20


@pytest.fixture
def proxy(db):
    settings = connections.settings["default"]
    before = settings["HOST"], settings["PORT"]
    between = CuttingProxy(before[0], int(before[1] or 5432))
    connections["default"].close()
    settings["HOST"], settings["PORT"] = "127.0.0.1", str(between.port)
    yield between
    connections["default"].close()
    settings["HOST"], settings["PORT"] = before
    between.close()


def browser(user):
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="bureau.accounts.backends.OwnerBackend")
    return client


def hand_in(world, proxy, when, key):
    """(application, status of the cut request, status of the same request again)."""
    application = make.fill(make.draft(world, enterprise=make.shop(world.owner)), world.owner)
    client, address = browser(world.owner), reverse("subsidies:my_review", args=[application.ref])
    proxy.arm(when)
    first = client.post(address, {"key": key(), "rev": application.rev}).status_code
    connections["default"].close()
    second = client.post(address, {"key": key(), "rev": application.rev}).status_code
    application.refresh_from_db()
    return application, first, second


@pytest.mark.proof("P5", "held")
def test_all_or_nothing_and_the_same_request_again_gives_one(proxy, proof, caplog):
    world = make.world()
    halves = twice = 0
    for number in range(ROUNDS):
        when = ("before", "after")[number % 2]
        once = str(uuid.uuid4())
        application, first, second = hand_in(world, proxy, when, lambda once=once: once)
        assert (first, second) == (503, 302), "told to try again, and then it works"
        halves += not (application.number and application.log.count() == application.waits.count() == 1)
        twice += application.log.count() > 1
    assert proxy.cuts == ROUNDS
    assert halves == twice == 0
    proof("P5").held(f"{ROUNDS} hand-ins cut at COMMIT, half before and half after it: {halves} half written, {twice} twice, "
                     f"{ROUNDS} of {ROUNDS} taken at the second try")


@pytest.mark.proof("P5", "removed")
def test_without_one_transaction_the_money_is_half_moved(proxy, proof, monkeypatch):
    home = awards.house()
    monkeypatch.setattr(ledger, "transaction", SimpleNamespace(atomic=lambda **_how: nullcontext()))
    proxy.arm("before", 'INSERT INTO "subsidies_entry"')
    with pytest.raises(OperationalError):
        ledger.allot(line=home.line, amount=Decimal(500), by=home.people["finance"], key="cut")
    connections["default"].close()
    assert proxy.cuts == 1
    assert ledger.drift() == [home.line]
    proof("P5").removed("one transaction per action", "the counters of a budget line move and the entry is not there")
