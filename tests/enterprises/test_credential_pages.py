"""Pages of titles: what strangers are told and what not, the QR code, the owner's certificate, rounds, lists, import."""

import io
import re
from datetime import date, timedelta

import pytest
import segno
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bureau.common import clock
from bureau.formbuilder.tabular import flow, importers
from bureau.formbuilder.tabular.models import Mode
from bureau.formbuilder.tabular.workbook import SheetOut, write_workbook
from bureau.jobs.testing import run_waiting
from bureau.workflow import perform
from enterprises.credentials import qr
from enterprises.credentials.enums import State
from enterprises.credentials.limits import MISSES_PER_MINUTE
from enterprises.credentials.models import Credential, CredentialRound, new_code
from tests.factories import accounts
from tests.factories import credentials as make
from tests.factories import enterprises as shops
from tests.harness.pages import browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_asked_yet():
    cache.clear()


@pytest.fixture
def who():
    return make.people()


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- strangers ----------------------------------------------------------------------------------------


def test_a_stranger_sees_what_is_valid_and_nothing_about_people(who):
    shop = shops.enterprise("天河清香拉面馆", operator=shops.person("欧阳明远", phone="13911112222"), phone="13911112222")
    row = make.credential(who, state=State.PLAQUE, shop=shop)
    row.refresh_from_db()
    response = browser().get(row.verify_url)
    page = response.content.decode()
    assert response.status_code == 200
    assert all(text in page for text in ("天河清香拉面馆", "龙头企业", row.number, "有效", row.document))
    hidden = ("欧阳明远", "13911112222", shop.uscc, shop.number, shop.operating_address, who.county.name, who.clerk.name,
              who.approver.name, "示范作用明显", "91.00", "同意")
    assert [word for word in hidden if word in page] == []


@pytest.mark.parametrize("state", [State.NOMINATED, State.SELECTED, State.NOT_SELECTED, State.WITHDRAWN, "proposed"])
def test_what_was_not_named_is_not_there(who, state):
    row = (make.back_entered(who, named_on=date(2019, 6, 18), confirmed=False) if state == "proposed"
           else make.credential(who, state=state))
    response = browser().get(row.verify_url)
    assert response.status_code == 404
    assert row.holder not in response.content.decode()
    assert row.number not in text_of(browser().get(reverse("enterprises:verify_search"), {"q": row.holder}))
    assert row.holder not in text_of(browser().get(reverse("enterprises:holders")))


def test_every_standing_says_so(who):
    today = clock.today()
    expired = make.back_entered(who, named_on=date(2018, 3, 20))
    revoked = make.credential(who, state=State.REVOKED)
    coming = make.back_entered(who, named_on=today - timedelta(days=5))
    Credential.objects.filter(pk=coming.pk).update(valid_from=today + timedelta(days=5))
    for row, word in ((expired, "到期"), (revoked, "撤销"), (coming, "起生效")):
        page = text_of(browser().get(row.verify_url))
        assert word in page, word
        assert "整改不合格" not in page  # why is not for strangers
    assert {row.number for row in (expired, revoked)} & set(re.findall(r"LT\d+", text_of(browser().get("/credentials/")))) == set()


def test_a_wrong_code_gets_a_calm_page():
    response = browser().get(reverse("enterprises:verify", args=[new_code()]))
    assert response.status_code == 404
    page = text_of(response)
    assert "请" in page and "按编号或名称查询" in page


def test_codes_are_not_to_be_guessed():
    codes = {new_code() for _n in range(500)}
    assert len(codes) == 500 and all(len(code) == 20 for code in codes)


def test_the_code_may_be_typed_in_capitals(who):
    row = make.credential(who, state=State.NAMED)
    assert browser().get(reverse("enterprises:verify", args=[row.code.upper()])).status_code == 200


def test_who_tries_codes_is_slowed_down_and_who_finds_is_not(who):
    row, client = make.credential(who, state=State.NAMED), browser()
    for _n in range(MISSES_PER_MINUTE):
        assert client.get("/verify/abcdefgh/").status_code in (404, 429)
    assert client.get("/verify/abcdefgh/").status_code == 429
    cache.clear()
    assert {client.get(row.verify_url).status_code for _n in range(MISSES_PER_MINUTE + 5)} == {200}


def test_search_by_number_and_by_part_of_the_name(who):
    row = make.credential(who, state=State.NAMED, shop=shops.enterprise("天河清香拉面馆"))
    for asked in (row.number, row.number.lower(), "清香", "天河清香拉面馆"):
        assert row.number in text_of(browser().get("/verify/", {"q": asked})), asked
    assert row.number not in text_of(browser().get("/verify/", {"q": "别的店"}))
    assert browser().get("/verify/", {"q": "一"}).status_code == 422


