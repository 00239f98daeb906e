"""A report from the draft that the worker wrote to the paper that the public reads, on phones."""

import io
import re
import zipfile

import pytest
from playwright.sync_api import expect

from bureau.accounts.models import User
from bureau.reports.models import Report
from tests.journeys import acts
from tests.journeys.people import come_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.demo(report=True)]


@pytest.fixture
def report(live_server):
    return Report.objects.get(template__key="ten-day")


def test_from_draft_to_the_public(report, new_phone, live_server):
    staff = {}
    for username in ("editor", "checker", "issuer"):
        staff[username] = new_phone()
        come_in(staff[username], User.objects.get(username=username), live_server)
    public = new_phone()
    public.goto("/reports/")
    expect(public.get_by_text("还没有签发")).to_be_visible()
    write(staff["editor"], report)
    send_back(staff["checker"], report)
    step(staff["editor"], report, "提交核稿")
    step(staff["checker"], report, "核稿通过")
    step(staff["issuer"], report, "签发并公开这份报告")
    acts.show(staff["issuer"], "report-06-issued")
    report.refresh_from_db()
    assert report.state == "issued"
    read(public, report)
    document(public)
    every_figure_opens(public, staff["issuer"], report)


def write(page, report):
    """A typed figure is refused beside the field; a figure by its name is taken."""
    page.goto("/admin/")
    page.get_by_role("link", name=re.compile("旬报")).first.click()
    acts.show(page, "report-01-draft")
    page.locator(".sheet__edit").first.click()
    body = page.locator("[name=body_zh]")
    was = body.input_value()
    body.fill(was + "其中1431户已办结。")
    page.get_by_role("button", name="保存这一段").click()
    fault = page.locator("#div_id_body_zh .invalid-feedback, #div_id_body_zh [id^=error]")
    expect(fault.first).to_contain_text("1431")
    expect(body).to_have_value(was + "其中1431户已办结。")
    acts.show(page, "report-02-typed-figure")
    body.fill(was + "其中{subsidies.new_shop.preliminarily_reviewed}通过初审。")
    page.get_by_role("button", name="保存这一段").click()
    page.wait_for_url(f"**/reports/{report.pk}/")
    expect(page.locator("#sheet")).to_contain_text("其中1,431户通过初审。")
    page.get_by_role("button", name="提交核稿").click()
    expect(page.get_by_role("button", name="提交核稿")).to_have_count(0)
    acts.show(page, "report-03-sent")


def send_back(page, report):
    page.goto(f"/reports/{report.pk}/")
    page.get_by_label("需要修改的内容").fill("第一段请再顺一顺。")
    acts.show(page, "report-04-check")
    page.get_by_role("button", name="退回拟稿人").click()
    expect(page.get_by_text("第一段请再顺一顺。")).to_be_visible()


def step(page, report, button):
    page.goto(f"/reports/{report.pk}/")
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("已完成").first).to_be_visible()


def read(page, report):
    page.goto("/reports/")
    page.get_by_role("link", name=re.compile("旬报")).click()
    sheet = page.locator("#sheet")
    for heading in ("一、工作进展", "二、存在问题", "三、下一步打算"):
        expect(sheet.get_by_role("heading", name=heading)).to_be_visible()
    expect(sheet).to_contain_text("1,431户")
    expect(sheet).to_contain_text("389.2万元")
    acts.show(page, "report-07-public")


def document(page):
    with page.expect_download() as got:
        page.get_by_role("link", name="公文格式").click()
    content = got.value.path().read_bytes()
    assert got.value.suggested_filename.endswith(".docx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read("word/document.xml").decode()
    assert "389.2万元" in re.sub(r"<[^>]+>", "", text)


def every_figure_opens(public, staff, report):
    """Each figure of the sheet opens: one in the panel, all the others by their address."""
    public.locator("#sheet a.said").first.click()
    panel = public.locator("#side-panel")
    expect(panel).to_contain_text("指标口径")
    expect(panel.locator("table")).to_have_count(0)
    acts.show(public, "report-08-definition")
    staff.goto(f"/reports/{report.pk}/")
    links = staff.locator("#sheet a.said").evaluate_all("all => all.map(link => link.href)")
    assert len(links) > 30
    for link in dict.fromkeys(links):
        assert staff.request.get(link).status == 200, link
    staff.locator("#sheet a.said").first.click()
    expect(staff.locator("#side-panel table tbody tr").first).to_contain_text("XKD")
    acts.show(staff, "report-09-records")
