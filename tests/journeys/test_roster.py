"""A list of awards paid earlier comes in as the office keeps it: one person imports it, another confirms it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from enterprises.models import Enterprise
from subsidies.models import Application, BackEntry, Entry
from tests.factories import awards
from tests.journeys import acts
from tests.journeys.people import come_in

pytestmark = pytest.mark.django_db(transaction=True)
ROSTER = Path(__file__).parents[1] / "samples" / "award_roster.xlsx"
#: Row of the sheet and words of the reason beside it.
FAULTS = {
    13: "校验", 26: "18位", 52: "Excel", 77: "没有2021年2月30日", 89: "大写金额", 101: "5,000", 113: "与第8行重复", 126: "不能为空",
}


@pytest.fixture
def home(worker):
    return awards.house(cap="500000", year=2021)


def test_a_roster_is_imported_by_one_and_confirmed_by_another(home, new_phone, live_server):
    clerk, finance = new_phone(), new_phone()
    come_in(clerk, home.people["clerk"], live_server)
    come_in(finance, home.people["finance"], live_server)
    upload(clerk)
    read_the_trial(clerk)
    import_good_rows(clerk)
    confirm(finance)
    in_the_ledger(finance)


def upload(page):
    page.goto("/admin/subsidies/backentry/add/")
    page.get_by_label("文件").set_input_files(ROSTER)
    page.get_by_label("奖补项目").select_option(index=1)
    page.get_by_label("拨付日期").fill("2021-05-18")
    page.get_by_label("凭证号").fill("2021-001")
    acts.show(page, "roster-01-upload")
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_url("**/jobs/**")
    go_on_when_done(page)


def go_on_when_done(page):
    """The page of the job looks after the worker by itself."""
    onward = page.get_by_role("main").get_by_role("link", name="继续")
    expect(onward).to_be_visible(timeout=30_000)
    onward.click()


def read_the_trial(page):
    """Eight faults, each by its row and a reason; nothing has been written."""
    acts.show(page, "roster-02-trial")
    rows = page.locator("section", has=page.get_by_role("heading", name="问题说明")).locator("tbody tr")
    shown = {int(row.locator("td").first.inner_text()): row.locator("td").last.inner_text() for row in rows.all()}
    assert shown.keys() == FAULTS.keys()
    assert {row: words for row, words in FAULTS.items() if words not in shown[row]} == {}
    assert not Enterprise.objects.exists()


def import_good_rows(page):
    page.get_by_role("button", name=re.compile("142")).click()
    go_on_when_done(page)
    page.get_by_role("link", name="查看导入的内容").click()
    page.get_by_role("link", name=ROSTER.name).click()
    expect(page.get_by_text("437,500.00").first).to_be_visible()
    expect(page.get_by_role("button", name="确认这份清单")).to_have_count(0)
    acts.show(page, "roster-03-list")
    assert Enterprise.objects.count() == 142
    assert not Application.objects.exists(), "nothing counts before it is confirmed"


def confirm(page):
    page.goto("/admin/")
    acts.show(page, "roster-04-inbox")
    page.get_by_role("link", name=ROSTER.name).click()
    acts.show(page, "roster-05-confirm")
    page.get_by_role("button", name="确认这份清单").click()
    page.wait_for_url("**/jobs/**")
    go_on_when_done(page)
    acts.show(page, "roster-06-confirmed")
    assert BackEntry.objects.get().confirmed_by.username == "finance"
    assert Application.objects.filter(state="paid", channel="back_entered").count() == 142


def in_the_ledger(page):
    """What was back-entered is marked so, entry by entry."""
    paid = Entry.objects.filter(kind="pay")
    assert set(paid.values_list("back_entered", flat=True)) == {True}
    page.goto("/admin/subsidies/budgetline/")
    expect(page.get_by_text("437,500.00")).to_be_visible()
    page.locator("#result_list tbody a").first.click()
    acts.show(page, "roster-07-ledger")
    rows = page.get_by_role("row").filter(has_text="拨付").filter(has_text="补录")
    expect(rows).to_have_count(142)
