"""The staff's desk: lists under a fixed number of queries, steps with reasons, batches with a result per row."""

from decimal import Decimal

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bureau import jobs  # noqa: F401 - kinds are declared
from bureau.jobs.testing import run_waiting
from subsidies.actions import ledger
from subsidies.models import Application, BudgetLine, Entry, Payment
from tests.factories import awards
from tests.harness.pages import parsed

pytestmark = pytest.mark.django_db
LIST = "admin:subsidies_application_changelist"


@pytest.fixture
def home(db):
    return awards.house()


@pytest.fixture
def as_user(home, client):
    def login(username):
        client.force_login(home.people[username], backend="bureau.accounts.backends.StaffBackend")
        return client

    return login


def step_url(case, name):
    return reverse("admin:subsidies_application_step", args=[case.pk, name])


def queries_of(client, address):
    with CaptureQueriesContext(connection) as captured:
        page = client.get(address)
    assert page.status_code == 200, page.content[:300]
    return len(captured), page


@pytest.mark.parametrize("query", ["", "?desk=mine", "?desk=overdue", "?desk=approved", "?q=hualong", "?step=check"])
def test_the_list_takes_a_fixed_number_of_queries(home, as_user, query):
    client = as_user("checker")
    address = reverse(LIST) + query
    for at in ("check", "payment"):
        awards.application(home, at=at)
    client.get(address)
    few, _page = queries_of(client, address)
    for at in ("check", "payment", "approval", "accept", "first_review"):
        for _n in range(4):
            awards.application(home, at=at)
    many, _page = queries_of(client, address)
    assert few == many <= 15


def test_desks_hold_what_they_say(home, as_user):
    for at in ("accept", "first_review", "check", "approval", "payment"):
        awards.application(home, at=at)
    awards.application(home, at="first_review", county="ledu")
    numbers = {case.stage.key: case.number for case in Application.objects.filter(unit__code="hualong")}
    for user, stage in (("intake", "accept"), ("county", "first_review"), ("checker", "check"), ("finance", "payment")):
        text = as_user(user).get(reverse(LIST) + "?desk=mine").content.decode()
        shown = {key for key, number in numbers.items() if number in text}
        assert shown == {stage}, user


@pytest.mark.parametrize(
    ("term", "found"),
    [("{number}", True), ("{shop}", True), ("{name}", True), ("{initials}", True), ("没有的店", False)],
)
def test_search_by_number_name_and_initials(home, as_user, term, found):
    case = awards.application(home, at="check")
    shop = case.enterprise
    shop.refresh_from_db()
    term = term.format(number=case.number, shop=shop.number, name=shop.name[:3], initials=shop.name_initials[:4])
    text = as_user("checker").get(reverse(LIST), {"q": term}).content.decode()
    assert (case.number in text) is found


def test_another_county_finds_nothing(home, as_user):
    case = awards.application(home, at="first_review")
    client = as_user("stranger")
    assert case.number not in client.get(reverse(LIST)).content.decode()
    assert client.get(reverse("admin:subsidies_application_change", args=[case.pk])).status_code in (302, 404)
    assert client.post(step_url(case, "pass_stage"), {"version": case.version}).status_code == 404


def test_the_case_page_shows_the_case_and_masks_numbers(home, as_user):
    case = awards.application(home, at="approval")
    account = case.payee_lines.get().account.reveal()
    count, page = queries_of(as_user("approver"), reverse("admin:subsidies_application_change", args=[case.pk]))
    text = page.content.decode()
    assert case.enterprise.name in text and "630224198501015531" not in text and account not in text
    assert step_url(case, "approve") in text
    assert count <= 60


def test_a_granted_case_does_not_count_against_itself(home, as_user):
    case = awards.application(home, at="payment")
    page = as_user("finance").get(reverse("admin:subsidies_application_change", args=[case.pk]))
    checks = {check.label: check.verdict for check in page.context["verdict"].checks}
    assert checks and False not in checks.values()
    assert "check check-bad" not in page.content.decode()
    request = reverse("admin:subsidies_application_print_request")
    assert f"{request}?ids={case.pk}" in page.content.decode()
    waiting = awards.application(home, at="approval")
    page = as_user("finance").get(reverse("admin:subsidies_application_change", args=[waiting.pk]))
    assert page.status_code == 200 and request not in page.content.decode(), "nothing is reserved yet"


