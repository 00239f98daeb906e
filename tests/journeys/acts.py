"""What people do on the pages, one function each, so that a journey reads as its story.

`PICTURES=<folder>` keeps a picture of every step that a journey shows with `show()`.
"""

import io
import os
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.factories.subsidies import DOCUMENTS

PICTURES = os.environ.get("PICTURES")
expect.set_options(timeout=15_000)  # two busy cores
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


def show(page, name):
    """The page fits its screen; kept as a picture where somebody wants to look."""
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
    assert wide <= 0, f"{name}: {page.url} sticks out by {wide} px"


# --- coming in -----------------------------------------------------------------------------------------


def log_in_by_code(page, number):
    """On the login page: ask for a code, read it where the demo shows what was sent, type it."""
    page.get_by_label("手机号").fill(number)
    page.get_by_role("button", name="获取验证码").click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="演示").click()
    message = opened.value.locator("main .rows li", has_text=number).first.locator(".measure").inner_text()
    opened.value.close()
    page.get_by_label("短信验证码").fill(CODE.search(message).group())
    page.get_by_role("button", name="登录").click()


def staff_log_in(page, username, password):
    page.goto("/admin/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login/" not in url)


# --- filling in ----------------------------------------------------------------------------------------


def picture(name):
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(buffer, "JPEG")
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def choose_photo(page, key):
    page.wait_for_load_state()  # the scripts stand before a finger reaches the button
    with page.expect_response(lambda answer: "/files/upload/" in answer.url, timeout=30_000):
        page.locator(f'[data-key="{key}"] input[type=file]').set_input_files(picture(key))
    expect(page.locator(f'[data-key="{key}"] .tile')).to_have_count(1)


def go_on(page):
    page.get_by_role("button", name="保存并继续").click()


def expect_saved(page, key):
    expect(page.locator(f'[data-field="{key}"] [data-saved]')).to_contain_text("已保存")


def type_chinese(page, field, letters, words):
    """As an input method does: letters under composition first, then the words in their place."""
    field.click()
    keys = page.context.new_cdp_session(page)
    for end in range(2, len(letters) + 1, 2):
        keys.send("Input.imeSetComposition", {"text": letters[:end], "selectionStart": end, "selectionEnd": end})
    keys.send("Input.insertText", {"text": words})
    expect(field).to_have_value(words)
    field.blur()


def fill_shop(page, *, area="60"):
    """The first two screens: the shop and how it is doing."""
    page.get_by_label("国内").check()
    field = page.get_by_label("营业面积")
    field.fill(area)
    field.blur()
    expect_saved(page, "floor_area")
    page.get_by_label("餐位数").fill("24")
    page.get_by_label("租赁").check()
    page.get_by_label("租期到哪一天").fill("2024-06-30")
    go_on(page)
    page.get_by_label("实际开门营业的日期").fill("2020-11-10")
    page.get_by_label("现有员工（含家人）").fill("4")
    page.get_by_label("其中海东籍员工").fill("3")


def fill_documents(page, extra=()):
    for key in (*DOCUMENTS, *extra):
        choose_photo(page, key)


def fill_payee(page, *, kind, id_number, account, bank, name=""):
    page.get_by_label(kind).check()
    if name:
        page.get_by_label("收款人户名").fill(name)
    page.get_by_label("身份证号码，或企业统一社会信用代码").fill(id_number)
    page.get_by_label("账号或卡号").fill(account)
    page.get_by_label("开户银行及网点").fill(bank)
    page.get_by_role("button", name="保存收款人").click()


# --- an office's desk ----------------------------------------------------------------------------------


def open_case(page, number):
    """From the list of what waits here to the case."""
    page.goto("/admin/subsidies/application/?q=" + number)
    page.get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", name="可办理的步骤")).to_be_visible()


def take_step(page, button, fill=None):
    """Open the form of a step, fill it in, confirm it."""
    panel = page.locator("#case-panel")
    panel.get_by_role("button", name=button).click()
    expect(panel.locator("form h3")).to_be_visible()
    expect(panel.locator(".invalid-feedback, .alert")).to_have_count(0)  # nothing has been asked yet
    if fill:
        fill(panel)
    panel.get_by_role("button", name=button).click()
    expect(page.locator(".messagelist li, .messages li").first).to_be_visible()
