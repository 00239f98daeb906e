"""A shop with its license in Guangzhou, a middle dot in the operator's name, run by his nephew, paid to a social
security card: the office there enters it from photos of the paper, its owner corrects it on his phone."""

import pytest
from playwright.sync_api import expect

from bureau.accounts.models import User
from bureau.common.identity import id_check_digit, uscc_check_character
from enterprises.models import Enterprise
from subsidies.models import Application
from tests.journeys import acts
from tests.journeys.people import come_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.demo]

FIRST = "92440106MA5D0J9R1"
USCC = FIRST + uscc_check_character(FIRST)
ID_NUMBER = "63022419760405003" + id_check_digit("63022419760405003")
SHOP, OPERATOR, NEPHEW, PHONE = "天河穆萨牛肉面馆", "马·穆萨", "马·伊斯玛仪", "13800880002"
CARD = "6217000044000038"


def test_the_paper_of_the_hard_case(new_phone, worker, live_server):
    office, county, owner = new_phone(), new_phone(), new_phone()
    come_in(office, User.objects.get(username="guangzhou"), live_server)
    register_shop(office)
    application = enter(office)
    look(owner, application)
    come_in(county, User.objects.get(username="hualong.intake"), live_server)
    ask_for_correction(county, application)
    correct(owner, application)
    office.goto(f"/entry/new_shop/{application.ref}/")
    expect(office.get_by_text("店主已于").first).to_be_visible()
    acts.show(office, "paper-12-office-sees")


def register_shop(page):
    """From the license: the shop is not in the register yet."""
    page.goto("/entry/")
    page.get_by_role("link", name="新开店一次性首次奖补").click()
    page.get_by_label("纸质材料上的店铺").fill(SHOP)
    page.get_by_role("button", name="查找").click()
    acts.show(page, "paper-01-not-found")
    page.get_by_role("link", name="录入店铺").click()
    for name, value in {
        "name": SHOP, "uscc": USCC, "opened_on": "2020-11-06", "registered_region": "广州市天河区",
        "operating_region": "广州市天河区", "operating_address": "中山大道西213号", "operator_name": OPERATOR,
        "actual_name": NEPHEW, "phone": PHONE,
    }.items():
        page.locator(f"#id_{name}").fill(value)
    page.locator("#id_kind").select_option("individual")
    page.locator("#id_home_county").select_option(label="化隆回族自治县")
    page.locator("#id_relation").select_option("nephew")
    acts.show(page, "paper-02-shop")
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist")).to_be_visible()
    shop = Enterprise.objects.get(uscc=USCC)
    assert (shop.operator.name, shop.actual_operator.name) == (OPERATOR, NEPHEW)
    assert shop.registered_region.code == "440106"


def enter(page):
    """The same screens as the owner's, with the paper at hand."""
    page.goto("/entry/new_shop/?q=tianhemusa")
    page.get_by_role("link", name=SHOP).click()
    expect(page.get_by_text("这家店铺符合条件")).to_be_visible()
    assert page.get_by_label("店主手机号").input_value() == PHONE
    acts.choose_photo(page, "paper")
    acts.show(page, "paper-03-begin")
    page.get_by_role("button", name="开始代录并短信告知店主").click()
    acts.fill_shop(page, area="64")
    acts.go_on(page)
    page.get_by_label("家人或亲戚").check()
    acts.type_chinese(page, page.get_by_label("实际经营人姓名"), "mayisimayi", NEPHEW)
    acts.type_chinese(page, page.get_by_label("与执照上经营者的关系"), "zhizi", "侄子")
    page.get_by_label("实际经营人手机号").fill("13800880003")
    acts.show(page, "paper-04-nephew")
    acts.go_on(page)
    acts.fill_documents(page, extra=["kinship"])
    acts.go_on(page)
    acts.fill_payee(
        page, kind="社保卡", name=OPERATOR, id_number=ID_NUMBER, account=CARD, bank="青海农商银行化隆支行"
    )
    acts.choose_photo(page, "sheet")
    page.get_by_role("button", name="店主已签署承诺书").click()
    expect(page.get_by_text("都已填好")).to_be_visible()
    acts.show(page, "paper-05-review")
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_url("**/receipt/")
    application = Application.objects.get(enterprise__uscc=USCC)
    line = application.payee_lines.get()
    assert (application.channel, application.entry_unit.code) == ("on_behalf", "guangzhou")
    assert (line.kind, line.name, str(line.account)) == ("card", OPERATOR, "**** 0038")
    assert application.answers["runner_name"] == NEPHEW
    assert application.unit.code == "hualong"
    return application


def look(page, application):
    """He was told by SMS; the number is enough to come in and see what was entered."""
    page.goto("/sent-messages/")
    told = page.locator("main .rows li", has_text=PHONE)
    expect(told.filter(has_text="代您")).to_have_count(1)
    acts.show(page, "paper-06-sms")
    page.goto("/login/")
    acts.log_in_by_code(page, PHONE)
    page.wait_for_url("**/my/")
    page.get_by_role("link", name=SHOP).first.click()
    expect(page.get_by_text("驻广州办事处").first).to_be_visible()
    expect(page.get_by_text(NEPHEW).first).to_be_visible()
    acts.show(page, "paper-07-owner-looks")


def ask_for_correction(page, application):
    def account(panel):
        panel.get_by_label("收款人及账户").fill("电话核对：卡号末四位应为0046")

    acts.open_case(page, application.number)
    acts.show(page, "paper-08-case")
    acts.take_step(page, "退回补正", account)


def correct(page, application):
    """After the call the owner takes it over and changes the card himself."""
    page.goto("/my/")
    page.get_by_role("link", name=SHOP).first.click()
    acts.show(page, "paper-09-returned")
    expect(page.get_by_text("卡号末四位应为0046").first).to_be_visible()
    page.goto(f"/my/applications/{application.ref}/")
    page.get_by_role("button", name="由我自己接着办").click()
    page.get_by_role("link", name="去修改").click()
    page.get_by_role("link", name="修改", exact=True).click()
    page.get_by_label("账号或卡号").fill("6217000044000046")
    acts.show(page, "paper-10-card")
    page.get_by_role("button", name="保存收款人").click()
    page.goto(f"/my/applications/{application.ref}/correct/")
    acts.show(page, "paper-11-correct")
    page.get_by_role("button", name="提交补正").click()
    expect(page.get_by_text("补正已提交").first).to_be_visible()
    application.refresh_from_db()
    assert application.state == "submitted"
    assert str(application.payee_lines.get().account) == "**** 0046"
