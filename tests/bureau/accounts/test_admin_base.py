"""What the one base gives to every admin page of the portal, whoever wrote it."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bureau.accounts.access import as_rule
from bureau.accounts.roles import Role
from bureau.common.crypto import EncryptedTextField
from tests.factories import accounts

REGISTRY = sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label)
by_model = pytest.mark.parametrize("model_admin", [a for _m, a in REGISTRY], ids=[m._meta.label for m, _a in REGISTRY])
SPELLING = ("startswith", "contains", "icontains", "regex", "iregex", "endswith", "range", "year__gt")


def request_of(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


@by_model
@pytest.mark.django_db
def test_no_column_can_be_spelled_out(model_admin):
    request = request_of(accounts.staff(Role.CLERK))
    open_ = [
        f"{field.name}__{lookup}" for field in model_admin.model._meta.get_fields() for lookup in SPELLING
        if model_admin.lookup_allowed(f"{field.name}__{lookup}", "1", request)
    ]
    assert open_ == []


@by_model
def test_secrets_are_neither_searched_nor_filtered_nor_edited(model_admin):
    secret = {f.name for f in model_admin.model._meta.fields if isinstance(f, EncryptedTextField)}
    used = {str(name).split("__")[0].lstrip("^=@") for name in (*model_admin.search_fields, *model_admin.list_filter)}
    assert not secret & used
    assert not any(f.editable for f in model_admin.model._meta.fields if f.name in secret)


@by_model
@pytest.mark.django_db
def test_nothing_is_deleted_and_no_address_tells_on_objects(model_admin):
    for role in (Role.SYSTEM, Role.SECURITY, Role.APPROVER, Role.FINANCE):
        assert not model_admin.has_delete_permission(request_of(accounts.staff(role)))
    assert model_admin.view_on_site is False
    assert model_admin.show_full_result_count is False


@by_model
@pytest.mark.django_db
def test_a_list_opens_with_few_queries(model_admin):
    accounts.site()
    roles = as_rule(model_admin.access.get("view")).roles - {Role.OWNER}
    if not roles:
        pytest.skip("nobody sees this list")
    client = Client()
    client.force_login(accounts.staff(sorted(roles)[0]), backend="bureau.accounts.backends.StaffBackend")
    options = model_admin.model._meta
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(reverse(f"admin:{options.app_label}_{options.model_name}_changelist"))
    assert answer.status_code in (200, 302)
    assert len(queries) <= 15, [q["sql"][:120] for q in queries]
