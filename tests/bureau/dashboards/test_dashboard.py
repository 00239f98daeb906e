"""The officials' page: its numbers are those of the records that they open."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bureau.accounts.models import User
from bureau.dashboards import queries
from bureau.dashboards.spans import SPANS, months
from bureau.dashboards.tiles import SHORT, TILES, shade
from bureau.metrics import all_metrics, area_of

pytestmark = [pytest.mark.django_db, pytest.mark.demo]


@pytest.fixture
def official(client):
    client.force_login(User.objects.get(username="official"))
    return client


@pytest.mark.parametrize("span", [span.key for span in SPANS])
def test_every_number_opens_records_that_give_it(official, span):
    page = official.get(reverse("dashboards:index"), {"span": span, "show": "subsidies.new_shop.paid"})
    assert page.status_code == 200
    links = {unescape(link) for link in re.findall(r'href="(/records/[^"]+)"', page.content.decode())}
    assert len(links) > 20
    for link in sorted(links):
        assert official.get(link).status_code == 200, link


def test_cards_agree_with_their_records(official):
    board = queries.dashboard(SPANS[0], "subsidies.new_shop.paid")
    card = next(card for card in board.cards if card.key == "subsidies.new_shop.paid")
    assert (card.value, card.unit) == ("389.2", "万元")
    page = official.get(card.href).content.decode()
    assert "389.2" in page
    assert "1,301" in page


@pytest.mark.parametrize(("most_pages", "words"), [(2, "此处列出前100条"), (30, "")])
def test_a_list_that_is_cut_does_not_speak_of_rights(official, monkeypatch, most_pages, words):
    """Who may see every record is told that not all are listed, not that some are kept from him."""
    monkeypatch.setattr("bureau.dashboards.views.MOST_PAGES", most_pages)
    window = {"from": "2021-01-01", "to": "2021-05-20"}
    page = official.get(reverse("dashboards:records", args=["subsidies.new_shop.paid"]), window).content.decode()
    assert words in page and "您可查看" not in page


def test_a_statistic_that_nobody_stated_is_no_zero():
    cards = {card.key: card for card in queries.dashboard(SPANS[0], area="stated").cards}
    assert (cards["stated.output"].value, cards["stated.output"].unit) == ("—", "")
    assert cards["stated.employment"].value == "186,000"


def test_amounts_stand_under_each_other(official):
    window = {"from": "2021-01-01", "to": "2021-05-20"}
    page = official.get(reverse("dashboards:records", args=["subsidies.new_shop.paid"]), window).content.decode()
    assert re.findall(r'<th scope="col"([^>]*)>', page)[-1] == ' class="num"'
    assert page.count('<td class="num"') == page.count("<tbody><tr>") * 50


def test_counties_and_places_add_up():
    board = queries.dashboard(SPANS[0], "subsidies.new_shop.preliminarily_reviewed")
    assert sum(int(bar.value.replace(",", "")) for bar in board.detail.counties) == 1431
    placed = [int(tile.value.replace(",", "")) for tile in board.detail.tiles]
    assert sum(placed) + sum(int(bar.value) for bar in board.detail.abroad) == 1431


def test_the_overview_has_the_key_figures_of_every_line_of_work(official):
    board = queries.dashboard(SPANS[0])
    declared = {one.key for one in all_metrics() if one.metric.headline is not None}
    assert {card.key for card in board.cards} == declared
    assert [shelf.area for shelf in board.shelves] == board.areas
    assert len(board.areas) > 3
    assert board.detail is None
    for area in board.areas:
        page = official.get(reverse("dashboards:index"), {"area": area.key})
        assert page.status_code == 200
        own = page.context["board"]
        assert own.area == area
        assert {card.key for card in own.cards} == {key for key in declared if area_of(key) == area}


def test_what_no_office_declared_does_not_break_the_page(official):
    for query in ({"area": "nothing"}, {"show": "no.such"}, {"span": "x", "area": "\u202e"}):
        assert official.get(reverse("dashboards:index"), query).context["board"].area is None


def test_what_the_bureau_did_itself_stands_below_the_counties(official):
    board = queries.dashboard(SPANS[0], "training.sessions")
    own = board.detail.counties[-1]
    total = next(card for card in board.cards if card.key == "training.sessions")
    assert sum(int(bar.value) for bar in board.detail.counties) == int(total.value)
    assert "above=1" in own.href
    assert official.get(own.href).context["drill"].value == int(own.value)


@pytest.mark.parametrize("query", [{}, {"area": "awards"}, {"area": "training"}])
def test_the_page_runs_a_fixed_number_of_queries(official, query):
    official.get(reverse("dashboards:index"), query)  # what a process remembers is asked for once
    with CaptureQueriesContext(connection) as queries_run:
        official.get(reverse("dashboards:index"), query)
    assert len(queries_run) <= 15, "\n".join(run["sql"][:150] for run in queries_run)


def test_twelve_months_that_touch():
    from datetime import date

    found = months(date(2021, 5, 21))
    assert len(found) == 12
    assert found[0].start == date(2020, 6, 1)
    assert found[-1].last_day == date(2021, 5, 21)
    assert all(a.end == b.start for a, b in zip(found, found[1:], strict=False))


@pytest.mark.parametrize(
    "query",
    [
        {}, {"from": "2021-05-20", "to": "2021-01-01"}, {"from": "abc", "to": "2021-01-01"},
        {"from": "0001-01-01", "to": "9999-12-31"}, {"from": "2021-01-01", "to": "2021-05-20", "region": "999999"},
        {"from": "2021-01-01", "to": "2021-05-20", "place": "x' or 1=1"},
        {"from": "2021-01-01", "to": "2021-05-20", "page": "-1"}, {"from": "2021-01-01\u202e", "to": "2021-05-20"},
    ],
)
def test_a_garbled_address_is_told_what_is_wrong(official, query):
    assert official.get(reverse("dashboards:records", args=["subsidies.new_shop.paid"]), query).status_code == 422


def test_unknown_figures_are_not_found(official):
    assert official.get("/records/no.such.figure/?from=2021-01-01&to=2021-02-01").status_code == 404


def test_officials_see_no_shop_names(official):
    window = {"from": "2021-01-01", "to": "2021-05-20"}
    page = official.get(reverse("dashboards:records", args=["subsidies.new_shop.paid"]), window).content.decode()
    assert "XKD2021" in page
    assert "拉面馆" not in page


def test_squares_do_not_overlap():
    assert len(set(TILES.values())) == len(TILES) == len(SHORT) == 34


def test_shades():
    assert [shade(n, 100) for n in (0, 1, 10, 30, 60, 100)] == [0, 1, 2, 3, 4, 5]
