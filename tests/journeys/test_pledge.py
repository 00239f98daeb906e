"""A pledge from the office's draft to a rating that the public reads, and off the page again; on a phone."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bureau.accounts.models import SiteProfile
from bureau.accounts.roles import Role
from bureau.common import clock
from programs.models import Feedback, Pledge
from tests.factories import accounts
from tests.factories import pledges as make
from tests.journeys.acts import log_in_by_code, picture, show
from tests.journeys.people import come_in
from tests.journeys.test_look import choose

TEXT = "三个工作日内办结奖补初审，逐件短信告知"
COMMENT = "办得快，有事可打１３８ 1234 5678找我"


@pytest.fixture
def office(transactional_db, settings):
    settings.DEMO = True  # the page that shows what was sent
    return make.desk()


def step(page, name, **fields):
    """Take a step of the panel to the page that follows: a button acts at once; a link opens a form, to be filled in."""
    panel = page.locator("#case-panel")
    shown = panel.get_by_role("link", name=name).or_(panel.get_by_role("button", name=name)).first
    button = shown
    if shown.evaluate("shown => shown.tagName") == "A":
        shown.click()
        button = panel.locator("form").last.locator("button[type=submit]")
        for label, value in fields.items():
            panel.locator(f"form [name={label}]").last.fill(value)
    with page.expect_navigation():
        button.click()
    page.wait_for_load_state("networkidle")


def test_pledge_to_public_rating(office, live_server, new_phone):
    clerk, head, moderator, citizen, public = (new_phone() for _n in range(5))
    for page, user in ((clerk, office.clerk), (head, office.head), (moderator, office.moderator)):
        come_in(page, user, live_server)

    # the office writes it down, with its paper
    clerk.goto("/admin/programs/pledge/add/")
    due = clock.today() + timedelta(days=30)
    clerk.locator("[name=made_by]").select_option("person")
    for name, value in {"person_name": "韩立", "person_post": "主任", "occasion": "改作风优服务大会", "text_zh": TEXT,
                        "measure_zh": "抽查全部按时办结", "due_on": due.isoformat()}.items():
        clerk.locator(f"[name={name}]").fill(value)
    clerk.locator("[name=category]").select_option("service")
    clerk.locator("input[type=file]").first.set_input_files(picture("承诺书"))
    expect(clerk.locator("[data-tiles] .tile img").first).to_be_visible()
    show(clerk, "pledge-1-draft")
    clerk.locator("[name=_save]").click()
    clerk.wait_for_url(re.compile(r"/admin/programs/pledge/\d+/change/"))
    show(clerk, "pledge-2-drafted")
    pledge = Pledge.objects.get()
    assert public.goto(pledge.get_absolute_url()).status == 404

    # a second person publishes it
    head.goto("/admin/")
    head.get_by_role("link", name=re.compile(pledge.number)).first.click()
    show(head, "pledge-3-to-check")
    step(head, "公开发布这项承诺")
    pledge.refresh_from_db()
    assert (pledge.state, pledge.published_by) == ("published", office.head)

    # progress with a photo; a new date with its reason
    clerk.reload()
    clerk.locator("#case-panel").get_by_text("公开报告进展").first.click()
    form = clerk.locator("#case-panel form").last
    form.locator("[name=text]").fill("已有八成按时办结")
    form.locator("[name=percent]").fill("80")
    form.locator("input[type=file]").first.set_input_files(picture("现场"))
    expect(form.locator("[data-tiles] .tile img").first).to_be_visible()
    form.locator("button[type=submit]").click()
    expect(clerk.locator(".case-main")).to_contain_text("已有八成按时办结")
    later = due + timedelta(days=15)
    step(clerk, "公开调整期限", due_on=later.isoformat(), reason="系统升级顺延")
    expect(clerk.locator(".case-main")).to_contain_text("系统升级顺延")
    show(clerk, "pledge-4-under-way")

    # the public finds it; a citizen rates it after a code
    public.goto("/")
    public.get_by_role("link", name=re.compile("三个工作日")).first.click()
    expect(public.locator("main")).to_contain_text("系统升级顺延")
    expect(public.locator(".thumbs img").first).to_be_visible()
    show(public, "pledge-5-public")
    citizen.goto(pledge.get_absolute_url())
    citizen.get_by_role("link", name=re.compile("我要评价")).click()
    log_in_by_code(citizen, "13900005678")
    citizen.get_by_label("较好").check()
    citizen.locator("[name=comment]").fill(COMMENT)
    show(citizen, "pledge-6-rate")
    citizen.get_by_role("button", name="提交评价").click()
    expect(citizen.locator(".my-feedback")).to_contain_text("待审核")
    show(citizen, "pledge-7-rated")
    public.reload()
    expect(public.locator("main")).not_to_contain_text("办得快")

    # the moderator lets it through, the office answers
    moderator.goto("/admin/")
    moderator.get_by_role("link", name=f"{pledge.number} · 4/5").click()
    expect(moderator.locator(".case-main")).to_contain_text("有事可打***找我")
    show(moderator, "pledge-8-review")
    step(moderator, "展示这条评价")
    clerk.goto("/admin/")
    clerk.get_by_role("link", name=re.compile("办得快")).first.click()
    step(clerk, "公开答复", text="谢谢您的肯定，我们继续努力。")
    public.reload()
    expect(public.locator(".comment")).to_contain_text("办得快，有事可打***找我")
    expect(public.locator(".comment__answer")).to_contain_text("继续努力")
    expect(public.locator(".rating-sum")).to_contain_text("4.0")
    assert "13900005678" not in public.content() and "1234" not in public.locator("main").inner_text()
    show(public, "pledge-9-answered")
    assert Feedback.objects.get().phone_index

    # and takes the display off
    moderator.goto("/pledges/display/")
    show(moderator, "pledge-10-display")
    moderator.get_by_role("button", name="关闭承诺公开展示").click()
    expect(moderator.locator("#content-main")).to_contain_text("公开展示已关闭")
    assert public.reload().status == 404
    public.goto("/")
    expect(public.locator("body")).not_to_contain_text("公开承诺")
    assert not SiteProfile.get().shows_pledges


LIST = "/pledges/"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_fit_a_phone_and_a_desk(office, live_server, new_phone, new_desk, language):
    english = {"text_en": "Reviews within three working days", "measure_en": "Samples are all on time"}
    pledge = make.note(make.published(office, **english), office)
    make.fulfilled(office, **english)
    make.published(office, made_by="organization", organization="海东市拉面行业协会", **english)
    waiting = make.said(pledge, comment="加微信：abc领钱")
    answered = make.answered(pledge, office)
    draft = make.draft(office, **english)
    staff = accounts.staff(Role.CLERK, Role.MODERATOR, Role.APPROVER, unit=accounts.bureau())
    desk_pages = [
        "/admin/programs/pledge/", f"/admin/programs/pledge/{draft.pk}/change/", f"/admin/programs/pledge/{pledge.pk}/change/",
        "/admin/programs/feedback/", f"/admin/programs/feedback/{waiting.pk}/change/", f"/admin/programs/feedback/{answered.pk}/change/",
        f"/admin/programs/pledge/{pledge.pk}/step/report_progress/", "/pledges/display/",
    ]
    for size, opened in (("390", new_phone), ("1280", new_desk)):
        nobody, inside, own = opened(), opened(), opened()
        for page in (nobody, inside, own):
            choose(page, live_server, language)
        come_in(inside, staff, live_server)
        come_in(own, make.citizen(), live_server)
        for page, path in ((nobody, LIST), (nobody, pledge.get_absolute_url()), (own, pledge.get_absolute_url()),
                           *((inside, path) for path in desk_pages)):
            page.goto(path)
            page.wait_for_load_state("networkidle")
            name = re.sub(r"\W+", "-", path).strip("-")
            show(page, f"look-{name}-{'own-' if page is own else ''}{size}-{language}")
