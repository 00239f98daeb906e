"""What took long is kept for a minute and no longer; what did not is always live."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from bureau.common import clock
from bureau.dashboards import kept, queries, tasks
from bureau.dashboards.models import KeptFigures
from bureau.dashboards.spans import SPANS
from bureau.metrics import figures

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
