"""Lists to the bank: what they hold, who took them, no formula in them, and no request twice."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from bureau.attachments import storage
from bureau.audit.models import AuditEvent
from subsidies.loans.actions import lists
from subsidies.loans.enums import State
from subsidies.loans.models import ReferralRow
from tests.factories import loans
from tests.factories import subsidies as make
from tests.harness import pages

PAYLOADS = ["=1+1", "+SUM(A1)", "-2+3", "@SUM(A1)", "\t=1+1", "＝1+1", "=HYPERLINK(\"http://x\")", "=cmd|'/c calc'!A1",
            "'=1", "＠x", "－1+2", "＋1", "%0A-3+3", ";=1", "=IMPORTXML(1)", "|calc", "\r=1+1"]


def sheet_of(listing):
    with storage.path_of(listing.file.key).open("rb") as file:
        return load_workbook(file).active


def test_a_list_holds_what_the_bank_needs(place):
    request = loans.asked(place.product, place.shop, place.owner, amount=180_000, purpose="装修")
    listing = lists.make(requests=[request], by=place.clerk)
    request.refresh_from_db()
    assert (request.state, request.referral.listing) == (State.LISTED, listing)
    cells = {head.value: cell.value for head, cell in zip(sheet_of(listing)[2], sheet_of(listing)[3], strict=True)}
    assert cells["申请编号"] == request.number
    assert cells["身份证号码"] == "632123198501015557"
    assert cells["联系电话"] == place.owner.phone
    assert cells["申请金额（元）"] == 180_000
    assert cells["审批结果"] is None
    rows = list(listing.rows.select_related("request"))
    assert lists.digest(rows) == listing.digest
    rows[0].amount += Decimal("0.01")
    assert lists.digest(rows) != listing.digest


def test_the_numbers_on_file_are_encrypted_and_masked(place):
    listing = lists.make(requests=[loans.asked(place.product, place.shop, place.owner)], by=place.clerk)
    row = ReferralRow.objects.get(listing=listing)
    assert "632123198501015557" not in f"{row.id_number} {row.phone}"
    assert row.id_number.reveal() == "632123198501015557"


def test_what_cannot_go_out(place):
    first = loans.asked(place.product, place.shop, place.owner)
    other = loans.asked(loans.product(), place.shop, place.owner)
    with pytest.raises(ValidationError, match="one loan only"):
        lists.make(requests=[first, other], by=place.clerk)
    lists.make(requests=[first], by=place.clerk)
    with pytest.raises(ValidationError, match="any more"):
        lists.make(requests=[first], by=place.clerk)
    with pytest.raises(ValidationError, match="at least one"):
        lists.make(requests=[], by=place.clerk)


def test_no_cell_is_a_formula(place):
    made = []
    for text in PAYLOADS:
        shop = place.new_shop(name="店")
        type(shop).objects.filter(pk=shop.pk).update(name=text, operating_address=text)
        shop.operator.name = text[:60]
        shop.operator.save()
        shop.refresh_from_db()
        made.append(loans.asked(place.product, shop, place.clerk, purpose=text, phone="13800000001",
                                entry_unit=place.world.bureau))
    listing = lists.make(requests=made, by=place.clerk)
    cells = [cell for row in sheet_of(listing).iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert sum(cell.value in PAYLOADS for cell in cells) >= len(PAYLOADS)


def test_the_desk_makes_a_list_and_notes_who_takes_it(place):
    request = loans.asked(place.product, place.shop, place.owner)
    client = pages.browser(place.clerk)
    address = reverse("admin:subsidies_loanrequest_changelist")
    chosen = {"action": "put_on_list", "_selected_action": [request.pk]}
    asked = client.post(address, chosen)
    assert asked.status_code == 200 and request.number in asked.content.decode()
    request.refresh_from_db()
    assert request.state == State.REQUESTED  # first it is said what will happen
    made = client.post(address, {**chosen, "confirmed": "1"})
    listing = request.__class__.objects.get(pk=request.pk).referral.listing
    assert made.url == reverse("admin:subsidies_referrallist_change", args=[listing.pk])
    assert "632123198501015557" not in client.get(made.url).content.decode()
    taken = client.post(reverse("admin:subsidies_referrallist_download", args=[listing.pk]))
    assert b"".join(taken.streaming_content).startswith(b"PK")
    event = AuditEvent.objects.get(event="subsidies.referrallist.downloaded")
    assert (event.actor_id, event.object_label) == (place.clerk.pk, listing.number)
    assert client.get(reverse("attachments:download", args=[listing.file.pk])).status_code == 404


def test_a_long_list_is_shown_in_pages_and_checked_as_a_whole(place, monkeypatch):
    monkeypatch.setattr("subsidies.loans.admin.listing.ROWS_SHOWN", 2)
    made = [
        loans.asked(place.product, place.new_shop(), place.clerk, phone="13800000001", entry_unit=place.world.bureau,
                    amount=100_000)
        for _number in range(3)
    ]
    listing = lists.make(requests=made, by=place.clerk)
    address = reverse("admin:subsidies_referrallist_change", args=[listing.pk])
    client = pages.browser(place.clerk)
    first, second = (client.get(address, {"page": number}).content.decode() for number in (1, 2))
    assert [request.number in first for request in made] == [True, True, False]
    assert [request.number in second for request in made] == [False, False, True]
    assert "300,000.00" in first and "300,000.00" in second
    assert client.get(address).context["whole"]
    connection.check_constraints()
    with connection.cursor() as cursor:  # past the door of the database
        cursor.execute("alter table subsidies_referralrow disable trigger user")
        cursor.execute("update subsidies_referralrow set shop = 'X' where request_id = %s", [made[2].pk])
    assert not client.get(address).context["whole"]


def test_others_do_not_get_the_file(place):
    listing = lists.make(requests=[loans.asked(place.product, place.shop, place.owner)], by=place.clerk)
    address = reverse("admin:subsidies_referrallist_download", args=[listing.pk])
    assert pages.browser(place.county_clerk).get(address).status_code == 404  # the bureau's list
    assert pages.browser(place.finance).get(address).status_code == 403
    owner = Client()
    owner.force_login(make.User.objects.get(pk=place.owner.pk), backend="bureau.accounts.backends.StaffBackend")
    assert owner.get(address).status_code in (302, 403, 404)
