"""One award from an owner's phone to the figure in the report, each person on a phone of his own."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from bureau.accounts.models import Unit, User
from bureau.common import clock
from bureau.reports.actions import ensure_due
from bureau.reports.models import Report
from demo.haidong.people import PASSWORD
from subsidies.models import Application, BudgetLine
from tests.factories import subsidies as make
from tests.journeys import acts
from tests.journeys.people import come_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.demo(report=True)]

OWNER = "13800880001"
AWARD = Decimal(2500)  # 60 square meters
FIGURES = {
    "subsidies.new_shop.paid": AWARD, "subsidies.new_shop.paid_shops": 1,
    "subsidies.new_shop.preliminarily_reviewed": 1,
}


@pytest.fixture
def shop():
    """A shop of the register whose owner has been confirmed, and has not applied yet."""
    owner = User.objects.create_owner(phone=OWNER, name="马建国")
    return make.shop(owner, phone=OWNER)


def test_one_award_moves_every_figure_by_itself(shop, worker, new_phone, live_server):
    staff = Staff(new_phone, live_server)
    before = read_dashboard(staff.page("official"))
    owner = new_phone()
    application = apply(owner, shop)
    ask_for_correction(staff.page("hualong.intake"), application.number)
    correct(owner, application)
    decide(staff, application)
    see_it_paid(owner, application)
    after = read_dashboard(staff.page("official"))
    assert {key: after[key] - before[key] for key in FIGURES} == FIGURES
    drill_down(staff.page("official"), application.number)
    next_report(staff.page("editor"), application.number, worker)


class Staff:
    """Everybody of the bureau on a phone of his own; the first time he logs in by name and password."""

    def __init__(self, new_phone, live_server):
        self.new_phone, self.live_server = new_phone, live_server
        self.pages = {}

    def page(self, username):
        if username not in self.pages:
            page = self.pages[username] = self.new_phone()
            if len(self.pages) == 1:
                acts.staff_log_in(page, username, PASSWORD)
            else:
                come_in(page, User.objects.get(username=username), self.live_server)
        return self.pages[username]


# --- the owner -----------------------------------------------------------------------------------------


def apply(page, shop):
    """From the award's page through login, reasons, questions, photos and declaration to the receipt."""
    page.goto("/apply/new_shop/")
    acts.show(page, "award-01-apply")
    page.get_by_role("main").get_by_role("link", name="用手机号登录").click()
    acts.log_in_by_code(page, OWNER)
    page.wait_for_url("**/apply/new_shop/")
    expect(page.get_by_text("这家店铺符合条件")).to_be_visible()
    expect(page.locator(".reasons, .verdict, ul, dl").filter(has_text="2020").first).to_be_visible()
    acts.show(page, "award-02-reasons")
    page.get_by_role("button", name="为这家店铺申请").click()
    acts.fill_shop(page)
    acts.go_on(page)
    page.get_by_label("执照上的经营者本人").check()
    acts.type_chinese(page, page.get_by_label("其他要说明的情况"), "lamian", "门口正在修路")
    acts.expect_saved(page, "remarks")
    acts.show(page, "award-03-typed")
    acts.go_on(page)
    acts.fill_documents(page)
    acts.show(page, "award-04-documents")
    acts.go_on(page)
    acts.fill_payee(
        page, kind="个人银行卡", id_number=make.PAYEE["id_number"], account=make.PAYEE["account"],
        bank=make.PAYEE["bank"],
    )
    acts.choose_photo(page, "sheet")
    acts.show(page, "award-05-declaration")
    page.get_by_role("button", name="我已阅读并签署承诺书").click()
    expect(page.get_by_text("都已填好")).to_be_visible()
    acts.show(page, "award-06-review")
    page.get_by_role("button", name="提交申请").dblclick()
    page.wait_for_url("**/receipt/")
    application = Application.objects.get(enterprise=shop)
    assert application.answers["remarks"] == "门口正在修路"
    assert application.amount_requested == AWARD
    expect(page.get_by_text(application.number)).to_be_visible()
    acts.show(page, "award-07-receipt")
    return application


