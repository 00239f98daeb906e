"""From the sheets of an office to person-times, on a phone; and an owner who enrolls with one thumb."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bureau.common import clock
from bureau.common.periods import Period
from bureau.metrics import compute
from tests.factories import accounts, training
from tests.journeys import acts
from tests.journeys.people import come_in
from training.models import Attendance, Enrollment, Session

pytestmark = pytest.mark.django_db(transaction=True)
SHEETS = Path(__file__).parents[1] / "samples" / "training_attendance.xlsx"
CURRENT = "拉面产业提档升级经营管理人才培训班"


@pytest.fixture
def by(worker, settings):
    settings.DEMO = True
    clock.start_at(datetime(2021, 5, 21, 8, 30, tzinfo=clock.ZONE))
    return training.clerk()


def person_times():
    found = compute(["training.sessions", "training.person_times"], [Period.year_to_date(clock.today())])
    return found["training.sessions"].value, found["training.person_times"].value


def test_from_the_roster_to_person_times(by, new_phone, live_server):
    page = new_phone()
    come_in(page, by, live_server)
    import_sheets(page)
    assert person_times() == (1, 30), "the class in session does not count yet"
    correct_a_mark(page)
    end_the_class(page)
    assert person_times() == (2, 140)


def import_sheets(page):
    page.goto("/admin/training/session/")
    page.get_by_role("link", name="导入培训签到表").first.click()
    page.locator("input[type=file]").first.set_input_files(SHEETS)
    acts.show(page, "training-01-upload")
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_url("**/jobs/**")
    go_on_when_done(page)
    acts.show(page, "training-02-trial")
    expect(page.get_by_text("Excel").first).to_be_visible()
    assert not Session.objects.exists()
    page.get_by_role("button", name=re.compile("140")).click()
    go_on_when_done(page)
    page.get_by_role("link", name="查看导入的内容").click()
    acts.show(page, "training-03-sessions")
    assert (Session.objects.count(), Enrollment.objects.count()) == (2, 140)


def go_on_when_done(page):
    onward = page.get_by_role("main").get_by_role("link", name="继续")
    expect(onward).to_be_visible(timeout=30_000)
    onward.click()


def correct_a_mark(page):
    """The second person was absent in the afternoon of the second day's morning: one tap makes it present."""
    page.get_by_role("link", name=CURRENT).click()
    acts.show(page, "training-04-session")
    page.get_by_role("link", name="登记考勤").click()
    row = page.locator("tr[data-row]").nth(1)
    cell = row.locator("input.mark").nth(2)
    expect(cell).to_have_value("")
    cell.tap()
    expect(cell).to_have_value("√")
    cell.press("ArrowRight")
    page.keyboard.press("Space")
    expect(row.locator("input.mark").nth(3)).to_have_value("假")
    page.keyboard.press("1")
    expect(row.locator("[data-count]")).to_have_text("10")
    fill_a_column_and_take_it_back(page)
    acts.show(page, "training-05-grid")
    before = Attendance.objects.filter(mark="present").count()
    page.get_by_role("button", name="保存考勤").click()
    expect(page.get_by_text("考勤已保存")).to_be_visible()
    assert Attendance.objects.filter(mark="present").count() == before + 1


def fill_a_column_and_take_it_back(page):
    counted = page.locator("[data-total]").nth(2)
    before = counted.inner_text()
    page.locator("[data-fill='2']").tap()
    assert int(counted.inner_text()) > int(before)
    page.get_by_role("button", name="撤销").tap()
    expect(counted).to_have_text(before)


def end_the_class(page):
    panel = page.locator("#case-panel")
    panel.get_by_role("button", name="结束本期培训").click()
    expect(panel.locator("form h3")).to_be_visible()
    panel.get_by_role("button", name="结束本期培训").click()
    expect(panel.get_by_role("button", name="核定考勤")).to_be_visible()
    acts.show(page, "training-06-ended")
    assert Session.objects.get(title=CURRENT).state == "ended"


def test_an_owner_enrolls_with_one_thumb(by, new_phone, live_server):
    session = training.session(by=by, begins_on=clock.today() + timedelta(days=14), title="餐饮食品安全培训班", capacity=2)
    training.enroll(session, by=by)
    owner = accounts.owner("13900007777")
    page = new_phone()
    page.goto("/training/")
    acts.show(page, "training-11-public")
    page.get_by_role("link", name="餐饮食品安全培训班").click()
    acts.show(page, "training-12-session")
    come_in(page, owner, live_server)
    page.reload()
    page.get_by_role("link", name="报名", exact=True).click()
    page.get_by_label("姓名").fill("马文明")
    page.get_by_label("身份证号").fill(training.id_number())
    acts.show(page, "training-13-enroll")
    page.get_by_role("button", name="确认报名").click()
    expect(page.get_by_text("报名成功")).to_be_visible()
    acts.show(page, "training-14-mine")
    page.get_by_role("link", name="取消这次报名").click()
    page.get_by_role("button", name="取消这次报名").click()
    expect(page.get_by_text("您的报名已取消")).to_be_visible()
    session.refresh_from_db()
    assert session.seats_taken == 1
