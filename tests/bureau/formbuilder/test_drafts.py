"""Autosave's answers: what the script on the page is told."""

import json

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import override

from bureau.formbuilder import drafts
from tests.bureau.formbuilder.specs import SPEC, post

pytestmark = pytest.mark.django_db


def read(text="", **fields):
    request = RequestFactory().post("/", post(text, **fields).urlencode(), "application/x-www-form-urlencoded")
    return drafts.read(request, SPEC, stored={})


def told(response):
    response["HX-Trigger"].encode("ascii")
    return json.loads(response["HX-Trigger"])


def test_saved_tells_revision_field_and_what_to_show():
    draft = read("abroad=false&money=12000&rev=3&changed=money")
    detail = told(draft.saved())["draft-saved"]
    assert (draft.rev, detail["rev"], detail["field"]) == (3, 4, "money")
    assert "area" in detail["visible"]
    assert "large" not in detail["visible"]
    assert detail["capitals"] == {"money": "壹万贰仟元整"}
    assert detail["note"].startswith("已保存")


def test_amounts_in_chinese_capitals_are_for_readers_of_chinese():
    with override("en"):
        assert told(read("money=12000&changed=money").saved())["draft-saved"]["capitals"] == {}


def test_saved_brings_the_missing_list_to_its_place():
    page = read("name=x").saved().content.decode()
    assert 'id="form-missing"' in page
    assert "hx-swap-oob" in page
    assert "#field-abroad" in page


def test_errors_are_told_and_do_not_stop_the_save():
    draft = read("name=x&money=abc&changed=money&rev=0")
    assert draft.answers["name"] == "x"
    assert told(draft.saved())["draft-saved"]["errors"]["money"]


def test_another_device_was_faster():
    response = read("rev=1").conflict()
    assert response.status_code == 409
    assert told(response)["draft-conflict"]["message"]


@pytest.mark.parametrize("rev", ["", "-1", "x", "1e3", "٣", "9" * 30])
def test_what_is_no_revision_matches_none(rev):
    assert drafts.revision(rev) == drafts.NO_REVISION


def test_places_are_suggested(client):
    address = reverse("formbuilder:places")
    page = client.get(address, {"name": "place", "place": "天河"}).content.decode()
    assert "广东省广州市天河区" in page
    for odd in ("%", "x" * 5000, "", "\u202e"):
        assert client.get(address, {"name": "place", "place": odd}).status_code == 200