def test_the_public_list_by_kind_and_county(who):
    demonstration = make.kind("demonstration")
    here = make.back_entered(who, named_on=clock.today(), shop=shops.enterprise("化隆的店", home="630224"))
    there = make.back_entered(who, named_on=clock.today(), shop=shops.enterprise("民和的店", home="630222"), of=demonstration)
    for query, found in (({}, {here, there}), ({"kind": "demonstration"}, {there}), ({"county": "630224"}, {here}),
                         ({"q": "民和的"}, {there}), ({"kind": "leading", "county": "630222"}, set())):
        page = text_of(browser().get("/credentials/", query))
        assert {row for row in (here, there) if row.holder in page} == found, query


# --- the QR code --------------------------------------------------------------------------------------


def matrix_of(picture: bytes) -> list[list[bool]]:
    from PIL import Image

    image = Image.open(io.BytesIO(picture)).convert("L")
    scale, border = 8, 4
    size = image.width // scale - 2 * border
    return [[image.getpixel(((x + border) * scale + 2, (y + border) * scale + 2)) < 128 for x in range(size)]
            for y in range(size)]


def test_the_picture_is_the_code_of_the_public_address(who, settings):
    """segno only writes codes: what the portal draws is, square by square, the code of exactly this address."""
    owner, shop = accounts.owner(), shops.enterprise()
    shops.membership(owner, shop)
    row = make.credential(who, state=State.NAMED, shop=shop)
    client = browser(owner)
    for public, host in (("", "http://testserver"), ("https://brand.example.cn/", "https://brand.example.cn")):
        settings.PUBLIC_URL = public
        address = f"{host}/verify/{row.code}/"
        page = client.get(row.get_absolute_url()).content.decode()
        assert address in page and qr.svg(address) in page
        picture = client.get(reverse("enterprises:credential_picture", args=[row.number])).content
        assert matrix_of(picture) == [[bool(cell) for cell in line] for line in segno.make(address, error="q").matrix]
    assert browser().get(f"/verify/{row.code}/").status_code == 200


def test_the_svg_stands_under_the_strict_policy():
    drawing = qr.svg("https://brand.example.cn/verify/abc/")
    assert not re.search(r"<script|<style|style=|\son\w+=", drawing)


def test_the_whole_code_is_drawn_whatever_its_size_on_the_page():
    """Without a view box a page that makes it smaller shows a corner of it, which no phone reads."""
    address = "https://brand.example.cn/verify/abc/"
    side = len(segno.make(address, error="q").matrix) + 2 * 4  # the white frame that readers need
    head = re.match(r"<svg [^>]*>", qr.svg(address)).group()
    assert f'viewBox="0 0 {side} {side}"' in head
    assert "width=" not in head and "height=" not in head


# --- owners -------------------------------------------------------------------------------------------


def test_an_owner_sees_his_own_and_no_others(who):
    owner, other, shop = accounts.owner(), accounts.owner(), shops.enterprise()
    shops.membership(owner, shop)
    row = make.credential(who, state=State.PLAQUE, shop=shop)
    for name in ("credential", "credential_sheet", "credential_picture"):
        address = reverse(f"enterprises:{name}", args=[row.number])
        assert browser(owner).get(address).status_code == 200
        assert browser(other).get(address).status_code == 404
    assert row.number in text_of(browser(owner).get(reverse("enterprises:credentials")))
    assert "还没有称号" in text_of(browser(other).get(reverse("enterprises:credentials")))


# --- staff --------------------------------------------------------------------------------------------


def test_a_round_is_named_in_one_step(who):
    round = make.round_of(by=who.clerk)
    rows = [make.credential(who, round=round, state=State.SELECTED) for _n in range(3)]
    client = browser(who.approver)
    address = reverse("admin:enterprises_credentialround_name", args=[round.pk])
    assert text_of(client.get(address)).count("LT") >= 3
    refused = client.post(address, {"document": "", "named_on": "2031-01-01"})
    assert refused.status_code == 422
    done = client.post(address, {"document": "东品发〔2026〕8号", "named_on": clock.today().isoformat()})
    assert done.status_code == 200 and text_of(done).count("已办") >= 3
    assert set(Credential.objects.filter(pk__in=[row.pk for row in rows]).values_list("state", flat=True)) == {State.NAMED}
    plaques = reverse("admin:enterprises_credentialround_plaques", args=[round.pk])
    browser(who.clerk).post(plaques, {"plaque_on": clock.today().isoformat()})
    assert Credential.objects.filter(round=round, state=State.PLAQUE).count() == 3


