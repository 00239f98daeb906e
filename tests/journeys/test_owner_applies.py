"""A shop owner on his phone: from the eligibility check to the receipt, then only what was named is corrected."""

import pytest
from playwright.sync_api import expect

from bureau.workflow import perform
from subsidies.actions import application as actions
from subsidies.enums import State
from subsidies.models import Application
from tests.factories import subsidies as make
from tests.journeys.acts import choose_photo, go_on
from tests.journeys.people import come_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_reasons_to_the_receipt(phone, live_server):
    world = make.world()
    come_in(phone, world.owner, live_server)
    phone.goto("/apply/new_shop/")
    expect(phone.get_by_text("这家店铺符合条件")).to_be_visible()
    phone.get_by_role("button", name="为这家店铺申请").click()

    phone.get_by_label("国内").check()
    area = phone.get_by_label("营业面积")
    expect(area).to_be_visible()  # asked only of shops in China
    area.fill("60")
    area.blur()
    expect(phone.locator('[data-field="floor_area"] [data-saved]')).to_contain_text("已保存")
    assert Application.objects.get().answers["floor_area"] == "60"
    phone.get_by_label("餐位数").fill("24")
    phone.get_by_label("租赁").check()
    phone.get_by_label("租期到哪一天").fill("2030-06-30")
    go_on(phone)

    phone.get_by_label("实际开门营业的日期").fill("2020-07-10")
    phone.get_by_label("现有员工（含家人）").fill("4")
    phone.get_by_label("其中海东籍员工").fill("3")
    go_on(phone)
    phone.get_by_label("执照上的经营者本人").check()
    go_on(phone)

    for key in make.DOCUMENTS:
        choose_photo(phone, key)
    go_on(phone)
    phone.get_by_label("个人银行卡").check()
    phone.get_by_label("身份证号码，或企业统一社会信用代码").fill(make.PAYEE["id_number"])
    phone.get_by_label("账号或卡号").fill(make.PAYEE["account"])
    phone.get_by_label("开户银行及网点").fill(make.PAYEE["bank"])
    phone.get_by_role("button", name="保存收款人").click()
    choose_photo(phone, "sheet")
    phone.get_by_role("button", name="我已阅读并签署承诺书").click()

    expect(phone.get_by_text("都已填好")).to_be_visible()
    phone.get_by_role("button", name="提交申请").click()
    application = Application.objects.get()
    expect(phone.get_by_text(application.number)).to_be_visible()
    assert application.state == State.SUBMITTED
    assert application.payee_total() == application.amount_requested


def test_only_what_was_named_is_corrected(phone, live_server):
    world = make.world()
    intake = make.staff("intake", ("intake", world.county))
    items = [{"kind": "field", "key": "seats", "note": "照片上只有20个餐位"},
             {"kind": "material", "key": "license", "note": "照片模糊，请重拍"}]
    application = perform(make.submitted(world), "ask_correction", by=intake, data={"items": items, "note": ""})
    come_in(phone, world.owner, live_server)
    phone.goto(f"/my/applications/{application.ref}/")
    phone.get_by_role("link", name="去改这几处").click()
    expect(phone.get_by_text("照片上只有20个餐位")).to_be_visible()
    assert phone.locator("[name=floor_area]").count() == 0
    phone.get_by_role("button", name="提交补正").click()
    expect(phone.get_by_text("还没有改：餐位数")).to_be_visible()

    seats = phone.get_by_role("textbox", name="餐位数")
    seats.fill("20")
    seats.blur()
    expect(phone.locator('[data-field="seats"] [data-saved]')).to_contain_text("已保存")
    phone.locator('[data-key="license"]').get_by_text("移除").click()
    choose_photo(phone, "license")
    expect(phone.get_by_text("已改")).to_have_count(2)
    phone.get_by_role("button", name="提交补正").click()
    expect(phone.get_by_text("补正已提交").first).to_be_visible()
    application.refresh_from_db()
    assert application.state == State.SUBMITTED
    assert application.answers["seats"] == 20


def test_two_phones_do_not_overwrite_each_other(new_phone, live_server):
    world = make.world()
    application = make.draft(world)
    one, two = new_phone(), new_phone()
    for page in (one, two):
        come_in(page, world.owner, live_server)
        page.goto(f"/my/applications/{application.ref}/fill/part-1/")
    one.get_by_label("餐位数").fill("24")
    one.get_by_label("餐位数").blur()
    expect(one.locator('[data-field="seats"] [data-saved]')).to_contain_text("已保存")
    two.get_by_label("餐位数").fill("99")
    two.get_by_label("餐位数").blur()
    expect(two.locator("[data-conflict]")).to_be_visible()
    application.refresh_from_db()
    assert application.answers["seats"] == 24
    assert actions.withdraw(application=application, by=world.owner).state == State.WITHDRAWN