def test_steps_by_the_pages_and_on_to_the_next_case(home, as_user):
    first, second = awards.application(home, at="check"), awards.application(home, at="check")
    answer = as_user("checker").post(step_url(first, "pass_stage"), {"version": first.version, "opinion": "属实"})
    assert answer.status_code == 302 and answer.url == reverse("admin:subsidies_application_change", args=[second.pk])
    first.refresh_from_db()
    assert first.stage.key == "approval" and first.reviews.get(step="check").opinion == "属实"
    stale = as_user("checker").post(step_url(first, "refuse"), {"version": 1, "reason": "不行"})
    assert stale.status_code in (404, 409)


def test_a_correction_names_its_items(home, as_user):
    case = awards.application(home, at="first_review")
    client = as_user("county")
    empty = client.post(step_url(case, "ask_correction"), {"version": case.version})
    assert empty.status_code == 422
    answer = client.post(step_url(case, "ask_correction"), {
        "version": case.version, "item-field-seats": "请核对餐位数", "item-material-license": "照片不清楚",
    })
    assert answer.status_code == 302
    items = case.corrections.get().items.values_list("kind", "key", "note")
    assert sorted(items) == [("field", "seats", "请核对餐位数"), ("material", "license", "照片不清楚")]


def test_approval_needs_a_line_that_bears_it(home, as_user):
    case = awards.application(home, at="approval")
    client = as_user("approver")
    assert client.post(step_url(case, "approve"), {"version": case.version}).status_code == 422
    small = BudgetLine.objects.create(
        fund_source="county", fiscal_year=home.line.fiscal_year, name_zh="小", name_en="Small"
    )
    refused = client.post(step_url(case, "approve"), {"version": case.version, "line": small.pk})
    assert refused.status_code == 409
    good = client.post(step_url(case, "approve"), {"version": case.version, "line": home.line.pk})
    assert good.status_code == 302 and Entry.objects.filter(application=case, kind="reserve").exists()


def test_the_money_of_the_scheme_is_offered_first_and_chosen(home, as_user):
    case, year, client = awards.application(home, at="approval"), home.line.fiscal_year, as_user("approver")

    def offered():
        field = parsed(client.get(step_url(case, "approve"))).xpath("//select[@name='line']")[0]
        return [option.get("value") for option in field], [one.get("value") for one in field.xpath("*[@selected]")]

    def line(source, scheme, cap):
        made = BudgetLine.objects.create(fund_source=source, fiscal_year=year, name_zh="另", name_en="x", scheme=scheme)
        ledger.allot(line=made, amount=Decimal(cap), by=home.people["finance"], key=f"allot:{source}")
        return str(made.pk)

    open_to_all = str(home.line.pk)
    assert offered() == ([open_to_all], [])
    line("county", awards.second_scheme(home).scheme, "1000000")
    assert offered() == ([open_to_all], [])
    small = line("provincial", home.version.scheme, "0.01")
    assert offered() == ([small, open_to_all], [])
    good = line("central", home.version.scheme, "1000000")
    first, chosen = offered()
    assert (set(first[:2]), first[2:], chosen) == ({small, good}, [open_to_all], [good])


def test_batches_say_what_became_of_every_row(home, as_user):
    cases = [awards.application(home, at="check") for _n in range(3)]
    own = awards.application(home, at="approval")
    chosen = [str(case.pk) for case in [*cases, own]]
    page = as_user("checker").post(reverse(LIST), {"action": "pass_chosen", "_selected_action": chosen})
    text = page.content.decode()
    assert page.status_code == 200 and all(case.number in text for case in [*cases, own])
    assert Application.objects.filter(stage__key="approval").count() == 4


def test_who_has_no_such_right_has_no_such_batch(home, as_user):
    case = awards.application(home, at="check")
    as_user("approver").post(reverse(LIST), {"action": "pass_chosen", "_selected_action": [case.pk]})
    case.refresh_from_db()
    assert case.stage.key == "check"


