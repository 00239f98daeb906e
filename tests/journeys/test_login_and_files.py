"""On a phone: logging in by code, then sending photos; at a desk: staff set up the authenticator."""

import re
from datetime import timedelta

import pyotp
import pytest
from django import forms
from django.shortcuts import render
from django.urls import path
from playwright.sync_api import expect

from bureau import urls
from bureau.accounts.access import SIGNED_IN, access
from bureau.accounts.roles import Role
from bureau.attachments.forms import AttachmentField
from bureau.attachments.models import Attachment
from bureau.attachments.registry import PURPOSES, register_purpose
from bureau.common import clock
from bureau.notifications.models import Notification
from tests.bureau.attachments.hostile import HEIC, picture
from tests.factories import accounts

PURPOSE = "test.journey"


@access(SIGNED_IN)
def picker(request):
    class PickerForm(forms.Form):
        photos = AttachmentField(purpose=PURPOSE, max_files=3, label="照片")

    return render(request, "formbuilder/plain_picker.html", {"form": PickerForm()})


urlpatterns = [*urls.urlpatterns, path("picker/", picker)]
PAGE = """{% extends "base.html" %}{% load crispy_forms_tags %}{% block title %}照片{% endblock %}
{% block content %}<form method="post">{% csrf_token %}{{ form|crispy }}</form>{% endblock %}"""


@pytest.fixture
def world(settings, tmp_path):
    settings.ROOT_URLCONF = __name__
    settings.PRIVATE_ROOT = tmp_path / "private"
    templates = [dict(settings.TEMPLATES[0])]
    folder = tmp_path / "templates" / "formbuilder"
    folder.mkdir(parents=True)
    (folder / "plain_picker.html").write_text(PAGE, "utf-8")
    templates[0]["DIRS"] = [*templates[0]["DIRS"], tmp_path / "templates"]
    settings.TEMPLATES = templates
    accounts.site()
    register_purpose(PURPOSE, kinds={"image"}, may_read=lambda user, file: False, max_bytes=3 << 20)
    yield
    del PURPOSES[PURPOSE]


def test_an_owner_logs_in_and_sends_photos(phone, world):
    phone.goto("/login/?next=/picker/")
    phone.get_by_label("手机号").fill("13897001234")
    phone.get_by_role("button", name="获取验证码").click()
    expect(phone.get_by_role("heading", name="输入验证码")).to_be_visible()
    code = Notification.objects.get(kind="accounts.login_code").context["code"]
    phone.get_by_label("短信验证码").fill(code)
    phone.get_by_role("button", name="登录").click()
    phone.wait_for_url("**/picker/")

    choose = phone.locator("input[data-upload]")
    assert choose.get_attribute("accept") == ".jpg,.jpeg,.png"
    good = {"name": "门头.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG", (1200, 900))}
    choose.set_input_files([good])
    tile = phone.locator(".tile").first
    expect(tile.locator("img")).to_be_visible()
    expect(tile).to_contain_text("门头.jpg")
    assert tile.locator("img").evaluate("image => image.complete && image.naturalWidth") == 320
    choose.set_input_files([{"name": "IMG_1.heic", "mimeType": "image/heic", "buffer": HEIC}])
    expect(phone.locator(".tile-bad")).to_contain_text("兼容性最佳")
    choose.set_input_files([{"name": "big.jpg", "mimeType": "image/jpeg", "buffer": bytes(4 << 20)}])
    expect(phone.locator(".tile-bad")).to_have_count(1)
    expect(phone.locator(".tile-bad")).to_contain_text("超过")
    assert Attachment.objects.count() == 1
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_staff_set_up_the_authenticator(desk, world, settings):
    settings.STAFF_TOTP_REQUIRED = True
    accounts.staff(Role.CLERK, username="clerk")
    desk.goto("/admin/")
    desk.get_by_label("用户名").fill("clerk")
    desk.get_by_label("密码").fill(accounts.PASSWORD)
    desk.get_by_role("button", name="登录").click()
    expect(desk.get_by_role("heading", name="设置身份验证器")).to_be_visible()
    assert desk.locator("svg.segno, figure svg").bounding_box()["width"] > 100
    secret = re.fullmatch(r"\w{32}", desk.locator("figcaption code").inner_text())[0]
    desk.get_by_label("身份验证器的验证码").fill(pyotp.TOTP(secret).at(clock.real_now()))
    desk.get_by_role("button", name="完成").click()
    expect(desk.get_by_text("今后每次登录都需输入其验证码")).to_be_visible()

    desk.context.clear_cookies()
    desk.goto("/admin/login/")
    desk.get_by_label("用户名").fill("clerk")
    desk.get_by_label("密码").fill(accounts.PASSWORD)
    desk.get_by_role("button", name="登录").click()
    expect(desk.get_by_text("请逐项核对")).to_be_visible()
    desk.get_by_label("密码").fill(accounts.PASSWORD)
    later = clock.real_now() + timedelta(seconds=30)  # the step of the first code is used up
    desk.get_by_label("身份验证器的验证码").fill(pyotp.TOTP(secret).at(later))
    desk.get_by_role("button", name="登录").click()
    expect(desk).to_have_url(re.compile(r"/admin/$|/$|/dashboard/$"))
