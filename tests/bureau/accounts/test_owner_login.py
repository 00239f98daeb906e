"""Owners log in by phone and code; codes are hashed, few, short-lived and told to nobody."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from bureau.accounts import codes
from bureau.accounts.models import LoginCode, User
from bureau.common import clock
from tests.factories import accounts

PHONE = "13897001234"
pytestmark = pytest.mark.usefixtures("site")


def ask(client, phone=PHONE, **extra):
    return client.post(reverse("accounts:login"), {"phone": phone}, **extra)


def answer(client, code, **extra):
    return client.post(reverse("accounts:code"), {"code": code}, **extra)


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def test_first_login_makes_the_account_and_changes_the_session(client, sent):
    ask(client, "+86 138 9700 1234")
    before = client.session.session_key
    answered = answer(client, sent[0][1])
    assert answered.status_code == 302
    user = User.objects.get(phone=PHONE)
    assert int(client.session["_auth_user_id"]) == user.pk
    assert client.session.session_key != before
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_only_a_hash_is_kept(client, sent):
    ask(client)
    row = LoginCode.objects.get()
    assert sent[0][1] not in row.code_hash
    assert len(row.code_hash) > 70


def test_known_unknown_and_disabled_phones_are_answered_alike(client, sent):
    accounts.owner("13897000001")
    User.objects.filter(pk=accounts.owner("13897000002").pk).update(is_active=False)
    pages = []
    for phone in ("13897000001", "13897000002", "13897000003"):
        asked = ask(client, phone)
        page = client.get(asked.headers["Location"])
        failed = answer(client, wrong(sent[-1][1]))
        pages.append([asked.status_code, page.status_code, failed.status_code])
        pages[-1] += [text.content.replace(phone.encode(), b"").split(b"<main")[1].split(b"csrfmiddlewaretoken")[0]
                      for text in (page, failed)]
    assert pages[0] == pages[1] == pages[2]
    assert len(sent) == 3


def test_a_disabled_owner_does_not_get_in(client, sent):
    User.objects.filter(pk=accounts.owner(PHONE).pk).update(is_active=False)
    ask(client)
    assert answer(client, sent[0][1]).status_code == 422
    assert "_auth_user_id" not in client.session


def test_a_code_works_once_and_for_five_minutes(client, sent):
    with time_machine.travel(clock.real_now(), tick=False) as travel:
        ask(client)
        travel.shift(timedelta(minutes=5, seconds=1))
        assert answer(client, sent[0][1]).status_code == 422
        ask(client)
        assert codes.user_for(*sent[1]) is not None
        assert codes.user_for(*sent[1]) is None


def test_five_wrong_answers_end_the_code_and_lock_the_number(client, sent):
    ask(client)
    code = sent[0][1]
    statuses = [answer(client, wrong(code)).status_code for _n in range(6)]
    assert statuses[:4] == [422] * 4
    assert set(statuses[4:]) == {429}
    assert LoginCode.objects.get().tries == 5
    assert answer(client, code).status_code == 429
    assert codes.user_for(PHONE, code) is None


def test_asking_is_limited_by_phone_and_by_address(client, sent):
    with time_machine.travel(clock.real_now(), tick=False) as travel:
        assert ask(client).status_code == 302
        again = ask(client)
        assert again.status_code == 429
        assert "1" in again.content.decode()
        for _n in range(12):
            travel.shift(timedelta(minutes=61))
            ask(client)
        assert len(sent) == 10  # a day's worth for one number
        travel.shift(timedelta(days=2))
        for n in range(20):
            ask(client, f"1390000{n:04}")
        assert len(sent) == 20  # ten a minute from one address


def test_a_forged_forwarded_address_gains_nothing(client, sent):
    for n in range(20):
        ask(client, f"1390000{n:04}", headers={"X-Forwarded-For": f"10.0.0.{n}"})
    assert len(sent) == 10


@pytest.mark.parametrize(
    "phone", ["", "12345", "138970012345678", "1389700123\x004", "<script>", "'; drop table x", "１"]
)
def test_bad_numbers_get_a_message_and_keep_what_was_typed(client, sent, phone):
    answered = ask(client, phone)
    assert answered.status_code == 422
    assert sent == []
    assert answered.context["form"].errors["phone"]


def test_full_width_digits_are_understood(client, sent):
    ask(client, "１３８９７００１２３４")
    assert sent[0][0] == PHONE
    assert answer(client, " ".join(sent[0][1])).status_code == 302


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:///evil"]
)
def test_no_open_redirect(client, sent, target):
    client.post(reverse("accounts:login"), {"phone": PHONE, "next": target})
    assert answer(client, sent[0][1]).headers["Location"] == "/"
    assert client.get(reverse("accounts:login"), {"next": target}).headers["Location"] == "/"


def test_back_to_where_he_came_from(client, sent):
    client.post(reverse("accounts:login"), {"phone": PHONE, "next": "/account/"})
    assert answer(client, sent[0][1]).headers["Location"] == "/account/"


def test_the_code_arrives_as_a_message(client, settings):
    """The whole way, through the room of notifications; the demo shows where to read it, production does not."""
    from bureau.notifications.models import Notification

    ask(client)
    message = Notification.objects.get(phone=PHONE)
    assert len(message.sms_text) <= 70
    page = client.get(reverse("accounts:code"))
    assert reverse("notifications:sent") in page.content.decode()
    settings.DEMO = False
    assert reverse("notifications:sent") not in client.get(reverse("accounts:code")).content.decode()
    assert answer(client, message.context["code"]).status_code == 302


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_speak_the_chosen_language_at_the_same_address(client, sent, language):
    client.cookies["language"] = language
    word = {"zh-hans": "用手机号登录", "en": "Log in with your mobile number"}[language]
    assert word in client.get(reverse("accounts:login")).content.decode()
    wrong_number = ask(client, "123").content.decode()
    assert ("手机" in wrong_number) == (language == "zh-hans")
