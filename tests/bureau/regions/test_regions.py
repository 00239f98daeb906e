from importlib import import_module

import pytest
from django.db import IntegrityError, transaction
from django.test.utils import CaptureQueriesContext

from bureau.regions import seed
from bureau.regions.enums import Kind
from bureau.regions.models import Region

pytestmark = pytest.mark.django_db
HAIDONG = [
    ("630202", "乐都区", "Ledu District"),
    ("630203", "平安区", "Ping'an District"),
    ("630222", "民和回族土族自治县", "Minhe Hui and Tu Autonomous County"),
    ("630223", "互助土族自治县", "Huzhu Tu Autonomous County"),
    ("630224", "化隆回族自治县", "Hualong Hui Autonomous County"),
    ("630225", "循化撒拉族自治县", "Xunhua Salar Autonomous County"),
]


@pytest.fixture
def haidong():
    return Region.objects.by_code("630200")


def test_haidong_today(haidong):
    counties = Region.objects.within(haidong).current().filter(kind=Kind.COUNTY).order_by("code")
    assert list(counties.values_list("code", "name_zh", "name_en")) == HAIDONG
    assert {region.prefecture_id for region in counties} == {haidong.pk}
    assert haidong.county_id is None
    assert haidong.province.name_en == "Qinghai"


def test_what_became_of_pingan():
    today = Region.objects.by_code("630203")
    assert (today.predecessor.code, today.predecessor.valid_to) == ("630221", 2015)
    assert today.predecessor.predecessor.code == "632121"


def test_districts_of_a_municipality_have_no_prefecture():
    chaoyang = Region.objects.by_code("110105")
    assert chaoyang.parent.name_zh == "北京市"
    assert chaoyang.prefecture_id is None
    assert chaoyang.county_id == chaoyang.pk
    xiantao = Region.objects.by_code("429004")
    assert xiantao.parent.name_zh == "湖北省"


def test_current_regions_stand_below_current_ones():
    assert not Region.objects.current().exclude(parent=None).exclude(parent__valid_to=None).exists()
    assert not Region.objects.filter(name_zh__contains="市辖区").exists()


def test_countries_have_both_names_and_china_is_one():
    countries = Region.objects.filter(kind=Kind.COUNTRY)
    assert countries.count() > 200
    malaysia = countries.get(code="MY")
    assert (malaysia.name_zh, malaysia.name_en, malaysia.is_abroad) == (
        "马来西亚",
        "Malaysia",
        True,
    )
    assert not countries.filter(code__in=["TW", "HK", "MO"]).exists()
    assert {r.country.code for r in Region.objects.filter(code__in=["710000", "810000", "820000"])} == {"CN"}


def test_names_are_complete_and_english_ones_are_latin():
    assert not Region.objects.filter(name_en="").exists()
    assert not Region.objects.filter(name_en__regex="[\u3400-\u9fff]").exists()
    names = dict(Region.objects.current().filter(kind=Kind.PROVINCE).values_list("name_zh", "name_en"))
    assert (names["陕西省"], names["山西省"], names["西藏自治区"]) == (
        "Shaanxi",
        "Shanxi",
        "Tibet",
    )
    assert len(names) == 34


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("630224", ["630224"]),
        ("632127", ["630224"]),  # its code until 2013
        ("化隆", ["630224"]),
        ("化隆县", ["630224"]),
        (" 化隆回族自治县 ", ["630224"]),
        ("乐都县", ["630202"]),
        ("平安县", ["630203"]),
        ("海东地区", ["630200"]),
        ("湖北省武汉市洪山区", ["420111"]),
        ("湖北武汉洪山区珞喻路1号", ["420111"]),
        ("广东省广州市天河区", ["440106"]),
        ("北京市朝阳区", ["110105"]),
        ("中国青海省", ["630000"]),
        ("吉林省吉林市", ["220200"]),
        ("马来西亚吉隆坡", ["MY"]),
        ("Malaysia", ["MY"]),
        ("MY", ["MY"]),
        ("Hualong Hui Autonomous County, Haidong, Qinghai", ["630224"]),
        ("Chaoyang District, Beijing City", ["110105"]),
        ("Hualong Hui Autonomous County, Xining, Qinghai", []),
        ("Hualong Hui Autonomous County, ", []),
        ("海东拉面馆", []),
        ("没有这个地方", []),
        ("", []),
        ("x" * 100_000, []),
        ("," * 100_000, []),
    ],
)
def test_what_people_write_is_found(text, codes):
    assert [region.code for region in Region.objects.find(text)] == codes


def test_a_hint_decides_between_namesakes():
    found = Region.objects.find("朝阳区")
    assert {region.code for region in found} == {"110105", "220104"}
    jilin = Region.objects.by_code("220000")
    assert [region.code for region in Region.objects.find("朝阳区", hint=jilin)] == ["220104"]
    assert [region.code for region in Region.objects.find("化隆县", hint=jilin)] == ["630224"]


def test_a_town_is_added_below_its_county(haidong):
    county = Region.objects.by_code("630224")
    names = [
        ("630224100", "巴燕镇", "Bayan Town"),
        ("630224101", "群科镇", "Qunke Town"),
    ]
    towns = [Region.objects.add(parent=county, kind=Kind.TOWN, code=c, name_zh=z, name_en=e) for c, z, e in names]
    assert [town.path for town in towns] == [f"{county.path}001.", f"{county.path}002."]
    assert {town.county_id for town in towns} == {county.pk}
    assert haidong.contains(towns[0])


def test_a_code_is_used_once_today():
    county = Region.objects.by_code("630224")
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.add(parent=county, kind=Kind.TOWN, code="630225", name_zh="x", name_en="x")


def test_filters_by_path_use_the_index(haidong):
    assert "Index" in Region.objects.within(haidong).explain()


def test_the_seed_is_a_handful_of_statements_whatever_it_brings():
    from django.db import connection

    Region.objects.all()._raw_delete("default")
    with CaptureQueriesContext(connection) as captured:
        assert seed.seed(Region, connection) == 7011
    assert len(captured) <= 20
    assert import_module("bureau.regions.migrations.0002_seed")
