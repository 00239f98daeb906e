"""Sessions end when they should: idle, too old, disabled, right removed, password changed."""

from datetime import timedelta

import pytest
import time_machine

from bureau.accounts.middleware import ABSOLUTE, IDLE
from bureau.accounts.models import Grant, PortalSession, User
from bureau.accounts.roles import Role
from bureau.common import clock
from tests.factories import accounts

pytestmark = pytest.mark.usefixtures("site")
STAFF_LOGIN = "/admin/login/"


def log_in(client, username):
    client.post(STAFF_LOGIN, {"username": username, "password": accounts.PASSWORD})


def is_in(client) -> bool:
    return client.get("/account/").status_code == 200


@pytest.fixture
def officer():
    return accounts.staff(Role.CLERK, username="clerk")


def test_staff_idle_out_after_half_an_hour(client, officer):
    with time_machine.travel(clock.real_now(), tick=False) as travel:
        log_in(client, "clerk")
        for _n in range(3):
            travel.shift(timedelta(minutes=29))
            assert is_in(client)
        travel.shift(timedelta(seconds=IDLE["staff"] + 1))
        assert not is_in(client)


def test_staff_are_out_after_twelve_hours_however_busy(client, officer):
    with time_machine.travel(clock.real_now(), tick=False) as travel:
        log_in(client, "clerk")
        for _n in range(ABSOLUTE["staff"] // 1500):
            travel.shift(timedelta(seconds=1500))
            last = is_in(client)
        travel.shift(timedelta(seconds=1500))
        assert last
        assert not is_in(client)


def test_owners_stay_for_a_month(client):
    with time_machine.travel(clock.real_now(), tick=False) as travel:
        client.force_login(accounts.owner(), backend="bureau.accounts.backends.OwnerBackend")
        assert is_in(client)
        travel.shift(timedelta(days=29))
        assert is_in(client)
        travel.shift(timedelta(days=30, seconds=1))
        assert not is_in(client)


def test_a_session_is_written_at_most_once_a_minute(client, officer, django_assert_num_queries):
    with time_machine.travel(clock.real_now(), tick=False) as travel:
        log_in(client, "clerk")
        is_in(client)
        row = PortalSession.objects.get(user=officer)
        travel.shift(timedelta(seconds=50))
        is_in(client)
        assert PortalSession.objects.get(user=officer).session_data == row.session_data
        travel.shift(timedelta(seconds=20))
        is_in(client)
        assert PortalSession.objects.get(user=officer).session_data != row.session_data


def test_a_disabled_user_is_out_at_once(client, officer):
    log_in(client, "clerk")
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert not is_in(client)


def test_a_role_that_ends_is_gone_at_the_next_request(client, officer):
    log_in(client, "clerk")
    assert client.get("/search/").status_code == 200
    auditor = accounts.staff(Role.AUDITOR, username="auditor")
    client.force_login(auditor, backend="bureau.accounts.backends.StaffBackend")
    assert client.get("/admin/audit/auditevent/").status_code == 200
    today = clock.today()
    Grant.objects.filter(user=auditor).update(valid_to=today, ended_by=officer.pk)
    assert client.get("/admin/audit/auditevent/").status_code == 403


def test_a_stolen_session_ends_at_logout(client, officer):
    log_in(client, "clerk")
    thief = client.__class__()
    thief.cookies = client.cookies.copy()
    assert is_in(thief)
    client.post("/logout/")
    assert not is_in(thief)


def test_ending_a_session_elsewhere(client, officer):
    other = client.__class__()
    log_in(client, "clerk")
    log_in(other, "clerk")
    listed = client.get("/account/").context["sessions"]
    assert [row["is_this"] for row in listed] == [True, False]
    assert listed[1]["name"] not in other.session.session_key
    assert client.post("/account/sessions/", {"session": "abc"}).status_code == 404
    client.post("/account/sessions/", {"session": listed[1]["name"]})
    assert is_in(client)
    assert not is_in(other)


def test_nobody_ends_the_session_of_another(client, officer):
    other = client.__class__()
    accounts.staff(Role.CLERK, username="other")
    log_in(client, "clerk")
    log_in(other, "other")
    name = other.get("/account/").context["sessions"][0]["name"]
    assert client.post("/account/sessions/", {"session": name}).status_code == 404
    assert is_in(other)


def test_signed_in_pages_are_never_stored(client, officer):
    assert "no-store" not in client.get("/login/").headers.get("Permissions-Policy", "")
    log_in(client, "clerk")
    answer = client.get("/account/")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("address", ["/account/?a=%00", "/acc%00ount/", "/admin/accounts/user/?kind__exact=%00"])
def test_nul_in_the_address_is_a_bad_request(client, officer, address):
    log_in(client, "clerk")
    assert client.get(address).status_code == 400
