"""A list of awards paid earlier comes in as the office keeps it: one person imports it, another confirms it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bureau.jobs.testing import run_waiting
from enterprises.models import Enterprise
from subsidies.models import Application, BackEntry
from tests.factories import awards
from tests.journeys.people import come_in

ROSTER = Path(__file__).parents[1] / "samples" / "award_roster.xlsx"
FAULTY = (13, 26, 52, 77, 89, 101, 113, 126)


@pytest.fixture
def home(live_server, settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    return awards.house(cap="500000")


def test_a_roster_is_imported_by_one_and_confirmed_by_another(new_phone, home, live_server):
    clerk = new_phone()
    come_in(clerk, home.people["clerk"], live_server)
    _upload(clerk)
    _work(clerk)
    for row in FAULTY:
        expect(clerk.get_by_role("cell", name=str(row), exact=True)).to_be_visible()
    assert not Enterprise.objects.exists(), "the trial writes nothing"
    clerk.get_by_role("button", name=re.compile("142")).click()
    _work(clerk)
    clerk.get_by_role("link", name="查看导入的内容").click()
    clerk.get_by_role("link", name="award_roster.xlsx").click()
    expect(clerk.get_by_text("437,500.00").first).to_be_visible()
    expect(clerk.get_by_role("button", name="确认这份清单")).to_have_count(0)
    assert not Application.objects.exists(), "nothing counts before it is confirmed"

    finance = new_phone()
    come_in(finance, home.people["finance"], live_server)
    finance.goto("/admin/")
    finance.get_by_role("link", name="award_roster.xlsx").click()
    finance.get_by_role("button", name="确认这份清单").click()
    _work(finance)
    assert Application.objects.filter(state="paid", channel="back_entered").count() == 142
    finance.goto("/admin/subsidies/budgetline/")
    expect(finance.get_by_text("437,500.00")).to_be_visible()
    _same_pages_in_english(finance)


def _upload(page):
    page.goto("/admin/subsidies/backentry/add/")
    page.get_by_label("文件").set_input_files(ROSTER)
    page.get_by_label("拨付日期").fill("2021-05-18")
    page.get_by_label("凭证号").fill("2021-001")
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_url("**/jobs/**")


def _work(page):
    """The worker's turn; the page of the job shows that it is done."""
    (job,) = run_waiting()
    assert job.state == "done", job.error
    page.goto(f"/jobs/{job.pk}/")
    onward = page.get_by_role("main").get_by_role("link", name="继续")
    onward.first.click()


def _same_pages_in_english(page):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.context.add_cookies([{"name": "language", "value": "en", "url": page.url}])
    for address in ("/admin/subsidies/backentry/", f"/admin/subsidies/backentry/{BackEntry.objects.get().pk}/change/"):
        assert page.goto(address).status == 200
        expect(page.get_by_text("437,500.00").first).to_be_visible()
