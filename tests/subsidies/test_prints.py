"""Papers on A4: amounts in capitals, numbers masked, shown in full only with a reason on record."""

import pytest
from django.urls import reverse

from bureau.audit.models import AuditEvent
from tests.factories import awards

pytestmark = pytest.mark.django_db
ID_NUMBER = "630224198501015531"


@pytest.fixture
def home(db):
    return awards.house()


def login(client, user):
    client.force_login(user, backend="bureau.accounts.backends.StaffBackend")
    return client


def papers(case):
    ids = f"?ids={case.pk}"
    return {
        "approval": reverse("admin:subsidies_application_print_approval", args=[case.pk]),
        "payees": reverse("admin:subsidies_application_print_payees") + ids,
        "request": reverse("admin:subsidies_application_print_request") + ids,
    }


@pytest.mark.parametrize("paper", ["approval", "payees", "request"])
def test_papers_hold_the_amount_in_capitals_and_no_full_number(home, client, paper):
    case = awards.application(home, at="payment")
    account = case.payee_lines.get().account.reveal()
    page = login(client, home.people["finance"]).get(papers(case)[paper])
    text = page.content.decode()
    assert page.status_code == 200
    assert "伍仟元整" in text and "5,000.00" in text
    assert ID_NUMBER not in text and account not in text


@pytest.mark.parametrize("paper", ["approval", "payees"])
def test_in_full_with_a_reason_on_record(home, client, paper):
    case = awards.application(home, at="payment")
    login(client, home.people["finance"])
    refused = client.post(papers(case)[paper], {"reason": " "})
    assert refused.status_code == 422 and ID_NUMBER not in refused.content.decode()
    page = client.post(papers(case)[paper], {"reason": "交银行核对账户"})
    assert page.status_code == 200 and ID_NUMBER in page.content.decode()
    event = AuditEvent.objects.get(event="subsidies.payees.unmasked")
    assert event.actor_id == home.people["finance"].pk and event.data["reason"] == "交银行核对账户"
    assert ID_NUMBER not in str(event.data)
    assert ID_NUMBER not in client.get(papers(case)[paper]).content.decode()


def test_who_may_not_unmask_is_refused(home, client):
    case = awards.application(home, at="payment")
    answer = login(client, home.people["approver"]).post(papers(case)["approval"], {"reason": "想看一看"})
    assert answer.status_code == 403
    assert not AuditEvent.objects.filter(event="subsidies.payees.unmasked").exists()


def test_papers_of_other_counties_are_not_found(home, client):
    case = awards.application(home, at="payment")
    assert login(client, home.people["stranger"]).get(papers(case)["approval"]).status_code == 404
    for ids in ("", "?ids=abc", "?ids=999999999999999999999", "?ids=1,,2;drop"):
        address = reverse("admin:subsidies_application_print_payees") + ids
        assert login(client, home.people["finance"]).get(address).status_code == 404
