"""Pages as they stand in front of people: nothing wider than the screen, nothing small to hit, one language."""

import re

import pytest
from django.conf import settings

from bureau.accounts.models import SiteProfile
from tests.factories import awards
from tests.journeys.people import come_in

PUBLIC = ["/", "/gallery/", "/login/", "/admin/login/", "/apply/", "/reports/", "/nothing-here/"]
STAFF = ["/admin/", "/search/?q=x", "/admin/subsidies/application/", "/admin/enterprises/enterprise/"]
CASE = "/admin/subsidies/application/{}/change/"
SMALL = """least => [...document.querySelectorAll(
    "main a.btn, main button, main input:not([type=hidden]):not([type=checkbox]):not([type=radio]), a.row-link")]
  .filter(e => e.offsetParent && e.getBoundingClientRect().height < least - 0.5).map(e => e.outerHTML.slice(0, 120))"""
# What is seen, but for what is marked as being in the other language.
WORDS = """other => { const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) { const e = walker.currentNode.parentElement;
    if (e.offsetParent && !e.closest(other) && !e.closest("script, style")) found.push(walker.currentNode.data); }
  return found.join(" ") }"""
CHINESE = re.compile(r"[\u3400-\u9fff]+")


def choose(page, live_server, language="zh-hans", large=False):
    cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}]
    if large:
        cookies.append({"name": "large", "value": "1", "url": live_server.url})
    page.context.add_cookies(cookies)


def look(page, path):
    """Open the page; nothing may stick out to the right."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
    return page


@pytest.fixture
def house(transactional_db):
    home = awards.house()
    assert SiteProfile.objects.exists()
    return home


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_public_pages_fit_a_phone_and_a_desk(house, live_server, phone, desk, language):
    for page in (phone, desk):
        choose(page, live_server, language)
        for path in PUBLIC:
            look(page, path)


@pytest.mark.parametrize(("large", "least"), [(False, 44), (True, 60)])
def test_what_a_thumb_must_hit_is_large_enough(house, live_server, phone, large, least):
    choose(phone, live_server, large=large)
    for path in PUBLIC[:6]:
        if path != "/admin/login/":
            assert look(phone, path).evaluate(SMALL, least) == [], path
    size = phone.evaluate("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)")
    assert size == (20 if large else 16)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_staffs_desk_fits_and_keeps_to_one_language(house, live_server, phone, desk, language):
    case = awards.application(house, at="accept")
    for page in (phone, desk):
        come_in(page, house.people["huang"], live_server)
        choose(page, live_server, language)
        for path in (*STAFF, CASE.format(case.pk)):
            look(page, path)
            if language == "en":
                assert CHINESE.findall(page.evaluate(WORDS, "[lang=zh]")) == [], path


def test_public_pages_keep_to_one_language(house, live_server, desk):
    choose(desk, live_server, "en")
    for path in PUBLIC:
        assert CHINESE.findall(look(desk, path).evaluate(WORDS, "[lang=zh]")) == [], path


def test_the_head_of_a_list_stays_while_its_rows_move(house, live_server, desk):
    for number in range(40):
        awards.application(house, at="accept", enterprise=awards.shop(name=f"第{number}家", phone=f"139{number:08}"))
    come_in(desk, house.people["huang"], live_server)
    look(desk, STAFF[2])
    head = desk.locator("#result_list thead th").nth(1)
    before = head.bounding_box()["y"]
    desk.locator("#changelist-form .results").evaluate("box => box.scrollTo(0, 400)")
    assert abs(head.bounding_box()["y"] - before) < 2
    heights = desk.evaluate("[...document.querySelectorAll('#result_list tbody tr')].map(r => r.offsetHeight)")
    assert max(heights) <= 37


def test_an_answer_of_409_is_shown_in_place(house, live_server, desk):
    """htmx leaves 4xx aside unless told otherwise; then "somebody else was faster" would be invisible."""
    come_in(desk, house.people["huang"], live_server)
    look(desk, "/admin/")
    config = desk.evaluate("htmx.config")
    assert config["allowEval"] is False
    assert config["historyCacheSize"] == 0
    assert {"code": "(409|422)", "swap": True} in config["responseHandling"]


def test_a_portal_that_does_not_answer_says_so(house, live_server, new_context):
    page = new_context(base_url=live_server.url).new_page()
    look(page, "/")
    page.route("**/nowhere/", lambda route: route.abort())
    page.evaluate("htmx.ajax('GET', '/nowhere/', {source: document.querySelector('main')}).catch(() => {})")
    page.wait_for_selector("#failed-note")
    assert "没有响应" in page.inner_text("#failed-note")