def test_a_round_is_opened_with_its_quotas_and_keeps_its_minutes(who):
    kind, client = make.kind(), browser(who.clerk)
    today = clock.today()
    values = {"name_zh": "二〇二六年评审", "name_en": "Round", "opens_on": today.isoformat(),
              "closes_on": (today + timedelta(days=9)).isoformat(), "quota_leading": "2"}
    assert client.post("/admin/enterprises/credentialround/add/", values).status_code == 302
    round = CredentialRound.objects.get()
    assert round.quotas.get().quota == 2
    make.hold_meeting(round, who.clerk)
    make.credential(who, round=round, of=kind, state=State.SELECTED)
    address = f"/admin/enterprises/credentialround/{round.pk}/change/"
    kept = {**values, "met_on": today.isoformat(), "minutes_file": str(round.minutes_id)}
    assert client.post(address, {**kept, "quota_leading": "0"}).status_code == 200  # the page again, with the reason
    assert client.post(address, values).status_code == 200
    round.refresh_from_db()
    assert round.met_on == today and round.quotas.get().quota == 2
    assert client.post(address, {**kept, "quota_leading": "3"}).status_code == 302
    assert round.quotas.get().quota == 3


def test_a_round_counts_all_its_nominations_and_lists_the_first(who, monkeypatch):
    monkeypatch.setattr("enterprises.credentials.batch.SHOWN", 2)
    monkeypatch.setattr("enterprises.credentials.batch.MOST", 1)
    round = make.round_of(by=who.clerk)
    for state in (State.SELECTED, State.SELECTED, State.SELECTED, State.WITHDRAWN):
        make.credential(who, round=round, state=state)
    page = text_of(browser(who.approver).get(f"/admin/enterprises/credentialround/{round.pk}/change/"))
    assert re.search(r"龙头企业\s+5\s+3\s+3\s+0\s", page) and "查看全部4条推荐" in page
    assert len(set(re.findall(r"LT\d+", page))) == 2
    step = text_of(browser(who.approver).get(reverse("admin:enterprises_credentialround_name", args=[round.pk])))
    assert "前1家，操作对全部3家生效" in step and len(set(re.findall(r"LT\d+", step))) == 1


def test_a_county_sees_rounds_and_keeps_none(who):
    round = make.round_of(by=who.clerk)
    client = browser(who.county)
    address = f"/admin/enterprises/credentialround/{round.pk}/change/"
    page = client.get(address)
    assert page.status_code == 200 and 'name="_save"' not in page.content.decode()
    assert client.post(address, {"name_zh": "改名", "quota_leading": "9"}).status_code == 403
    round.refresh_from_db()
    assert round.name_zh != "改名"
    add = reverse("admin:enterprises_credentialround_add")
    assert add not in client.get(reverse("admin:enterprises_credentialround_changelist")).content.decode()
    assert client.get(add).status_code == 403
    assert add in browser(who.clerk).get(reverse("admin:enterprises_credentialround_changelist")).content.decode()


def test_days_of_a_round_out_of_order_are_named_beside_their_field(who):
    today = clock.today()
    values = {"name_zh": "二〇二六年评审", "name_en": "Round", "quota_leading": "2", "opens_on": today.isoformat(),
              "closes_on": (today - timedelta(days=1)).isoformat()}
    make.kind()
    page = browser(who.clerk).post(reverse("admin:enterprises_credentialround_add"), values)
    assert page.status_code == 200 and not CredentialRound.objects.exists()
    assert page.context["adminform"].form.errors == {"closes_on": ["早于“推荐开始日期”。"]}


def test_nominate_by_the_page(who):
    round, shop = make.round_of(by=who.clerk), shops.enterprise()
    client = browser(who.county)
    values = {"round": round.pk, "kind": make.kind().pk, "shop": shop.number, "reason": "门店规范"}
    wrong = client.post("/admin/enterprises/credential/add/", {**values, "shop": "没有这家店"})
    assert wrong.status_code == 422 and "没有查到" in text_of(wrong)
    assert client.post("/admin/enterprises/credential/add/", values).status_code == 302
    assert Credential.objects.get().enterprise == shop


def test_the_list_is_exported_as_it_is_shown(who):
    row, other = make.credential(who, state=State.NAMED), make.credential(who)
    client = browser(who.clerk)
    answer = client.post("/admin/enterprises/credential/export/?desk=named")
    run_waiting()
    from bureau.jobs.models import Job

    job = Job.objects.get(kind="enterprises.export_credentials")
    assert answer.status_code == 302 and job.state == "done", job.error
    import openpyxl

    from bureau.attachments import storage

    book = openpyxl.load_workbook(io.BytesIO(storage.path_of(job.result_file.key).read_bytes()))
    cells = {cell.value for line in book.active.iter_rows() for cell in line}
    assert row.number in cells and other.number not in cells


