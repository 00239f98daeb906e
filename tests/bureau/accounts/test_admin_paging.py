"""A list that is too long to be numbered is walked from row to row, in any order, and has an end."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.filters import AllValuesFieldListFilter
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext

from bureau.accounts.admin_paging import CAP, CappedPaginator, Turn, sort_columns, turned
from bureau.accounts.models import LoginCode
from bureau.accounts.roles import Role
from bureau.common import clock
from tests.factories import accounts

pytestmark = pytest.mark.django_db
ORDERS = (["-id"], ["phone", "-pk"], ["used_at", "-pk"], ["-used_at", "phone", "pk"], ["-created_at", "used_at", "-id"])
SIZE = 7


@pytest.fixture
def codes():
    """Forty rows with equal and with missing values to sort by."""
    now = clock.real_now()
    LoginCode.objects.bulk_create(
        LoginCode(
            phone=str(n % 5), code_hash="x", address="10.0.0.1", created_at=now - timedelta(hours=n % 3),
            expires_at=now, used_at=now + timedelta(minutes=n % 4) if n % 3 else None,
        ) for n in range(40)
    )
    return LoginCode.objects.all()


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
def test_pages_from_row_to_row_are_the_whole_list(codes, order):
    expected, columns = list(codes.order_by(*order)), sort_columns(LoginCode, order)
    forwards = list(codes.order_by(*order)[:SIZE])
    while page := turned(codes, columns, Turn("after", str(forwards[-1].pk)), SIZE):
        forwards += page
    assert forwards == expected
    backwards = turned(codes, columns, Turn("last"), SIZE)
    assert backwards == expected[-SIZE:]
    while page := turned(codes, columns, Turn("before", str(backwards[0].pk)), SIZE):
        backwards = page + backwards
    assert backwards == expected


@pytest.mark.parametrize("key", ["999999999", "x", "9" * 40, ""])
def test_a_row_that_is_not_there_leads_to_an_end_of_the_list(codes, key):
    columns = sort_columns(LoginCode, ["-id"])
    assert turned(codes, columns, Turn("after", key), SIZE) == list(codes.order_by("-id")[:SIZE])


def test_what_is_no_column_is_not_turned():
    assert sort_columns(LoginCode, ["?"]) is None
    assert sort_columns(LoginCode, ["nothing"]) is None


def test_counts_are_capped(django_assert_num_queries):
    many_codes()
    rows = CappedPaginator(LoginCode.objects.order_by("id"), 50)
    with django_assert_num_queries(1):
        assert (rows.count, rows.is_capped, rows.num_pages) == (CAP, True, CAP // 50)


def many_codes():
    now = clock.real_now()
    LoginCode.objects.bulk_create(
        LoginCode(phone=str(n), code_hash="x", address="10.0.0.1", created_at=now, expires_at=now)
        for n in range(CAP + 200)
    )


@pytest.fixture
def register(monkeypatch):
    """The list of login codes, as an auditor would walk it."""
    from bureau.accounts.admin_base import BureauAdmin
    from bureau.accounts.roles import Permission

    class Codes(BureauAdmin):
        access = {"view": Permission.AUDIT_VIEW}
        list_display = ("phone", "created_at")
        ordering = ("-id",)

    monkeypatch.setitem(admin.site._registry, LoginCode, Codes(LoginCode, admin.site))


def test_the_page_leads_to_the_end_and_back(rf, register):
    from django.contrib.messages.storage.cookie import CookieStorage

    accounts.site()
    many_codes()
    user = accounts.staff(Role.AUDITOR)
    expected = [row.phone for row in LoginCode.objects.order_by("-id")]

    def page(query):
        request = rf.get(f"/{query}")
        request.user, request.htmx, request.session = user, False, {}
        request._messages = CookieStorage(request)
        answer = admin.site._registry[LoginCode].changelist_view(request)
        text = answer.render().content.decode()
        links = {label: link.replace("&amp;", "&") for link, label in re.findall(r'<a href="(\?[^"]*)"[^>]*>([^<]+)</a>', text)}
        return [row.phone for row in answer.context_data["cl"].result_list], links

    rows, links = page("?p=20")
    assert rows == expected[950:1000]
    rows, links = page(links[gettext("Next")])
    assert rows == expected[1000:1050]
    rows, links = page(links[gettext("Last page")])
    assert rows == expected[-50:] and gettext("Next") not in links
    rows, links = page(links[gettext("Previous")])
    assert rows == expected[-100:-50]
    assert page(links[gettext("First page")])[0] == expected[:50]
    for odd in ("?p=after-", "?p=before-%00", "?p=after-" + "9" * 70, "?p=last-1"):
        assert page(odd)[0], odd


def test_no_list_reads_its_table_to_offer_a_filter():
    """A filter on a column without choices, or a row of dates, asks for the different values of all rows."""
    found = []
    for model, model_admin in admin.site._registry.items():
        for item in model_admin.list_filter:
            if isinstance(item, str) and not _is_cheap(model, item):
                found.append(f"{model._meta.label}: {item}")
        if model_admin.date_hierarchy:
            found.append(f"{model._meta.label}: {model_admin.date_hierarchy}")
        found += [
            f"{model._meta.label}: {item[0]}" for item in model_admin.list_filter
            if isinstance(item, tuple) and issubclass(item[1], AllValuesFieldListFilter)
        ]
    assert found == []


#: Tables that stay small: the calendar has a row a day, the budget a few lines a year.
SMALL = {"common.CalendarDay", "regions.Region", "subsidies.BudgetLine"}


def _is_cheap(model, name):
    field = model._meta.get_field(name) if "__" not in name else None
    return model._meta.label in SMALL or field is None or bool(
        field.choices or field.get_internal_type() in ("BooleanField", "DateField", "DateTimeField") or field.is_relation
    )


def test_the_last_page_costs_no_more_queries_than_the_first(world_of_lists):
    client, address = world_of_lists
    counts = []
    for query in ("", "?p=last"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address + query).status_code == 200
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 1


@pytest.fixture
def world_of_lists():
    accounts.site()
    client = Client()
    client.force_login(accounts.staff(Role.CLERK), backend="bureau.accounts.backends.StaffBackend")
    return client, reverse("admin:enterprises_enterprise_changelist")
