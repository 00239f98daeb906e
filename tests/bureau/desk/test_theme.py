"""The staff's desk under the strict policy, with navigation by work."""

import re

import pytest
from django.urls import reverse

from bureau.accounts.roles import Permission, Role
from bureau.common.shelves import WorkLink
from bureau.desk import navigation
from tests.factories import accounts

INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
ANYBODY = ["/", "/gallery/", "/login/", "/admin/login/", "/nothing-here/"]


@pytest.mark.parametrize("path", ANYBODY)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_public_pages_have_nothing_inline(enter, site, path, language):
    page = enter(None, language).get(path).content.decode()
    assert not INLINE.search(page), INLINE.search(page)
    assert page.count("<h1") == 1


def test_admin_pages_have_nothing_inline(enter, site):
    keeper = accounts.staff(Role.SYSTEM)
    client = enter(keeper)
    for name, args in (("index", []), ("accounts_user_changelist", []), ("accounts_user_change", [keeper.pk]),
                       ("accounts_user_add", []), ("password_change", [])):
        page = client.get(reverse(f"admin:{name}", args=args)).content.decode()
        assert not INLINE.search(page), (name, INLINE.search(page))


def test_the_policy_is_strict(client, site):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for part in ("default-src 'self'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"):
        assert part in policy


def test_navigation_is_by_work(enter, clerk):
    page = enter(clerk).get("/admin/").content.decode()
    nav = page[page.index('class="work-nav"'):]
    places = [nav.index(f">{words}<") for words in ("To do", "Enterprises", "Policies and money")]
    assert places == sorted(places)
    assert "Audit log" not in nav


def test_pages_that_are_not_built_or_not_allowed_are_left_out(site, shelf):
    clerk = accounts.staff(Role.CLERK)
    shelf.register(
        WorkLink("a", "money", "Nowhere", "no:where"),
        WorkLink("b", "money", "Not his", "desk:search", (Permission.AUDIT_VIEW,)),
        WorkLink("c", "money", "His", "desk:search", (Permission.CASE_VIEW,)),
    )
    groups = {group.key: [link.label for link in group.links] for group in navigation.work_groups(clerk, [], "/")}
    assert groups["money"] == ["His"]


def test_the_page_one_is_on_is_marked_once(site, shelf):
    clerk = accounts.staff(Role.CLERK)
    models = [{"name": "Shops", "admin_url": "/admin/enterprises/enterprise/"},
              {"name": "People", "admin_url": "/admin/enterprises/person/"}]
    apps = [{"app_label": "enterprises", "models": models}]
    groups = navigation.work_groups(clerk, apps, "/admin/enterprises/person/3/change/")
    assert [link.label for group in groups for link in group.links if link.current] == ["People"]


def test_the_first_filter_of_a_list_becomes_tabs(enter, site):
    page = enter(accounts.staff(Role.SYSTEM)).get(reverse("admin:accounts_user_changelist")).content.decode()
    assert 'class="filter-tabs"' in page
    assert "Show counts" not in page


def test_a_list_without_rows_says_so(enter, site):
    page = enter(accounts.staff(Role.SYSTEM)).get(reverse("admin:accounts_user_changelist"), {"q": "nobody"})
    assert "No row matches the search and the filters." in page.content.decode()
