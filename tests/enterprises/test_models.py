"""Truths that the database keeps, and the search."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from bureau.accounts.roles import Role
from enterprises.enums import MembershipState
from enterprises.models import Enterprise, Person
from tests.factories import accounts
from tests.factories.enterprises import enterprise, membership, person, uscc

pytestmark = pytest.mark.django_db


def test_a_row_carries_number_pinyin_region_and_office():
    office = accounts.county("630224")
    shop = enterprise("洪山金积石拉面馆", operating="420111")
    assert shop.number == f"E{shop.pk:08d}"
    assert (shop.name_py, shop.name_initials) == ("hongshanjinjishilamianguan", "hsjjslmg")
    assert (shop.region.code, shop.unit) == ("630224", office)


@pytest.mark.parametrize(
    "values",
    [
        {"uscc": "92440106MA5O000018"}, {"state": "closed"}, {"closed_on": date(2021, 1, 1)}, {"state": "merged"},
        {"opened_on": date(2021, 2, 1), "closed_on": date(2021, 1, 1), "state": "closed"}, {"kind": "x"},
        {"relation": "spouse"}, {"opened_on": date(1999, 12, 31)}, {"industry": "6210x"}, {"name": ""},
    ],
)
def test_the_database_refuses(values):
    shop = enterprise()
    with pytest.raises(IntegrityError), transaction.atomic():
        Enterprise.objects.filter(pk=shop.pk).update(**values)


def test_codes_and_identity_numbers_are_unique():
    code = uscc()
    enterprise(uscc=code)
    with pytest.raises(IntegrityError), transaction.atomic():
        enterprise(uscc=code)
    person("马一", id_number="632127199001010017")
    with pytest.raises(IntegrityError), transaction.atomic():
        person("马二", id_number="632127199001010017")
    assert Person.objects.by_id_number("632127199001010017").get().name == "马一"


def test_identity_numbers_are_not_stored_in_clear():
    person("马一", id_number="632127199001010017")
    with connection.cursor() as cursor:
        cursor.execute("select id_number from enterprises_person")
        assert "632127199001010017" not in cursor.fetchone()[0]


def test_one_open_claim_per_owner_and_shop():
    owner, shop = accounts.owner(), enterprise()
    membership(owner, shop, MembershipState.REFUSED)
    membership(owner, shop, MembershipState.ASKED)
    with pytest.raises(IntegrityError), transaction.atomic():
        membership(owner, shop, MembershipState.CONFIRMED)


@pytest.mark.parametrize(
    "text",
    ["金积石", "拉面馆", "洪", "hongshan", "HSJJ", "jjs", "jjslmg", "李国良", "139000", "139-0000 0001", "92420111YD", "E{pk:08d}",
     "９２４２０１１１ＹＤ", "hong shan", "Noodle"],
)
def test_search_finds(text):
    shop = enterprise("洪山金积石拉面馆Noodle", uscc="92420111YD67X78806", phone="13900000001", operator=person("李国良"))
    enterprise("天河福源餐厅", phone="13700000001", operator=person("马福"))
    assert list(Enterprise.objects.search(text.format(pk=shop.pk))) == [shop] or text in ("洪",)


@pytest.mark.parametrize("text", ["%", "_", "'; drop table", "\\", "金石", "zzz", "E99999999", "兰州"])
def test_search_finds_nothing(text):
    enterprise("洪山金积石拉面馆")
    assert not Enterprise.objects.search(text)


def test_a_search_by_part_of_the_name_uses_the_index():
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        sql, params = Enterprise.objects.search("金积石拉面").order_by().values("pk").query.sql_with_params()
        cursor.execute("explain " + sql, params)
        assert "enterprise_grams" in "\n".join(line for (line,) in cursor.fetchall())


def test_a_county_sees_its_people_and_its_shops():
    hualong = accounts.staff(Role.CLERK, unit=accounts.county("630224"))
    ledu = accounts.staff(Role.CLERK, unit=accounts.county("630202"))
    bureau = accounts.staff(Role.CLERK)
    ours = enterprise(home="630224")
    there = enterprise(home="630202", operating="630224")
    assert set(Enterprise.objects.visible_to(hualong)) == {ours, there}
    assert set(Enterprise.objects.visible_to(ledu)) == {there}
    assert set(Enterprise.objects.visible_to(bureau)) == {ours, there}
    assert not Enterprise.objects.visible_to(accounts.staff(Role.AUDITOR))
    assert not Enterprise.objects.visible_to(accounts.owner())