# --- lists of earlier titles --------------------------------------------------------------------------

HEADS = ("获评单位", "统一社会信用代码", "称号", "命名文号", "命名日期", "有效期至", "牌匾编号", "授牌日期")


def imported(by, rows):
    path = write_workbook(SheetOut("台账", HEADS, rows, title="龙头企业、品牌示范店台账"))
    upload = SimpleUploadedFile("台账.xlsx", path.read_bytes())
    path.unlink()
    run = flow.start(importer=importers.get("credentials"), upload=upload, options={}, by=by)
    run_waiting()
    run.refresh_from_db()
    return run


def test_a_list_of_earlier_titles_waits_for_a_second_person(who):
    make.kind()
    make.kind("demonstration")
    good, twin, third = shops.enterprise("甲店"), shops.enterprise("同名店"), shops.enterprise("丙店")
    shops.enterprise("同名店")
    rows = [
        ("甲店", good.uscc, "龙头企业", "东品发〔2019〕2号", date(2019, 6, 18), None, "LT-1", date(2019, 6, 20)),
        ("丙店", "", "品牌示范店", "东品发〔2019〕2号", date(2019, 6, 18), date(2021, 6, 17), "", None),
        ("同名店", "", "龙头企业", "东品发〔2019〕2号", date(2019, 6, 18), None, "", None),
        ("没有的店", "", "龙头企业", "东品发〔2019〕2号", date(2019, 6, 18), None, "", None),
        ("丙店", "", "没有的称号", "东品发〔2019〕2号", date(2019, 6, 18), None, "", None),
        ("丙店", "", "龙头企业", "", date(2019, 6, 18), None, "", None),
        ("丙店", "", "龙头企业", "东品发〔2019〕2号", date(2041, 6, 18), None, "", None),
        ("丙店", "", "龙头企业", "东品发〔2019〕2号", date(2019, 6, 18), date(2018, 6, 18), "", None),
        ("甲店", good.uscc, "龙头企业", "东品发〔2019〕2号", date(2019, 6, 18), None, "", None),
        ("同名店", twin.uscc, "龙头企业", "东品发〔2019〕2号", date(2019, 6, 18), None, "LT-7", None),
    ]
    run = imported(who.county, rows)
    assert (run.trial.result["new"], run.trial.result["wrong"]) == (2, 8)
    assert "没有“没有的称号”这一项，可填：龙头企业、品牌示范店。" in run.trial.faults.values_list("reason", flat=True)
    flow.ask_write(run=run, mode=Mode.GOOD, by=who.county)
    run_waiting()
    made = list(Credential.objects.order_by("id"))
    assert {row.holder for row in made} == {"甲店", "丙店"}
    assert {(row.state, row.channel, row.source_id) for row in made} == {(State.PROPOSED, "back_entered", run.file_id)}
    assert not Credential.objects.public().exists()
    client = browser(who.verifier)
    client.post("/admin/enterprises/credential/", {
        "action": "confirm_chosen", "_selected_action": [row.pk for row in made], "index": "0"})
    assert {row.holder: row.state for row in Credential.objects.all()} == {"甲店": State.PLAQUE, "丙店": State.NAMED}
    again = imported(who.county, rows[:2])
    assert (again.trial.result["new"], again.trial.result["unchanged"]) == (0, 2)
    assert third.credentials.get().valid_until == date(2021, 6, 17)


def test_who_entered_it_does_not_confirm_it(who):
    row = make.back_entered(who, named_on=date(2019, 6, 18), confirmed=False)
    from bureau.accounts.roles import Role

    accounts.grant(who.county, Role.VERIFIER)
    page = browser(who.county).post("/admin/enterprises/credential/", {
        "action": "confirm_chosen", "_selected_action": [row.pk], "index": "0"})
    assert "另一人" in text_of(page)
    row.refresh_from_db()
    assert row.state == State.PROPOSED


def test_revoked_is_told_to_the_owner_without_the_reason(who):
    from bureau.notifications.models import Notification

    owner, shop = accounts.owner(), shops.enterprise()
    shops.membership(owner, shop)
    row = make.credential(who, state=State.NAMED, shop=shop)
    perform(row, "revoke", by=who.approver, data={"ended_on": clock.today(), "reason": "整改不合格"})
    message = Notification.objects.get(kind="enterprises.credential_revoked", to=owner)
    assert len(message.sms_text) <= 70 and "整改" not in message.sms_text
