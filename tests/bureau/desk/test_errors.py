import pytest
from django.db import OperationalError
from django.test import Client

from bureau.workflow import AlreadyMoved, Refused


@pytest.fixture
def failing(monkeypatch, site):
    """A front page that raises, seen by a client that gets what a browser gets."""

    def use(error):
        def fail(*args):
            raise error

        monkeypatch.setattr("bureau.desk.views.homes._sections", fail)
        return Client(raise_request_exception=False, headers={"accept-language": "en"})

    return use


def test_a_fault_of_ours_is_said_without_a_trace(failing):
    response = failing(RuntimeError("secret detail")).get("/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "secret detail" not in page
    assert "<h1>" in page


def test_a_database_that_does_not_answer_is_503_with_a_time_to_come_back(failing):
    response = failing(OperationalError("lock timeout")).get("/")
    assert response.status_code == 503
    assert response["Retry-After"] == "30"


def test_an_unknown_page_and_a_forbidden_one(enter, clerk):
    client = enter(clerk)
    missing, forbidden = client.get("/no-such-page/"), client.get("/system/")
    assert (missing.status_code, forbidden.status_code) == (404, 403)
    assert "There is no such page" in missing.content.decode()
    assert "security administrator" in forbidden.content.decode()


def test_a_form_without_its_token_is_explained(site):
    response = Client(enforce_csrf_checks=True).post("/large-type/", {"large": "1"})
    assert response.status_code == 403
    assert "<h1>" in response.content.decode()


@pytest.mark.parametrize(
    ("refusal", "title"), [(AlreadyMoved, "Somebody else was faster"), (Refused, "This cannot be done now")]
)
def test_a_refusal_that_no_view_answers_is_a_page_with_its_reasons(failing, refusal, title):
    response = failing(refusal(["Approved by somebody else a minute ago."])).get("/")
    page = response.content.decode()
    assert response.status_code == 409
    assert title in page
    assert "Approved by somebody else" in page