def test_long_batches_run_in_the_background(home, as_user, monkeypatch):
    monkeypatch.setattr("subsidies.admin.batch.AT_ONCE", 1)
    cases = [awards.application(home, at="check") for _n in range(2)]
    answer = as_user("checker").post(
        reverse(LIST), {"action": "pass_chosen", "_selected_action": [case.pk for case in cases]}
    )
    assert answer.status_code == 302
    job = run_waiting("subsidies.batch")[0]
    assert (job.state, job.result) == ("done", {"done": 2, "refused": 0})


def test_unmasking_is_a_post_with_a_reason(home, as_user):
    case = awards.application(home, at="payment")
    address = reverse("admin:subsidies_application_unmask", args=[case.pk])
    client = as_user("finance")
    assert client.get(address).status_code == 302
    assert client.post(address, {"reason": "\u202e\u0000"}).status_code == 422
    page = client.post(address, {"reason": "核对收款账户"}, headers={"HX-Request": "true"})
    assert page.status_code == 200 and "630224198501015531" in page.content.decode()
    assert as_user("approver").post(address, {"reason": "核对收款账户"}).status_code == 403


def test_a_deadlock_is_tried_again(home, as_user, monkeypatch):
    from bureau.workflow import perform

    case, asked = awards.application(home, at="check"), []

    class Deadlock(Exception):
        pgcode = "40P01"

    def twice_unlucky(*args, **kwargs):
        asked.append(1)
        if len(asked) < 3:
            raise OperationalError("deadlock detected") from Deadlock()
        return perform(*args, **kwargs)

    monkeypatch.setattr("bureau.workflow.admin_base.perform", twice_unlucky)
    answer = as_user("checker").post(step_url(case, "pass_stage"), {"version": case.version})
    assert (answer.status_code, len(asked)) == (302, 3)
    assert case.reviews.filter(step="check").count() == 1


def test_a_busy_row_answers_503_and_nothing_happens(home, as_user, monkeypatch):
    case = awards.application(home, at="check")

    class Locked(Exception):
        pgcode = "55P03"

    def locked(*args, **kwargs):
        raise OperationalError("lock timeout") from Locked()

    monkeypatch.setattr("bureau.workflow.admin_base.perform", locked)
    answer = as_user("checker").post(step_url(case, "pass_stage"), {"version": case.version})
    assert answer.status_code == 503 and answer["Retry-After"] == "3"


def test_money_is_allotted_once_per_form(home, as_user):
    client = as_user("finance")
    address = reverse("admin:subsidies_budgetline_allot", args=[home.line.pk])
    key = "6f1c2b9e-8f0e-4c52-9a54-0d5b7a3e0001"
    for _twice in range(2):
        assert client.post(address, {"amount": "100.50", "note": "追加", "key": key}).status_code == 302
    home.line.refresh_from_db()
    assert str(home.line.cap) == "1000100.50" and not ledger.drift()
    for wrong in ("0", "-1", "1E3", "0.001", "abc", ""):
        assert client.post(address, {"amount": wrong, "key": key}).status_code == 422
    assert as_user("approver").get(address).status_code == 403


@pytest.mark.parametrize("model", ["budgetline", "payment", "backentry", "schemeversion"])
def test_other_lists_open_under_a_fixed_number_of_queries(home, as_user, model):
    from django.utils import timezone

    from bureau.workflow import perform

    def pay():
        case = awards.application(home, at="payment")
        perform(case, "register_payment", by=home.people["finance"],
                data={"paid_on": timezone.localdate(), "voucher": "1"})

    pay()
    address = reverse(f"admin:subsidies_{model}_changelist")
    client = as_user("finance")
    client.get(address)
    few, _page = queries_of(client, address)
    for _n in range(3):
        pay()
    many, _page = queries_of(client, address)
    assert few == many <= 15
    assert Payment.objects.count() == 4


def test_the_line_page_lists_its_entries(home, as_user):
    case = awards.application(home, at="payment")
    page = as_user("finance").get(reverse("admin:subsidies_budgetline_change", args=[home.line.pk]))
    assert case.number in page.content.decode() and "1,000,000.00" in page.content.decode()
