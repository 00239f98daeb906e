"""Before something that a stolen session must not do, he shows once more who he is."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from bureau.accounts.roles import Role
from bureau.common import clock
from tests.factories import accounts

pytestmark = pytest.mark.usefixtures("site")
GUARDED = reverse("accounts:totp")
CONFIRM = reverse("accounts:confirm")


def test_staff_confirm_by_password(client):
    user = accounts.staff(Role.CLERK, username="clerk")
    with time_machine.travel(clock.real_now(), tick=False) as travel:
        client.force_login(user, backend="bureau.accounts.backends.StaffBackend")
        assert client.get(GUARDED).status_code == 200  # he has just logged in
        travel.shift(timedelta(minutes=16))
        asked = client.get(GUARDED)
        assert asked.headers["Location"].startswith(f"{CONFIRM}?next=")
        assert client.post(CONFIRM, {"password": "wrong", "next": GUARDED}).status_code == 422
        assert client.get(GUARDED).status_code == 302
        done = client.post(CONFIRM, {"password": accounts.PASSWORD, "next": GUARDED})
        assert done.headers["Location"] == GUARDED
        assert client.get(GUARDED).status_code == 200
        evil = client.post(CONFIRM, {"password": accounts.PASSWORD, "next": "//evil.example"})
        assert evil.headers["Location"] == "/"


def test_guessing_the_password_there_locks_too(client):
    user = accounts.staff(Role.CLERK, username="clerk")
    client.force_login(user, backend="bureau.accounts.backends.StaffBackend")
    answers = [client.post(CONFIRM, {"password": f"wrong{n}"}).status_code for n in range(6)]
    assert answers[0] == 422
    assert answers[-1] == 429


def test_owners_confirm_by_a_new_code(client, sent):
    owner = accounts.owner("13897001234")
    client.force_login(owner, backend="bureau.accounts.backends.OwnerBackend")
    assert client.post(CONFIRM, {"next": "/account/"}).status_code == 200
    assert client.post(CONFIRM, {"code": "12", "next": "/account/"}).status_code == 422
    done = client.post(CONFIRM, {"code": sent[0][1], "next": "/account/"})
    assert done.headers["Location"] == "/account/"
