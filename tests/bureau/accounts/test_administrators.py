"""Three administrators who exclude each other, in the pages and in the database."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, transaction

from bureau.accounts.models import Grant, User
from bureau.accounts.roles import Role
from bureau.audit.models import AuditEvent
from bureau.common import clock
from tests.factories import accounts

pytestmark = pytest.mark.usefixtures("site")
USERS, GRANTS, AUDIT = "/admin/accounts/user/", "/admin/accounts/grant/", "/admin/audit/auditevent/"
PROFILE, UNITS = "/admin/accounts/siteprofile/", "/admin/accounts/unit/"


def as_(client, *roles, **fields):
    user = accounts.staff(*roles, **fields)
    client.force_login(user, backend="bureau.accounts.backends.StaffBackend")
    return user


def give(client, user, role, **more):
    data = {"user": user.pk, "role": role, "unit": accounts.bureau().pk, "valid_from": str(clock.today()), **more}
    return client.post(f"{GRANTS}add/", data)


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        (Role.SYSTEM, {USERS: 200, f"{USERS}add/": 200, GRANTS: 403, f"{GRANTS}add/": 403, AUDIT: 403, PROFILE: 200}),
        (Role.SECURITY, {USERS: 200, f"{USERS}add/": 403, GRANTS: 200, f"{GRANTS}add/": 200, AUDIT: 403, PROFILE: 403}),
        (Role.AUDITOR, {USERS: 403, GRANTS: 200, f"{GRANTS}add/": 403, AUDIT: 200, PROFILE: 403, UNITS: 403}),
        (Role.CLERK, {USERS: 403, GRANTS: 403, AUDIT: 403, PROFILE: 403, UNITS: 403}),
    ],
)
def test_each_does_his_own_work_only(client, role, statuses):
    as_(client, role)
    assert {address: client.get(address).status_code for address in statuses} == statuses


def test_giving_and_ending_a_role_is_logged(client):
    giver = as_(client, Role.SECURITY)
    user = accounts.staff()
    assert give(client, user, "clerk").status_code == 302
    grant = Grant.objects.get(user=user)
    assert grant.given_by == giver
    event = AuditEvent.objects.get(event="accounts.role_given")
    assert (event.actor_id, event.object_id, event.data["role"]) == (giver.pk, str(user.pk), "clerk")
    client.post(GRANTS, {"action": "end", "_selected_action": [grant.pk]})
    grant.refresh_from_db()
    assert (grant.valid_to, grant.ended_by) == (clock.today(), giver)
    assert User.objects.get(pk=user.pk).roles == frozenset()
    assert AuditEvent.objects.filter(event="accounts.role_ended").count() == 1


def test_nobody_gives_a_role_to_himself(client):
    giver = as_(client, Role.SECURITY)
    answer = give(client, giver, "approver")
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["user"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(
            user=giver, role="approver", unit=accounts.bureau(), valid_from=clock.today(), given_by=giver
        )


def test_one_person_holds_one_of_the_three_on_every_day(client):
    as_(client, Role.SECURITY)
    user = accounts.staff(Role.SYSTEM)
    answer = give(client, user, "auditor")
    assert answer.context["adminform"].form.errors["role"]
    held = Grant.objects.get(user=user)
    later = clock.today() + timedelta(days=30)
    with pytest.raises(IntegrityError), transaction.atomic():
        accounts.grant(user, Role.AUDITOR, valid_from=later, valid_to=later)
    Grant.objects.filter(pk=held.pk).update(valid_to=later - timedelta(days=1))
    accounts.grant(user, Role.AUDITOR, valid_from=later)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=held.pk).update(valid_to=later)


def test_a_grant_cannot_be_changed_or_deleted(client):
    as_(client, Role.SECURITY)
    grant = accounts.grant(accounts.staff(), Role.CLERK)
    client.post(f"{GRANTS}{grant.pk}/change/", {"role": "approver"})
    assert client.post(f"{GRANTS}{grant.pk}/delete/", {"post": "yes"}).status_code == 404
    grant.refresh_from_db()
    assert grant.role == "clerk"


def test_the_system_administrator_makes_an_account_without_rights(client):
    as_(client, Role.SYSTEM)
    data = {"username": "new", "name": "新人", "password1": "a-long-first-phrase", "password2": "a-long-first-phrase"}
    answer = client.post(f"{USERS}add/", data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    user = User.objects.get(username="new")
    assert (user.kind, user.must_change_password, user.roles) == ("staff", True, frozenset())
    weak = client.post(f"{USERS}add/", {**data, "username": "new2", "password1": "short", "password2": "short"})
    assert weak.context["adminform"].form.errors


def test_disabling_ends_his_sessions(client):
    other = client.__class__()
    user = as_(other, Role.CLERK)
    as_(client, Role.SYSTEM)
    client.post(f"{USERS}{user.pk}/change/", {"name": "x", "phone": "", "language": "zh-hans"})
    assert not User.objects.get(pk=user.pk).is_active
    assert user.sessions.count() == 0
    assert AuditEvent.objects.filter(event="accounts.disabled", object_id=str(user.pk)).exists()


def test_a_reset_password_is_temporary(client):
    user = accounts.staff(Role.CLERK)
    as_(client, Role.SYSTEM)
    address = f"{USERS}{user.pk}/password/"
    assert client.get(address).status_code == 200
    data = {"password1": "another-long-phrase", "password2": "another-long-phrase"}
    assert client.post(address, data).status_code == 302
    assert User.objects.get(pk=user.pk).must_change_password


def test_resetting_the_authenticator_and_unlocking(client):
    user = accounts.staff(Role.CLERK, totp_confirmed=True, totp_last_step=5)
    as_(client, Role.SYSTEM)
    for action in ("reset_second_factor", "unlock"):
        client.post(USERS, {"action": action, "_selected_action": [user.pk]})
    user.refresh_from_db()
    assert (user.totp_confirmed, user.totp_last_step) == (False, 0)
    assert AuditEvent.objects.filter(event__in=["accounts.totp_reset", "accounts.unlocked"]).count() == 2


def test_security_administrator_sees_accounts_but_changes_none(client):
    user = accounts.staff()
    as_(client, Role.SECURITY)
    assert client.get(f"{USERS}{user.pk}/change/").status_code == 200
    assert client.post(f"{USERS}{user.pk}/change/", {"name": "changed"}).status_code == 403
    assert client.get(f"{USERS}{user.pk}/password/").status_code == 403
    client.post(USERS, {"action": "unlock", "_selected_action": [user.pk]})
    assert not AuditEvent.objects.filter(event="accounts.unlocked").exists()


def test_lookups_are_closed_to_an_exact_list(client):
    """No hidden column can be spelled out letter by letter."""
    as_(client, Role.SYSTEM)
    for lookup in ("password__startswith", "totp_secret__isnull", "phone__startswith", "name__regex", "grants__role"):
        assert client.get(USERS, {lookup: "a"}).status_code == 400, lookup
    for lookup, value in (("kind__exact", "staff"), ("is_active__exact", "1"), ("q", "staff"), ("p", "1")):
        assert client.get(USERS, {lookup: value}).status_code == 200, lookup
    for bad in ("p=abc", "p=99999999999", "p=-5", "o=99.1", "all=1", "kind__exact=%F0%28%8C%28", "e=1"):
        assert client.get(f"{USERS}?{bad}").status_code in (200, 302), bad


def test_lists_take_the_same_number_of_queries(client, django_assert_max_num_queries):
    as_(client, Role.SECURITY)
    for _n in range(30):
        accounts.staff(Role.CLERK, Role.HELPER)
    with django_assert_max_num_queries(15):
        assert client.get(GRANTS).status_code == 200


def test_the_log_is_read_only(client):
    as_(client, Role.AUDITOR)
    event = AuditEvent.objects.first()
    assert client.get(f"{AUDIT}{event.pk}/change/").status_code == 200
    assert client.post(f"{AUDIT}{event.pk}/change/", {"event": "x"}).status_code == 403
    assert client.get(f"{AUDIT}add/").status_code == 404


@pytest.mark.parametrize(
    "bad", ["局\u202e名".encode(), "局\x00名".encode(), b"\xed\xa0\x80", "局".encode("gb18030"), b"x" * 61]
)
def test_bad_text_in_an_admin_form_gets_a_message_beside_the_field(client, bad):
    as_(client, Role.SYSTEM)
    unit = accounts.county()
    fields = {"code": unit.code, "kind": unit.kind, "name_zh": bad, "name_en": "<b>", "region": unit.region_id}
    form = "application/x-www-form-urlencoded"
    answer = client.post(f"{UNITS}{unit.pk}/change/", urlencode(fields), content_type=form)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["name_zh"]
    assert "&lt;b&gt;" in answer.content.decode()


def test_a_year_that_would_break_every_list_is_refused(client):
    as_(client, Role.SECURITY)
    user = accounts.staff()
    for day in ("0001-01-01", "9999-12-31", "2021-02-30", "1E3"):
        answer = give(client, user, "clerk", valid_to=day)
        assert answer.context["adminform"].form.errors["valid_to"]
