"""From an agreement to the allowance: the county draws it up and places the trainees, the host confirms each month on
the phone, the county confirms it, the host applies, the offices approve and pay. Nobody types an amount."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from bureau.common import clock
from demo.haidong.invent import Inventor
from subsidies.actions import ledger
from subsidies.enums import FundSource
from subsidies.models import Application, BudgetLine, PayeeLine
from tests.factories import placements as make
from tests.factories import subsidies
from tests.journeys.acts import choose_photo, go_on, open_case, picture, show, take_step
from tests.journeys.people import come_in
from training.models import Agreement, MonthSheet

pytestmark = pytest.mark.django_db(transaction=True)
CARDS = Inventor(7)
NAMES = ("马得林", "韩学义")


def test_placement_from_agreement_to_allowance(new_phone, new_desk, live_server):
    world = subsidies.world()
    make.scheme()
    clerk = make.clerk(world.county)
    desk, phone = new_desk(), new_phone()
    come_in(desk, clerk, live_server)
    agreement = drawn_up(desk, world)
    placed(desk, agreement)
    signed_and_begun(desk, agreement)

    come_in(phone, world.owner, live_server)
    for month in agreement.months():
        confirmed_by_the_host(phone, agreement, month)
        confirmed_by_the_county(desk, agreement, month)
    accounts(phone, agreement)
    application = applied_for(phone, agreement)
    assert application.amount_requested == Decimal("13600.00")
    paid(new_desk, live_server, world, application)
    assert PayeeLine.objects.filter(application=application, live=True).count() == 2
    phone.goto(f"/my/placements/{agreement.ref}/")
    expect(phone.get_by_text("已拨付").first).to_be_visible()
    show(phone, "placement-paid")


def drawn_up(page, world):
    first, last = make.term(3)
    page.goto("/admin/training/agreement/add/")
    page.locator("[name=host]").fill(world.shop.number or f"E{world.shop.pk:08d}")
    page.get_by_label("带教师傅").fill("韩师傅")
    page.get_by_label("月工资（元）").fill("3500")
    page.locator("[name=starts_on]").fill(first.isoformat())
    page.locator("[name=ends_on]").fill(last.isoformat())
    show(page, "placement-draft")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("请接着录入学员")).to_be_visible()
    return Agreement.objects.get()


def placed(page, agreement):
    for row, name in enumerate(NAMES):
        page.locator(f"[name=r{row}-name]").fill(name)
        page.locator(f"[name=r{row}-id_number]").fill(make.id_number())
    page.locator("[name=r0-account]").fill(CARDS.account())
    page.locator("[name=r0-bank]").fill("青海农商银行")
    show(page, "placement-trainees")
    page.get_by_role("button", name="安排这些学员").click()
    expect(page.get_by_text(NAMES[1])).to_be_visible()
    assert agreement.placements.count() == 2


def signed_and_begun(page, agreement):
    take_step(page, "登记已签协议", scan)
    press(page, "实训已开始")
    agreement.refresh_from_db()
    assert agreement.state == "running"
    show(page, "placement-agreement")


def press(page, button):
    """A step that asks nothing is made at once; its button is gone then."""
    found = page.locator("#case-panel").get_by_role("button", name=button)
    found.click()
    expect(found).to_have_count(0)
    page.wait_for_load_state()


def scan(panel):
    with panel.page.expect_response(lambda answer: "/files/upload/" in answer.url, timeout=30_000):
        panel.locator("input[type=file]").set_input_files(picture("agreement"))
    expect(panel.locator(".tile")).to_have_count(1)


def confirmed_by_the_host(page, agreement, month):
    page.goto("/my/placements/")
    page.get_by_text(agreement.number).click()
    page.get_by_role("link", name=f"{month:%Y-%m}").click()
    page.locator("input[name$=-days]").first.fill("22")
    show(page, "placement-month")
    page.get_by_role("button", name="确认本月2名学员").click()
    expect(page.get_by_text("县级单位将确认本月情况")).to_be_visible()
    show(page, "placement-host")


def confirmed_by_the_county(page, agreement, month):
    sheet = MonthSheet.objects.get(agreement=agreement, month=month)
    page.goto(f"/admin/training/monthsheet/{sheet.pk}/change/")
    show(page, "placement-sheet")
    press(page, "确认本月")
    sheet.refresh_from_db()
    assert sheet.state == "confirmed"


def accounts(page, agreement):
    """One account was on the list, the other one the host enters."""
    page.goto(f"/my/placements/{agreement.ref}/")
    page.get_by_role("link", name="填写账户").click()
    page.get_by_label("社保卡（一卡通）").check()
    page.get_by_label("账号或卡号").fill(CARDS.account())
    page.get_by_label("开户银行及网点").fill("青海银行化隆支行")
    show(page, "placement-account")
    page.get_by_role("button", name="保存账户").click()
    expect(page.get_by_text("账户已保存")).to_be_visible()


def applied_for(page, agreement):
    page.locator(".followup").get_by_role("link").click()
    expect(page.get_by_text("13,600.00").first).to_be_visible()
    show(page, "placement-apply")
    page.get_by_role("button", name="为这份协议申请").click()
    page.get_by_label("和面、拉面").check()
    page.get_by_label("期满后留店就业的学员").fill("1")
    page.get_by_label("打算自己开店的学员").fill("0")
    go_on(page)
    for key in make.DOCUMENTS:
        choose_photo(page, key)
    go_on(page)
    expect(page.get_by_text("13,600.00").first).to_be_visible()
    page.get_by_label("个人银行卡").check()
    page.get_by_label("身份证号码，或企业统一社会信用代码").fill(subsidies.PAYEE["id_number"])
    page.get_by_label("账号或卡号").fill(subsidies.PAYEE["account"])
    page.get_by_label("开户银行及网点").fill(subsidies.PAYEE["bank"])
    show(page, "placement-payees")
    page.get_by_role("button", name="保存收款人").click()
    choose_photo(page, "sheet")
    page.get_by_role("button", name="我已阅读并签署承诺书").click()
    show(page, "placement-review")
    page.get_by_role("button", name="提交申请").click()
    application = Application.objects.get()
    expect(page.get_by_text(application.number)).to_be_visible()
    return application


def paid(new_desk, live_server, world, application):
    """The offices' usual way; what the approver sees is the list as the agreement gave it."""
    people = {
        name: subsidies.staff(f"j-{name}", (role, world.bureau))
        for name, role in (("intake", "intake"), ("county", "verifier"), ("check", "verifier"), ("head", "approver"),
                           ("finance", "finance"))
    }
    line = BudgetLine.objects.create(
        fund_source=FundSource.PROVINCIAL, fiscal_year=clock.today().year, name_zh="实训补贴资金", name_en="Allowances"
    )
    ledger.allot(line=line, amount=Decimal("100000"), by=people["finance"], key="journey")
    steps = [("intake", "受理这份申请", None), ("county", "通过，转入下一环节", None), ("check", "通过，转入下一环节", None),
             ("head", "审批通过并预占资金", None), ("finance", "登记拨付", voucher)]
    for name, button, fill in steps:
        page = new_desk()
        come_in(page, people[name], live_server)
        open_case(page, application.number)
        if name == "head":
            show(page, "placement-case")
        take_step(page, button, fill)
    application.refresh_from_db()
    assert application.state == "paid"
    line.refresh_from_db()
    assert line.paid == Decimal("13600.00")
    page.goto(f"/admin/subsidies/application/print/payees/?ids={application.pk}")
    expect(page.get_by_text("壹万叁仟陆佰元整")).to_be_visible()
    show(page, "placement-roster")


def voucher(panel):
    panel.get_by_label("凭证号").fill("SX-2021-001")
