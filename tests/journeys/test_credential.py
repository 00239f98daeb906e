"""A title from nomination to a stranger's phone in front of the plaque, and to its end."""

import re

import pytest
from playwright.sync_api import expect

from bureau.common import clock
from enterprises.credentials.models import Credential
from tests.factories import accounts
from tests.factories import credentials as make
from tests.factories import enterprises as shops
from tests.journeys import acts
from tests.journeys.people import come_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
NAME = "天河化隆清香牛肉拉面馆"


@pytest.fixture
def story(live_server, new_phone):
    """Everybody on a phone, and a round that takes nominations."""
    who, owner = make.people(), accounts.owner()
    shop = shops.enterprise(NAME)
    shops.membership(owner, shop)
    kind = make.kind(text_zh="龙头企业三年一评，到期复审。", text_en="Leading enterprises are reviewed every three years.")
    round = make.round_of(kind, by=who.clerk)

    def phone(user=None):
        page = new_phone()
        if user is not None:
            come_in(page, user, live_server)
        return page

    return who, owner, shop, round, phone


def test_from_nomination_to_a_strangers_phone(story):
    who, owner, shop, round, phone = story
    row = nominated(phone(who.county), shop)
    selected(phone(who.clerk), row)
    stranger = phone()
    stranger.goto(f"/verify/{row.code}/")
    expect(stranger.get_by_role("heading", name="没有查到这个核验码对应的称号")).to_be_visible()
    acts.show(stranger, "credential-03-not-named")
    named(phone(who.approver), round)
    plaque(phone(who.clerk), round)
    address = certificate(phone(owner), row)
    told(stranger, address, "有效", "credential-08-valid")
    searched(stranger, row)
    revoked(phone(who.approver), row)
    told(stranger, address, "已撤销", "credential-11-revoked")


def nominated(page, shop) -> Credential:
    page.goto("/admin/enterprises/credential/add/")
    page.get_by_label("店铺").fill(shop.number)
    page.get_by_label("推荐理由").fill("门店规范，带动同乡就业。")
    acts.show(page, "credential-01-nominate")
    page.get_by_role("button", name="推荐这家店铺").click()
    expect(page.get_by_text("已推荐，编号")).to_be_visible()
    acts.show(page, "credential-02-nominated")
    return Credential.objects.get(enterprise=shop)


def selected(page, row):
    """The bureau records what the meeting decided."""
    page.goto(f"/admin/enterprises/credential/{row.pk}/change/")
    page.get_by_role("button", name="登记：评审通过").click()
    page.get_by_label("得分").fill("92.5")
    page.get_by_label("评审意见").fill("一致同意。")
    page.locator("#case-panel").get_by_role("button", name="登记：评审通过").click()
    expect(page.get_by_text("评审通过，待命名").first).to_be_visible()


def named(page, round):
    """At the conference: all in one step."""
    page.goto(f"/admin/enterprises/credentialround/{round.pk}/change/")
    acts.show(page, "credential-04-round")
    page.get_by_role("link", name=re.compile("家命名")).click()
    page.get_by_label("命名文号").fill("东品发〔2026〕8号")
    acts.show(page, "credential-05-name-all")
    page.get_by_role("button", name=re.compile("为评审通过的全部命名")).click()
    expect(page.get_by_text("已办", exact=True)).to_be_visible()
    acts.show(page, "credential-06-named")


def plaque(page, round):
    page.goto(f"/admin/enterprises/credentialround/{round.pk}/plaques/")
    page.get_by_role("button", name=re.compile("登记全部授牌")).click()
    expect(page.get_by_text("已办", exact=True)).to_be_visible()


def certificate(page, row) -> str:
    """The owner finds it among his matters, and what the QR code holds."""
    page.goto("/my/")
    page.locator(f"a[href='/my/credentials/{row.number}/']").first.click()
    page.wait_for_url(f"**/my/credentials/{row.number}/")
    expect(page.locator(".certificate svg")).to_be_visible()
    acts.show(page, "credential-07-certificate")
    address = page.locator("[data-qr]").get_attribute("data-qr")
    assert address.endswith(f"/verify/{row.code}/") and address.startswith("http://")
    page.get_by_role("link", name="打印证书（A4）").click()
    expect(page.locator(".paper--certificate .certificate__holder")).to_have_text(NAME)
    acts.show(page, "credential-07-sheet")
    return address


def told(page, address, word, picture):
    page.goto(address)
    expect(page.locator(".verdict__word")).to_contain_text(word)
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    acts.show(page, picture)


def searched(page, row):
    """Who has no camera at hand types the number, or looks who holds a title."""
    page.goto("/")
    page.goto("/verify/")
    page.get_by_label("称号编号或店铺名称").fill("清香牛肉")
    page.get_by_role("button", name="搜索").click()
    acts.show(page, "credential-09-search")
    page.get_by_role("link", name=re.compile(row.number)).click()
    expect(page.locator(".verdict__word")).to_contain_text("有效")
    page.goto("/credentials/")
    expect(page.get_by_role("link", name=re.compile(NAME))).to_be_visible()
    acts.show(page, "credential-10-holders")


def revoked(page, row):
    page.goto(f"/admin/enterprises/credential/{row.pk}/change/")
    page.get_by_role("button", name="撤销这个称号").click()
    page.get_by_label("理由").fill("整改不合格。")
    page.locator("#case-panel").get_by_role("button", name="撤销这个称号").click()
    expect(page.locator(".messagelist li, .messages li").first).to_be_visible()
    row.refresh_from_db()
    assert row.ended_on == clock.today()
