"""What took long is kept for a minute and no longer; what did not is always live."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from bureau.accounts.models import User
from bureau.common import clock
from bureau.dashboards import kept, queries, tasks
from bureau.dashboards.models import KeptFigures
from bureau.dashboards.spans import SPANS
from bureau.metrics import drilling, figures

pytestmark = [pytest.mark.django_db, pytest.mark.demo]
SHOW = "subsidies.new_shop.submitted"


@pytest.fixture
def runs(monkeypatch, settings):
    """How often the statements were run."""
    settings.KEEP_FIGURES_FROM = 0
    found = []
    monkeypatch.setattr(kept, "run", lambda statements: found.append(1) or figures.run(statements))
    return found


def value():
    board = queries.dashboard(SPANS[0], SHOW)
    return next(card.value for card in board.cards if card.key == SHOW), board.as_of


def test_a_slow_page_shows_the_figures_of_the_last_minute(runs, monkeypatch):
    first, moment = value()
    assert value()[0] == first
    assert value()[1] < clock.now()
    assert len(runs) == 1
    later = clock.real_now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    assert value()[0] == first
    assert len(runs) == 2


def test_kept_and_live_are_the_same(runs):
    live = queries.dashboard(SPANS[0], SHOW)
    again = queries.dashboard(SPANS[0], SHOW)
    assert len(runs) == 1
    assert (again.cards, again.detail, again.goals) == (live.cards, live.detail, live.goals)


def test_a_quick_page_is_live(runs, settings):
    settings.KEEP_FIGURES_FROM = 60
    value()
    value()
    assert len(runs) == 2
    assert not KeptFigures.objects.exists()


def test_the_beat_keeps_what_was_looked_at(runs, monkeypatch):
    value()
    tasks.refresh_kept()
    assert len(runs) == 2
    later = clock.real_now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    tasks.refresh_kept()
    assert not KeptFigures.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_where_nothing_may_be(runs):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction read only")
        value()
    assert not KeptFigures.objects.exists()


def test_the_figure_of_many_records_is_kept_for_a_minute(client, monkeypatch):
    client.force_login(User.objects.get(username="official"))
    sums = []
    monkeypatch.setattr(kept, "summed", lambda *one: sums.append(1) or drilling.summed(*one))
    address = f"/records/{SHOW.replace('submitted', 'paid')}/?from=2021-01-01&to=2021-05-20"
    live = [client.get(address).content.decode() for _turn in range(2)]
    assert len(sums) == 2
    assert not any("数据时间" in page for page in live)
    monkeypatch.setattr(kept, "MANY", 100)
    pages = [client.get(address).content.decode() for _turn in range(3)]
    assert len(sums) == 3
    assert all("389.2" in page and "1,301" in page for page in [*live, *pages])
    assert ["数据时间" in page for page in pages] == [False, True, True]
    client.get(address.replace("2021-05-20", "2021-05-19"))
    assert len(sums) == 4
    later = clock.real_now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    client.get(address)
    assert len(sums) == 5
    tasks.refresh_kept()
