"""Staff log in by name, password and authenticator; failures lock, codes are not used twice."""

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from django.urls import reverse

from bureau.accounts.models import User
from bureau.accounts.roles import Role
from bureau.audit.models import AuditEvent
from bureau.common import clock
from tests.factories import accounts
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.usefixtures("site")
LOGIN = "/admin/login/"


def log_in(client, username, password=PASSWORD, code="", **extra):
    return client.post(LOGIN, {"username": username, "password": password, "totp_token": code}, **extra)


@pytest.fixture
def officer():
    return accounts.staff(Role.CLERK, username="clerk")


@pytest.fixture
def with_totp():
    user = accounts.staff(Role.CLERK, username="careful")
    user.totp_secret, user.totp_confirmed = pyotp.random_base32(), True
    user.save()
    return User.objects.get(pk=user.pk)


def code_of(user) -> str:
    return pyotp.TOTP(user.totp_secret.reveal()).at(clock.real_now())


def test_login_changes_the_session_and_is_logged(client, officer):
    client.get(LOGIN)
    assert log_in(client, "clerk").status_code == 302
    assert int(client.session["_auth_user_id"]) == officer.pk
    assert client.get("/admin/").status_code == 200
    assert AuditEvent.objects.filter(event="accounts.logged_in", actor_id=officer.pk).exists()


@pytest.mark.parametrize("username", ["clerk", "nobody"])
def test_the_same_words_for_a_wrong_name_and_a_wrong_password(client, officer, username):
    page = log_in(client, username, "wrong")
    errors = page.context["form"].non_field_errors()
    assert len(errors) == 1
    assert "clerk" not in errors[0]


def test_an_owner_has_no_password_login(client):
    owner = accounts.owner()
    log_in(client, owner.phone, "")
    log_in(client, owner.phone, "x" * 20)
    assert "_auth_user_id" not in client.session


def test_five_failures_lock_a_name_not_the_neighbours(client, officer):
    accounts.staff(Role.CLERK, username="neighbor")
    assert [log_in(client, "clerk", "wrong").status_code for _n in range(5)][-1] == 429
    locked = log_in(client, "clerk")
    assert locked.status_code == 429
    assert locked.headers["Retry-After"] == "600"
    assert log_in(client, "neighbor").status_code == 302


def test_spraying_locks_the_address(client, officer):
    for n in range(30):
        log_in(client, f"name{n}", "wrong", headers={"X-Forwarded-For": f"10.0.0.{n}"})
    assert log_in(client, "clerk").status_code == 429


def test_spraying_through_the_proxy_with_forged_addresses(client, officer, settings):
    settings.PROXY_COUNT = 1
    for n in range(30):
        log_in(client, f"name{n}", "wrong", headers={"X-Forwarded-For": f"6.6.6.{n}, 1.2.3.4"})
    assert log_in(client, "clerk", headers={"X-Forwarded-For": "7.7.7.7, 1.2.3.4"}).status_code == 429
    assert log_in(client, "clerk", headers={"X-Forwarded-For": "1.2.3.4, 5.5.5.5"}).status_code == 302


def test_the_lock_ends_after_ten_minutes(client, officer):
    with time_machine.travel(clock.real_now()) as travel:
        for _n in range(5):
            log_in(client, "clerk", "wrong")
        travel.shift(timedelta(minutes=11))
        assert log_in(client, "clerk").status_code == 302


def test_a_code_is_needed_and_works_once(client, with_totp):
    assert "_auth_user_id" not in (log_in(client, "careful") and client.session)
    code = code_of(with_totp)
    assert log_in(client, "careful", code=code).status_code == 302
    client.post("/logout/")
    assert log_in(client, "careful", code=code).status_code == 200  # the form again: seen over a shoulder
    with time_machine.travel(clock.real_now() + timedelta(seconds=31)):
        assert log_in(client, "careful", code=code_of(with_totp)).status_code == 302


def test_the_secret_is_encrypted(with_totp, django_db_blocker):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select totp_secret from accounts_user where id = %s", [with_totp.pk])
        assert with_totp.totp_secret.reveal() not in cursor.fetchone()[0]


def test_enrolling(client, officer, settings):
    settings.STAFF_TOTP_REQUIRED = True
    log_in(client, "clerk")
    assert client.get("/admin/").headers["Location"] == reverse("accounts:totp")
    page = client.get(reverse("accounts:totp")).content.decode()
    assert "<svg" in page
    assert "style=" not in page.split("<svg")[1].split("</svg>")[0]
    secret = re.search(r"<code>(\w+)</code>", page)[1]
    assert client.post(reverse("accounts:totp"), {"code": "000000"}).status_code == 422
    code = pyotp.TOTP(secret).at(clock.real_now())
    assert client.post(reverse("accounts:totp"), {"code": code}).status_code == 302
    assert User.objects.get(pk=officer.pk).totp_confirmed
    assert client.get("/admin/").status_code == 200


def test_a_password_somebody_else_knows_must_be_changed_first(client):
    accounts.staff(Role.CLERK, username="newcomer", must_change_password=True)
    log_in(client, "newcomer")
    assert client.get("/admin/").headers["Location"] == "/admin/password_change/"
    other = client.__class__()
    log_in(other, "newcomer")
    change = {"old_password": PASSWORD, "new_password1": "a-quite-new-phrase", "new_password2": "a-quite-new-phrase"}
    weak = {**change, "new_password1": "short", "new_password2": "short"}
    assert client.post("/admin/password_change/", weak).status_code == 200
    assert client.post("/admin/password_change/", change).status_code == 302
    assert client.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302  # his other sessions are over


@pytest.mark.parametrize("name", ["clerk\x00", "a" * 5000, "'; drop table", "<script>", "\u202eclerk"])
def test_bad_names_do_no_harm(client, officer, name):
    assert log_in(client, name, "wrong").status_code == 200


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_open_redirect(client, officer, target):
    log = client.post(LOGIN, {"username": "clerk", "password": PASSWORD, "next": target})
    assert log.status_code == 302
    assert "evil" not in log.headers["Location"]