def correct(page, application):
    """Only what was named is open, and only that is changed."""
    page.goto("/my/")
    page.get_by_role("link", name=re.compile("补正|马氏牛肉面")).first.click()
    acts.show(page, "award-09-returned")
    if page.get_by_role("link", name="去改这几处").count():
        page.get_by_role("link", name="去改这几处").click()
    expect(page.get_by_text("照片上只有20个餐位")).to_be_visible()
    shown = page.locator("form [name]:not([type=hidden]):not(button)")
    assert {field.get_attribute("name") for field in shown.all()} == {"seats"}
    seats = page.get_by_role("textbox", name="餐位数")
    seats.fill("20")
    seats.blur()
    acts.expect_saved(page, "seats")
    acts.show(page, "award-10-correct")
    was = dict(application.answers)
    page.get_by_role("button", name="提交补正").click()
    expect(page.get_by_text("补正已提交").first).to_be_visible()
    application.refresh_from_db()
    assert application.answers == was | {"seats": 20}


def see_it_paid(page, application):
    page.goto(f"/my/applications/{application.ref}/")
    expect(page.get_by_text("已拨付").first).to_be_visible()
    acts.show(page, "award-17-paid")
    page.goto("/my/messages/")
    expect(page.get_by_text("奖补已拨付")).to_be_visible()
    acts.show(page, "award-18-messages")


# --- the offices ---------------------------------------------------------------------------------------


def ask_for_correction(page, number):
    acts.open_case(page, number)
    acts.show(page, "award-08-case")

    def one_field(panel):
        panel.get_by_role("button", name="退回补正").click()  # with nothing written: the answer comes into sight
        expect(panel.get_by_text("请至少在一项旁写明要改什么。")).to_be_in_viewport()
        panel.get_by_label("餐位数").fill("照片上只有20个餐位")

    acts.take_step(page, "退回补正", one_field)


def decide(staff, application):
    """County, bureau, approval, payment: each step by somebody else."""
    number, line = application.number, BudgetLine.objects.get(fiscal_year=2021, scheme=None)
    steps = [
        ("hualong.intake", "受理这份申请", None), ("hualong.review", "通过，转入下一环节", say("店铺属实")),
        ("check", "通过，转入下一环节", say("材料齐全")), ("approve", "审批通过并预占资金", say("同意")),
    ]
    for picture, (who, button, fill) in enumerate(steps, start=11):
        page = staff.page(who)
        acts.open_case(page, number)
        acts.show(page, f"award-{picture}-{who}")
        acts.take_step(page, button, fill)
    reserved = line.reserved
    line.refresh_from_db()
    assert line.reserved == reserved + AWARD
    page = staff.page("finance")
    acts.open_case(page, number)
    acts.take_step(page, "登记拨付", voucher)
    acts.show(page, "award-16-registered")
    application.refresh_from_db()
    assert application.state == "paid"


def say(words):
    return lambda panel: panel.get_by_label("意见").fill(words)


def voucher(panel):
    panel.get_by_label("凭证号").fill("HD-20210521-7")


# --- the figures ---------------------------------------------------------------------------------------


def read_dashboard(page):
    """The key figures as they stand on the page, by key; money in yuan."""
    page.goto("/dashboard/")
    acts.show(page, "award-19-dashboard")
    found = {}
    for key in FIGURES:
        card = page.locator(f'.key-figure:has(a[href*="/records/{key}/"])')
        value = Decimal(card.locator("b").inner_text().replace(",", ""))
        found[key] = value * 10_000 if card.locator("small").first.inner_text() == "万元" else value
    return found


def drill_down(page, number):
    page.goto("/dashboard/?span=ten_days")
    page.locator('.key-figure__open[href*="/records/subsidies.new_shop.paid/"]').click()
    expect(page.get_by_text(number)).to_have_count(1)
    acts.show(page, "award-20-records")


def next_report(page, number, worker):
    """Eleven days on the last ten days of May have closed; the worker writes what beat finds due."""
    clock.shift(timedelta(days=11))
    worker.stop()
    worker.start()
    ensure_due()
    earlier = Report.objects.get(template__key="ten-day", period_start="2021-05-11")
    report = Report.objects.get(template__key="ten-day", period_start="2021-05-21")
    page.goto("/reports/")
    page.get_by_role("link", name=re.compile("5月下旬")).first.click()
    expect(page.locator("#sheet")).to_be_visible(timeout=30_000)
    acts.show(page, "award-21-report")
    for key, moved in FIGURES.items():
        before, now = (row.figures.get(county=None, key=key, window="to_date") for row in (earlier, report))
        assert now.value - before.value == moved
        assert report.figures.get(county=None, key=key, window="period").records == 1
    paid = report.figures.get(county=None, key="subsidies.new_shop.paid", window="to_date")
    page.locator(f'a[href$="/figures/{paid.pk}/"]').first.click()
    expect(page.locator("#side-panel")).to_contain_text(number)
    acts.show(page, "award-22-frozen")
    assert Unit.objects.exists()
