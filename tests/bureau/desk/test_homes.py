from datetime import timedelta

import pytest
from django.urls import reverse

from bureau.accounts.roles import Role
from bureau.common import clock
from bureau.common.shelves import HomeItem, HomeSource, InboxSource
from tests.factories import accounts


def test_the_front_page_shows_what_is_on_the_shelf(enter, site, shelf):
    shelf.register(
        HomeSource("late", "Issued lately", lambda user: [], order=20, empty="No report yet"),
        HomeSource("early", "Open now", lambda user: [HomeItem("新开店奖补", "/apply/x/", note="Until December")]),
        HomeSource("mine", "Mine", lambda user: [HomeItem("secret", "/")], audience="owner"),
    )
    page = enter(None).get("/").content.decode()
    assert page.index("Open now") < page.index("Issued lately")
    assert '<span lang="zh">新开店奖补</span>' in page
    assert "No report yet" in page
    assert "secret" not in page


def test_every_page_says_whom_to_call_and_that_nothing_is_charged(enter, site):
    site.phone, site.icp_number, site.site_code = "0972-8600000", "示例备案号", "示例标识码"
    site.save()
    page = enter(None, "zh-hans").get("/").content.decode()
    for words in ("0972-8600000", "不收取任何费用", "示例备案号", "示例标识码", site.name_zh):
        assert words in page


def test_a_number_that_was_not_given_is_not_invented(enter, site):
    page = enter(None).get("/").content.decode()
    assert "ICP" not in page
    assert "Government site code" not in page


@pytest.mark.parametrize(
    ("role", "home"), [(Role.CLERK, "admin:index"), (Role.SYSTEM, "admin:index"), (Role.OFFICIAL, "dashboards:index")]
)
def test_staff_come_home_to_their_work(enter, site, role, home):
    assert enter(accounts.staff(role)).get("/").url == reverse(home)


def test_an_owner_comes_home_to_what_waits_for_him(enter, owner, shelf):
    due = clock.today() - timedelta(days=30)
    shelf.register(
        InboxSource(
            "x", "To correct", lambda user: [Thing("化隆人家", due)], url=lambda o: "/c/", due="due", audience="owner"
        ),
        HomeSource("mine", "My applications", lambda user: [], audience="owner", empty="You have not applied yet"),
    )
    client = enter(owner)
    assert client.get("/").url == "/my/"
    page = client.get("/my/").content.decode()
    assert "overdue" in page
    assert "You have not applied yet" in page


def test_an_owner_with_nothing_to_do_is_told_so(enter, owner, shelf):
    assert "Nothing waits for you at the moment." in enter(owner).get("/my/").content.decode()


def test_my_page_needs_a_login_and_sends_staff_to_their_desk(enter, clerk, client):
    assert client.get("/my/").url.startswith("/login/")
    assert enter(clerk).get("/my/").url == "/admin/"


class Thing:
    def __init__(self, name, due=None):
        self.name, self.due = name, due

    def __str__(self):
        return self.name


def test_where_an_owner_has_nothing_yet_stands_the_first_step(enter, owner, shelf):
    source = HomeSource(
        "shops", "My shops", lambda user: [], audience="owner", empty="No shop", more_url="enterprises:my",
        first_step="Find it",
    )
    shelf.register(source)
    page = enter(owner).get("/my/").content.decode()
    assert f'href="{reverse("enterprises:my")}">Find it</a>' in page
