"""What only these forms can be sent wrongly: ten inputs each, and what must come of it.

`field`: a message at that field, nothing written; a number: that status, nothing written; `said`: the page that
follows says why, nothing written; `taken`: accepted, and stored as the second part says.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from bureau.common import clock
from bureau.formbuilder.tabular.models import ImportRun
from bureau.reports.models import Report, ReportTemplate
from enterprises.models import Enterprise
from subsidies.models import Application, BudgetLine
from tests.factories import awards
from tests.factories import subsidies as make
from tests.factories.enterprises import uscc
from tests.harness import pages, submit, town

pytestmark = pytest.mark.sweep

GOOD_CODE = uscc(880_001)
TAKEN_CODE = uscc(880_002)
TOMORROW = (clock.real_now() + timedelta(days=2)).date().isoformat()


@pytest.fixture(scope="module")
def place(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        built = town.build(patch)
        with submit.Sender() as sender:
            yield Desk(built, sender)
        transaction.set_rollback(True)


class Desk:
    """Addresses and browsers by short names."""

    def __init__(self, built: town.Town, sender: submit.Sender):
        self.sender, self.built = sender, built
        people = {**built.people, **{name: built.home.people[name] for name in ("intake", "county", "approver")}}
        people["stranger"] = built.home.people["stranger"]
        self.browsers = {who: pages.browser(user) for who, user in people.items()} | {"nobody": pages.browser()}
        self.shop = make.shop(built.world.owner, name="要改的店")
        Enterprise.objects.filter(pk=make.shop(name="别人的店").pk).update(uscc=TAKEN_CODE)
        self.draft = Application.objects.get(state="draft", applicant=built.world.owner, scheme=built.world.scheme)
        self.cases = {row.stage.key: row for row in Application.objects.filter(
            state__in=("submitted", "in_review", "approved"), unit=built.world.county).select_related("stage")}
        self.withdrawn = Application.objects.get(state="withdrawn")

    def step(self, at: str, name: str) -> str:
        return reverse("admin:subsidies_application_step", args=[self.cases[at].pk, name])

    def post(self, who: str, address: str, values: dict, *, language: str = "zh-hans") -> submit.Sent:
        form = pages.FormOnPage(who, address, address, "post", ())
        sent = {name: value if isinstance(value, list) else [str(value)] for name, value in values.items()}
        return self.sender.send(self.browsers[who], form, sent, language=language)


def check(place: Desk, who: str, address: str, values: dict, expected: tuple) -> None:
    for language in ("zh-hans", "en"):
        sent = place.post(who, address, values, language=language)
        kind, wanted = expected
        text = sent.answer.content.decode("utf-8", "replace") if sent.is_page else ""
        if kind == "taken":
            assert sent.redirected, (sent.status, [dict(one.errors) for one in sent.read])
            assert wanted in sent.texts_written()
            continue
        if sent.status != 409:  # there what was begun has been taken back
            assert not business(sent), sent.writes
        if kind == "field":
            messages = sent.messages(wanted)
            assert messages and sent.status in (200, 422), (sent.status, [dict(one.errors) for one in sent.read])
            assert any(bool(submit.CHINESE.search(one)) == (language != "en") for one in messages), messages
            assert all(submit.squeezed(one) in submit.squeezed(pages.parsed(sent.answer).text_content())
                       for one in messages)
        elif kind == "status":
            assert sent.status == wanted, (sent.status, text[-400:])
        elif kind == "nothing":
            assert sent.status < 500


def business(sent: submit.Sent) -> list:
    """What was written to the records; logs of attempts and messages do not count."""
    quiet = ("axes_", "audit_", "django_", "accounts_portalsession", "accounts_logincode")
    return [sql[:90] for sql, _params in sent.writes if not any(name in sql[:60] for name in quiet)]


# --- register, login -----------------------------------------------------------------------------

SHOP = {
    "name": "新开的店", "uscc": GOOD_CODE, "operating_region": "440106", "operating_address": "体育西路9号",
    "opened_on": "2021-01-05", "operator": "马建国", "phone": "13800000001", "note": "我的店", "relation": "",
    "actual_operator": "",
}
WRONG_CHECK = GOOD_CODE[:-1] + ("1" if GOOD_CODE[-1] != "1" else "2")


@pytest.mark.parametrize(("values", "expected"), [
    ({"uscc": WRONG_CHECK}, ("field", "uscc")),
    ({"uscc": GOOD_CODE.lower()}, ("taken", GOOD_CODE)),
    ({"uscc": "O" + GOOD_CODE[1:]}, ("field", "uscc")),
    ({"uscc": f" {TAKEN_CODE.lower()[:9]} {TAKEN_CODE[9:]}"}, ("field", "uscc")),
    ({"uscc": "630224600012345"}, ("field", "uscc")),
    ({"phone": "+86 138-0000-0001"}, ("taken", "13800000001")),
    ({"phone": "00000000000"}, ("field", "phone")),
    ({"phone": "138 0000 000"}, ("field", "phone")),
    ({"uscc": ""}, ("field", "uscc")),
    ({"actual_operator": "马二"}, ("field", "relation")),
    ({"operating_region": "没有这个地方"}, ("field", "operating_region")),
    ({"home_county": "440106"}, ("field", "home_county")),
])
def test_registering_a_shop(place, values, expected):
    county = place.built.world.county.region_id
    check(place, "owner", reverse("enterprises:new"), {**SHOP, "home_county": county, **values}, expected)


@pytest.mark.parametrize(("first", "second", "name"), [
    ("password1234", "password1234", "new_password2"),
    ("the-clerk-2", "the-clerk-2", "new_password2"),
    ("short", "short", "new_password2"),
    ("123456789012345", "123456789012345", "new_password2"),
    ("长" * 5000, "长" * 5000, "new_password2"),
    ("a good long one 7", "another good one 8", "new_password2"),
    (" " * 14, " " * 14, "new_password2"),
    ("a long password 1", "a long password 1", "new_password1"),
])
def test_choosing_a_password(place, first, second, name):
    values = {"old_password": "a long password 1", "new_password1": first, "new_password2": second}
    check(place, "clerk", reverse("admin:password_change"), values, ("field", name))


@pytest.mark.parametrize("phone", ["12345678901", "1380000", "13800000001x", "１３８0000000", "+1 202 555 0100", "0971-8230000"])
def test_logging_in_by_phone(place, phone):
    check(place, "nobody", reverse("accounts:login"), {"phone": phone}, ("field", "phone"))


# --- profile of an enterprise --------------------------------------------------------------------


@pytest.mark.parametrize(("values", "expected"), [
    ({"opened_on": TOMORROW}, ("field", "opened_on")),
    ({"closed_on": "2020-06-30"}, ("field", "closed_on")),
    ({"closed_on": TOMORROW}, ("field", "closed_on")),
    ({"operating_region": "月球"}, ("field", "operating_region")),
    ({"operating_region": "城关区"}, ("field", "operating_region")),
    ({"home_county": "999999"}, ("field", "home_county")),
    ({"uscc": TAKEN_CODE}, ("field", "uscc")),
    ({"uscc": WRONG_CHECK}, ("field", "uscc")),
    ({"seen_version": "0"}, ("field", "seen_version")),
    ({"kind": "company' --"}, ("field", "kind")),
    ({"actual_name": "马二", "relation": ""}, ("field", "relation")),
    ({"operator_name": "\u200b"}, ("field", "operator_name")),
])
def test_editing_an_enterprise(place, values, expected):
    address = reverse("admin:enterprises_enterprise_change", args=[place.shop.pk])
    shown = pages.parsed(place.browsers["clerk"].get(address))
    form = next(one for one in pages.forms_in(shown, "clerk", address) if any(i.name == "uscc" for i in one.inputs))
    check(place, "clerk", address, {**submit.as_shown(form), **values}, expected)


def test_a_shop_that_is_mine_already_is_not_claimed_again(place):
    check(place, "owner", reverse("enterprises:claim", args=[place.shop.number]), {"note": "我的"}, ("status", 422))


# --- application ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("part", "values", "name"), [
    ("part-1", {"floor_area": "0"}, "floor_area"), ("part-1", {"floor_area": "1000000000"}, "floor_area"),
    ("part-1", {"floor_area": "60.001"}, "floor_area"), ("part-1", {"seats": "0"}, "seats"),
    ("part-1", {"seats": "2001"}, "seats"), ("part-1", {"lease_until": "1999-12-31"}, "lease_until"),
    ("part-1", {"place_kind": "moon"}, "place_kind"), ("part-2", {"trading_since": TOMORROW}, "trading_since"),
    ("part-2", {"staff": "501"}, "staff"), ("part-2", {"invested": "10000000.01"}, "invested"),
    ("part-2", {"invested": "-0.01"}, "invested"),
])
def test_filling_in_an_application(place, part, values, name):
    """A draft keeps what was typed, so something is written; but never as an answer."""
    address = reverse("subsidies:my_section", args=[place.draft.ref, part])
    sent = place.post("owner", address, {**make.ANSWERS, "rev": place.draft.rev, **values})
    assert sent.status == 422 and sent.messages(name)
    assert f'value="{values[name]}"' in sent.answer.content.decode() or name == "place_kind"


@pytest.mark.parametrize(("values", "name"), [
    ({"id_number": "632123198513015557"}, "id_number"), ({"id_number": "632123198501015558"}, "id_number"),
    ({"id_number": "632123850101555"}, "id_number"), ({"account": "6228480402564890019"}, "account"),
    ({"account": "12"}, "account"), ({"kind": "company"}, "id_number"), ({"kind": "bitcoin"}, "kind"),
    ({"name": " "}, "name"), ({"bank": ""}, "bank"), ({"account": ""}, "account"),
])
def test_naming_a_payee(place, values, name):
    address = reverse("subsidies:my_payees", args=[place.draft.ref])
    check(place, "owner", address, {**make.PAYEE, "rev": place.draft.rev, **values}, ("field", name))


@pytest.mark.parametrize(("name", "values", "status"), [
    ("my_review", {"key": "abc", "rev": "1"}, 422), ("my_review", {}, 422),
    ("my_review", {"key": "6f1c2b9e-8f0e-4c52-9a54-0d5b7a3e0001", "rev": "0"}, 409),
    ("my_section", {"rev": "-1", "seats": "9"}, 409), ("my_payees", {"rev": "abc", **make.PAYEE}, 409),
])
def test_stale_and_broken_pages_hand_in_nothing(place, name, values, status):
    kwargs = {"ref": place.draft.ref} | ({"slug": "part-1"} if name == "my_section" else {})
    check(place, "owner", reverse(f"subsidies:{name}", kwargs=kwargs), values, ("status", status))


def test_nobody_else_fills_it_in(place):
    address = reverse("subsidies:my_section", args=[place.draft.ref, "part-1"])
    assert place.post("clerk", address, {"seats": "9", "rev": place.draft.rev}).status == 403
    check(place, "owner", reverse("subsidies:begin", args=["new_shop"]), {"enterprise": "E99999999"}, ("status", 404))
    check(place, "owner", reverse("subsidies:begin", args=["no_such"]), {"enterprise": place.shop.number}, ("status", 404))


# --- review, approval, payment -------------------------------------------------------------------


@pytest.mark.parametrize(("who", "at", "step", "values", "expected"), [
    ("intake", "accept", "accept", {"version": "abc"}, ("status", 409)),
    ("intake", "accept", "accept", {"version": "999999"}, ("status", 409)),
    ("intake", "accept", "accept", {}, ("status", 409)),
    ("intake", "accept", "ask_correction", {}, ("status", 422)),
    ("intake", "accept", "ask_correction", {"item-field-seats": "长" * 201}, ("field", "item-field-seats")),
    ("intake", "accept", "no_such_step", {}, ("status", 404)),
    ("county", "first_review", "refuse", {"reason": ""}, ("field", "reason")),
    ("county", "first_review", "refuse", {"reason": "\u3000\u200b"}, ("field", "reason")),
    ("county", "first_review", "pass_stage", {"opinion": "好" * 501}, ("field", "opinion")),
    ("stranger", "first_review", "pass_stage", {}, ("status", 404)),
    ("approver", "approval", "approve", {"line": ""}, ("field", "line")),
    ("approver", "approval", "approve", {"line": "999999"}, ("field", "line")),
    ("approver", "approval", "approve", {"line": "[]"}, ("field", "line")),
    ("approver", "first_review", "approve", {}, ("nothing", None)),
    ("approver", "approval", "refuse", {}, ("field", "reason")),
    ("finance", "payment", "register_payment", {"paid_on": TOMORROW, "voucher": "1"}, ("field", "paid_on")),
    ("finance", "payment", "register_payment", {"paid_on": "2020-01-01", "voucher": "1"}, ("field", "paid_on")),
    ("finance", "payment", "register_payment", {"paid_on": "2021-02-31", "voucher": "1"}, ("field", "paid_on")),
    ("finance", "payment", "register_payment", {"paid_on": "", "voucher": "1"}, ("field", "paid_on")),
    ("finance", "payment", "register_payment", {"voucher": ""}, ("field", "voucher")),
    ("finance", "payment", "register_payment", {"voucher": "1" * 61}, ("field", "voucher")),
    ("finance", "payment", "register_payment", {"voucher": "1\n2"}, ("field", "voucher")),
    ("finance", "approval", "register_payment", {"voucher": "1"}, ("nothing", None)),
    ("approver", "payment", "register_payment", {"voucher": "1"}, ("nothing", None)),
])
def test_steps_of_the_offices(place, who, at, step, values, expected):
    case = place.cases[at]
    given = {} if expected == ("status", 409) else {"version": case.version}
    if step == "register_payment":
        given["paid_on"] = clock.today().isoformat()
    check(place, who, place.step(at, step), {**given, **values}, expected)


def test_a_withdrawn_case_is_not_approved(place):
    address = reverse("admin:subsidies_application_step", args=[place.withdrawn.pk, "approve"])
    values = {"version": place.withdrawn.version, "line": place.built.home.line.pk}
    check(place, "approver", address, values, ("nothing", None))


def test_amounts_and_days_from_outside_are_not_read(place):
    """Nobody sets what was paid, by whom or when it was decided."""
    case = place.cases["payment"]
    values = {"version": case.version, "paid_on": clock.today().isoformat(), "voucher": "77", "amount": "987654321",
              "state": "draft", "by": "1", "effective_date": "2001-01-01", "decided_by": "1", "at": "2001-01-01"}
    sent = place.post("finance", place.step("payment", "register_payment"), values)
    assert sent.redirected
    assert not {"987654321", "2001-01-01"} & sent.texts_written()


def test_more_than_the_line_holds_is_not_approved(place):
    home = place.built.home
    case = awards.application(home, at="approval", enterprise=make.shop(place.built.world.owner))
    small = BudgetLine.objects.create(
        fund_source=home.line.fund_source, fiscal_year=home.line.fiscal_year, name_zh="空", name_en="empty"
    )
    address = reverse("admin:subsidies_application_step", args=[case.pk, "approve"])
    check(place, "approver", address, {"version": case.version, "line": small.pk}, ("status", 409))


# --- report, dashboard, import -------------------------------------------------------------------


@pytest.mark.parametrize(("values", "name"), [
    ({"day": TOMORROW}, "day"), ({"day": "9999-12-31"}, "day"), ({"day": "第一季度"}, "day"), ({"day": ""}, "day"),
    ({"template": "999999"}, "template"), ({"template": "q5"}, "template"), ({"template": ""}, "template"),
])
def test_opening_a_report(place, values, name):
    template = ReportTemplate.objects.first()
    check(place, "editor", reverse("reports:open"), {"template": template.pk, "day": "2021-05-10", **values}, ("field", name))


def test_an_issued_report_is_not_written_again(place):
    issued = Report.objects.get(state="issued")
    check(place, "editor", reverse("reports:refresh", args=[issued.pk]), {}, ("nothing", None))
    check(place, "editor", reverse("reports:revise", args=[issued.pk]), {"reason": " "}, ("field", "reason"))
    check(place, "editor", reverse("reports:step", args=[issued.pk, "write"]), {}, ("status", 404))
    check(place, "editor", reverse("reports:step", args=[issued.pk, "submit"]), {"version": "1"}, ("nothing", None))


@pytest.mark.parametrize("query", [
    "span=q5", "span=%00x", "show=no.such.figure", "show=%ED%A0%80", "span=week&span=year", "span[]=1", "show=" + "x" * 3000,
])
def test_the_dashboard_takes_any_address(place, query):
    answer = place.browsers["official"].get(f"/dashboard/?{query}")
    assert answer.status_code == (400 if "%00" in query else 200)


@pytest.mark.parametrize(("address", "status"), [
    ("/admin/formbuilder/importrun/add/?importer=no-such", 404), ("/admin/enterprises/enterprise/export/exe/", 404),
    ("/admin/formbuilder/importrun/add/?importer=enterprises", 422),
])
def test_imports_and_exports_of_nothing(place, address, status):
    check(place, "clerk", address, {"mode": "all"}, ("status", status))


def test_a_mapping_that_says_nothing(place):
    run = ImportRun.objects.filter(importer="enterprises").earliest("asked_at")  # the one that has its sheet
    address = reverse("admin:formbuilder_importrun_mapping", args=[run.pk])
    twice = {f"column_{head['index']}": "name" for head in run.heads[:2]}
    check(place, "clerk", address, {"factor": str(run.factor), **twice},
          ("field", f"column_{run.heads[1]['index']}"))
    check(place, "clerk", address, {"factor": str(run.factor)}, ("status", 422))
    check(place, "clerk", address, {"factor": "1E3"}, ("status", 422))
    write = reverse("admin:formbuilder_importrun_write", args=[run.pk])
    check(place, "clerk", write, {"mode": "everything"}, ("nothing", None))


def test_a_session_that_ended_in_the_middle_is_asked_to_sign_in(place):
    client = Client()
    answer = client.post(reverse("subsidies:my_section", args=[place.draft.ref, "part-1"]), {"seats": "9"})
    assert answer.status_code == 302 and "/login/" in answer.headers["Location"]
