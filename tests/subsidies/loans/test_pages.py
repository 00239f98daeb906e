"""Every page of loans opens in both languages; lists ask the database the same number of times for one row and for many."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import subsidies as make
from tests.factories import world_loans
from tests.harness import pages

LISTS = ("loanproduct", "loanrequest", "referrallist", "drawdown", "loanbackentry")
MOST = 15


@pytest.fixture
def rows(place):
    return more(place)


def more(place):
    shops = [place.new_shop(owner=place.owner) for _n in range(6)]
    return world_loans.loans_of(place.product, shops, owner=place.owner, clerk=place.clerk, unit=place.world.bureau,
                                free=place.new_shop())


def asked(client, address) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200, address
    return len([query for query in found if not query["sql"].startswith(("UPDATE", "SAVEPOINT", "RELEASE"))])


def test_lists_ask_as_often_for_many_as_for_few(place, rows):
    client = pages.browser(place.clerk)
    owner = Client()
    owner.force_login(place.owner, backend="bureau.accounts.backends.StaffBackend")
    addresses = [(client, reverse(f"admin:subsidies_{name}_changelist")) for name in LISTS]
    addresses += [(client, reverse("admin:subsidies_loanrequest_changelist") + "?q=面"),
                  (owner, reverse("loans:my_list")), (owner, reverse("loans:products"))]
    for who, address in addresses:
        who.get(address)
    before = [asked(who, address) for who, address in addresses]
    more(place), more(place)
    after = [asked(who, address) for who, address in addresses]
    assert before == after, list(zip(addresses, before, after, strict=True))
    assert max(after) <= MOST


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens(place, rows, language):
    staff = pages.browser(place.clerk)
    owner = Client()
    owner.force_login(place.owner, backend="bureau.accounts.backends.StaffBackend")
    for client in (staff, owner):
        client.cookies["django_language"] = language
    for model, some in rows.items():
        for row in some:
            asked(staff, reverse(f"admin:{model.replace('/', '_')}_change", args=[row.pk]))
    asked(staff, reverse("admin:subsidies_loanproduct_change", args=[place.product.pk]))
    asked(staff, reverse("admin:subsidies_loanproduct_add"))
    asked(staff, reverse("admin:subsidies_loanrequest_add"))
    for row in rows["subsidies/loanrequest"]:
        asked(owner, reverse("loans:my_detail", args=[row.ref]))
        asked(owner, reverse("loans:my_withdraw", args=[row.ref]))
    asked(owner, reverse("loans:product", args=[place.product.key]))
    asked(owner, reverse("loans:ask", args=[place.product.key, place.shop.number]))
    stranger = Client()
    stranger.force_login(make.User.objects.create_owner(phone="13800000088", name="别人"),
                         backend="bureau.accounts.backends.StaffBackend")
    assert stranger.get(reverse("loans:my_detail", args=[rows["subsidies/loanrequest"][0].ref])).status_code == 404
