"""A form on a phone: saved with every change, in Chinese typing too, and never over another device's work."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.bureau.formbuilder import page as lab

TEMPLATES = Path(lab.__file__).parent / "templates"


@pytest.fixture(autouse=True)
def page_of_the_lab(settings):
    lab.reset()
    settings.ROOT_URLCONF = "tests.bureau.formbuilder.page"
    first = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**first, "DIRS": [*first["DIRS"], TEMPLATES]}]


def saved(page, key):
    return page.locator(f'[data-field="{key}"] [data-saved]')


def test_saved_shown_and_asked_by_the_answers(phone):
    phone.goto("/lab/fill/")
    area = phone.locator('[data-field="area"]')
    expect(area).to_be_hidden()
    phone.get_by_label("否", exact=True).check()
    expect(saved(phone, "abroad")).to_contain_text("已保存")
    expect(area).to_be_visible()
    phone.get_by_label("投资").fill("12000")
    phone.get_by_label("投资").blur()
    expect(phone.locator("[data-capitals]")).to_have_text("壹万贰仟元整")
    phone.get_by_label("面积").fill("很大")
    phone.get_by_label("面积").blur()
    expect(area.locator("[data-error]")).to_be_visible()
    assert lab.STORE["answers"] == {"abroad": False, "money": "12000.00", "_raw": {"area": "很大"}}
    phone.reload()
    expect(phone.get_by_label("面积")).to_have_value("很大")


def test_two_quick_changes_are_no_conflict_with_oneself(phone):
    phone.goto("/lab/fill/")
    phone.evaluate("""() => {
        for (const [name, text] of [["name", "一"], ["phone", "13900001111"], ["name", "二"]]) {
            const field = document.getElementsByName(name)[0];
            field.value = text;
            field.dispatchEvent(new Event("change", {bubbles: true}));
        }
    }""")
    expect(saved(phone, "name")).to_contain_text("已保存")
    phone.wait_for_timeout(500)
    assert lab.STORE["answers"] == {"name": "二", "phone": "13900001111"}
    expect(phone.locator("[data-conflict]")).to_be_hidden()
    assert lab.STORE["saves"] >= 2


def test_composition_is_waited_for(phone):
    phone.goto("/lab/fill/")
    phone.get_by_label("店名").focus()
    keys = phone.context.new_cdp_session(phone)
    keys.send("Input.imeSetComposition", {"text": "lamian", "selectionStart": 6, "selectionEnd": 6})
    phone.wait_for_timeout(1500)
    assert lab.STORE["saves"] == 0
    keys.send("Input.insertText", {"text": "拉面馆"})
    expect(saved(phone, "name")).to_contain_text("已保存")
    assert lab.STORE["answers"]["name"] == "拉面馆"
    assert lab.STORE["saves"] == 1


def test_what_was_typed_before_the_scripts_stood_is_saved(phone):
    held = []
    phone.route("**/js/autosave.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright reads its arguments
    phone.goto("/lab/fill/", wait_until="commit")
    phone.get_by_label("店名").fill("早到")
    phone.get_by_label("店名").blur()
    for route in held:
        route.continue_()
    expect(saved(phone, "name")).to_contain_text("已保存")
    assert lab.STORE["answers"]["name"] == "早到"


def test_another_device_is_not_overwritten(phone, new_phone):
    other = new_phone()
    phone.goto("/lab/fill/")
    other.goto("/lab/fill/")
    other.get_by_label("店名").fill("先到")
    other.get_by_label("店名").blur()
    expect(saved(other, "name")).to_contain_text("已保存")
    phone.get_by_label("店名").fill("后到")
    phone.get_by_label("店名").blur()
    expect(phone.locator("[data-conflict]")).to_contain_text("其他设备")
    assert lab.STORE["answers"] == {"name": "先到"}


def test_rows_are_added_removed_and_saved(phone):
    phone.goto("/lab/fill/")
    group = phone.locator('[data-group="staff"]')
    group.get_by_label("姓名").fill("马")
    phone.get_by_role("button", name="添加一行").click()
    group.get_by_label("姓名").nth(1).fill("韩")
    expect(group.get_by_label("说明").nth(1)).to_be_hidden()
    group.get_by_label("其他").nth(1).check()
    expect(saved(phone, "staff-1-role")).to_contain_text("已保存")
    expect(group.get_by_label("说明").nth(1)).to_be_visible()
    expect(group.get_by_label("说明").nth(0)).to_be_hidden()
    rows = lab.STORE["answers"]["staff"]
    assert [row["name"] for row in rows] == ["马", "韩"]
    assert len({row["row"] for row in rows}) == 2
    group.get_by_role("button", name="删除此行").first.click()
    phone.wait_for_timeout(700)
    assert [row["name"] for row in lab.STORE["answers"]["staff"]] == ["韩"]
    assert lab.STORE["answers"]["staff"][0]["row"] == rows[1]["row"]


def test_the_line_is_down_and_comes_back(new_context, live_server):
    phone = new_context(base_url=live_server.url).new_page()  # a lost line is logged in red, and rightly so
    phone.goto("/lab/fill/")
    phone.context.set_offline(True)
    phone.get_by_label("店名").fill("断线")
    phone.get_by_label("店名").blur()
    expect(saved(phone, "name")).to_contain_text("尚未保存")
    phone.context.set_offline(False)
    expect(saved(phone, "name")).to_contain_text("已保存")
    assert lab.STORE["answers"] == {"name": "断线"}


def test_a_session_that_has_ended_takes_nothing_away(new_context, live_server):
    phone = new_context(base_url=live_server.url).new_page()
    phone.goto("/lab/fill/")
    lab.STORE["expired"] = True
    phone.get_by_label("店名").fill("刚写的字")
    phone.get_by_label("店名").blur()
    expect(phone.locator("[data-conflict]")).to_contain_text("登录")
    expect(phone.locator("[data-login]")).to_have_attribute("href", "/login/?next=/lab/fill/")
    expect(phone.get_by_label("店名")).to_have_value("刚写的字")


def test_a_place_is_found_by_its_name(phone):
    phone.goto("/lab/fill/")
    phone.get_by_label("地点").fill("广州市天河区")
    phone.get_by_label("地点").blur()
    expect(saved(phone, "place")).to_contain_text("已保存")
    assert lab.STORE["answers"] == {"place": "440106"}


def test_without_javascript_the_server_decides(new_context, live_server):
    page = new_context(base_url=live_server.url, java_script_enabled=False).new_page()
    page.goto("/lab/fill/")
    page.get_by_label("店名").fill("一家")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".is-invalid, .invalid-feedback").first).to_be_attached()
    expect(page.get_by_label("店名")).to_have_value("一家")
