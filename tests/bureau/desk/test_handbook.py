"""The staff handbook in the portal: one source, read by staff only, and the help of every page leads into it."""

import re

import pytest
from django.contrib import admin
from lxml import html

from bureau.accounts.access import routes
from bureau.accounts.chapters import chapter_of, is_for_staff
from bureau.accounts.models import Unit
from bureau.accounts.roles import Role
from bureau.desk import checks, handbook
from bureau.desk.handbook import FIRST_WEEKS, PICTURES, parsed
from tests.factories import accounts
from tests.harness.caller import Caller
from tests.harness.targets import Places

HELP = re.compile(r'class="help-link" href="/help/#([a-z0-9-]+)"')

#: Papers on A4, which stand alone as they are printed.
PAPERS = {
    "admin:enterprises_credential_sheet", "admin:training_session_sheet",
    *(f"admin:subsidies_application_print_{paper}" for paper in ("approval", "payees", "request")),
}


def book():
    return handbook.handbook()


# --- the source ------------------------------------------------------------------------------------


def test_every_anchor_stands_once_and_every_link_inside_leads_to_one():
    tree = html.fromstring(f"<div>{book().body}</div>")
    names = [heading.anchor for heading in book().headings]
    assert len(names) == len(set(names)) and set(names) == set(tree.xpath("//@id"))
    links = tree.xpath("//a/@href")
    assert links and {link for link in links if not link.startswith("#") or link[1:] not in names} == set()


def test_chapters_stand_under_parts_and_each_role_finds_where_to_begin():
    assert {heading.level for heading in book().headings} == {2, 3}
    assert sum(len(chapters) for _part, chapters in book().contents) == sum(h.level == 3 for h in book().headings)
    assert set(FIRST_WEEKS) == set(Role) - {Role.OWNER}
    assert set(FIRST_WEEKS.values()) <= book().anchors


def test_every_picture_is_there_and_none_lies_about_unused():
    kept = {path.name for path in PICTURES.glob("*")}
    assert book().pictures == kept and kept
    assert sum(path.stat().st_size for path in PICTURES.glob("*")) < 4_000_000
    pictures = html.fromstring(f"<div>{book().body}</div>").xpath("//img")
    assert all(picture.get("width") and picture.get("alt") for picture in pictures)


def test_other_markup_is_shown_as_text():
    made = parsed('# T\n\n## Part <a id="part"></a>\n\n<script>x</script>\n\na <b onclick="x">b</b> [c](javascript:x)\n')
    assert (made.title, made.anchors) == ("T", {"part"})
    assert "<script" not in made.body and "<b " not in made.body and 'href="javascript' not in made.body
    assert '<h2 id="part">Part</h2>' in made.body


# --- the page --------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/help/", "/help/pictures/desk.png"])
def test_it_is_for_staff_only(enter, owner, clerk, address):
    assert "/admin/login/" in enter(None).get(address).headers["Location"]
    assert enter(owner).get(address).status_code == 403
    answer = enter(clerk).get(address)
    assert answer.status_code == 200
    answer.close()


def test_only_pictures_of_the_handbook_are_served(enter, clerk):
    assert enter(clerk).get("/help/pictures/other.png").status_code == 404
    assert enter(clerk).get("/help/pictures/..%2Freport-zh.png").status_code == 404


def test_in_english_it_says_that_it_is_chinese(enter, clerk):
    page = enter(clerk).get("/help/").content.decode()
    assert "The handbook is written in Chinese" in page and 'lang="zh"' in page
    assert 'href="#week-clerk">Start with your part' in page
    assert "The handbook is written" not in enter(clerk, "zh-hans").get("/help/").content.decode()


# --- help on every page ----------------------------------------------------------------------------


def test_every_staff_route_names_a_chapter_that_is_there():
    assert checks.every_staff_page_has_its_chapter(None) == []
    staff = [route for route in routes() if is_for_staff(route)]
    assert len(staff) > 200 and {chapter_of(route.view) for route in staff} <= book().anchors


@pytest.mark.parametrize(("anchor", "problem"), [("", "handbook.E001"), ("not-written", "handbook.E002")])
def test_a_page_without_a_chapter_fails_the_build(monkeypatch, anchor, problem):
    monkeypatch.setattr(admin.site._registry[Unit], "chapter", anchor, raising=False)
    assert {message.id for message in checks.every_staff_page_has_its_chapter(None)} == {problem}


def page_by_somebody(world, callers, route):
    """HTML of the page as the first role sees it that may open it; nothing where it is no whole page."""
    for role, caller in callers.items():
        if role != Role.OWNER and (route.rule.public or role in route.rule.roles):
            for address in Places(world, role).targets(route).own[:1]:
                answer = caller.get(address)
                if answer.status == 200 and "</html>" in answer.text:
                    return answer.text
    return ""


@pytest.mark.sweep
def test_every_page_of_staff_shows_the_way_to_its_chapter(world):
    """Each list, form, case and page is opened by the first role that may."""
    callers = {role: Caller(user) for role, user in world.people.items()}
    shown, wrong = set(), []
    for route in routes():
        if not chapter_of(route.view) or route.rule.closed or route.name in PAPERS:
            continue
        if page := page_by_somebody(world, callers, route):
            shown.add(route.name)
            found = HELP.search(page)
            if not found or found[1] != chapter_of(route.view) or found[1] not in book().anchors:
                wrong.append(f"{route}: {found and found[1]}")
    assert not wrong, "\n".join(wrong)
    lists = {f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in admin.site._registry}
    pages = {"admin:index", "admin:subsidies_application_change", "targets:index", "jobs:detail", "reports:detail"}
    assert (lists | pages) - shown == set() and len(shown) > 100


# --- the first week --------------------------------------------------------------------------------


def test_a_new_member_of_staff_is_shown_where_to_begin_until_he_puts_it_away(enter, site):
    newcomer = accounts.staff(Role.FINANCE)
    client = enter(newcomer)
    assert 'href="/help/#week-finance"' in client.get("/admin/").content.decode()
    answer = client.post("/help/first-week/close/", follow=True)
    assert answer.redirect_chain == [("/admin/", 302)]
    assert "/help/#week-finance" not in client.get("/admin/").content.decode()
    newcomer.refresh_from_db()
    first = newcomer.guide_closed_at
    client.post("/help/first-week/close/")
    newcomer.refresh_from_db()
    assert first is not None and newcomer.guide_closed_at == first


def test_who_has_no_role_yet_is_shown_no_week(enter, site):
    assert "first-week" not in enter(accounts.staff()).get("/admin/").content.decode()
