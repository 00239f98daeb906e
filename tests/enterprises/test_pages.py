"""Owners' and staff's pages."""

import pytest
from django.urls import reverse

from bureau.accounts.roles import Role
from bureau.regions.models import Region
from enterprises.enums import MembershipState, State
from enterprises.models import Enterprise, Membership
from tests.factories import accounts
from tests.factories.enterprises import enterprise, membership, uscc

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    accounts.site()
    accounts.county()
    user = accounts.owner("13812345678")
    client.force_login(user)
    return user


def shop_data(**changes):
    return {
        "name": "天河马家拉面馆", "uscc": uscc(), "operating_region": "广州市天河区", "operating_address": "中山路1号",
        "opened_on": "2020-12-05", "operator": "马文明", "home_county": Region.objects.by_code("630224").pk,
        "phone": "13812345678", "note": "我是执照上的经营者", **changes,
    }


def test_my_shops(client, owner):
    mine, asked = enterprise("已确认的店"), enterprise("待确认的店")
    membership(owner, mine)
    membership(owner, asked, MembershipState.ASKED)
    enterprise("别人的店")
    page = client.get(reverse("enterprises:my")).content.decode()
    assert "已确认的店" in page and "待确认的店" in page and "别人的店" not in page
    assert client.get(reverse("enterprises:shop", args=[mine.number])).status_code == 200
    assert client.get(reverse("enterprises:shop", args=[asked.number])).status_code == 404


@pytest.mark.parametrize("count", [1, 3, 30])
def test_lists_take_the_same_queries_whatever_their_length(client, owner, count, django_assert_max_num_queries):
    for _number in range(count):
        membership(owner, enterprise())
    with django_assert_max_num_queries(12):
        client.get(reverse("enterprises:my"))
    with django_assert_max_num_queries(12):
        client.get(reverse("enterprises:find"), {"q": "拉面馆"})


def test_find_and_claim_by_code(client, owner):
    shop = enterprise("天河福源拉面馆")
    page = client.get(reverse("enterprises:find"), {"q": f" {shop.uscc.lower()} "})
    assert "天河福源拉面馆" in page.content.decode()
    assert shop.phone not in page.content.decode() and shop.operator.name not in page.content.decode()
    answer = client.post(reverse("enterprises:claim", args=[shop.number]), {"note": "我是经营者"})
    assert answer.status_code == 302
    assert Membership.objects.get(user=owner, enterprise=shop).state == MembershipState.ASKED
    again = client.post(reverse("enterprises:claim", args=[shop.number]), {"note": "再来一次"})
    assert again.status_code == 422 and Membership.objects.count() == 1


@pytest.mark.parametrize("q", ["", "马", "\u202e码", "x" * 61])
def test_bad_searches_are_answered_beside_the_field(client, owner, q):
    assert client.get(reverse("enterprises:find"), {"q": q}).status_code == 422


def test_an_owner_enters_a_shop_and_staff_confirm_it(client, owner):
    assert client.post(reverse("enterprises:new"), shop_data()).status_code == 302
    shop = Enterprise.objects.get()
    assert (shop.state, shop.entered_by, shop.region.code) == (State.PENDING, owner, "630224")
    claim = Membership.objects.get()
    clerk = accounts.staff(Role.CLERK, unit=accounts.county("630224"))
    client.force_login(clerk)
    page = client.get(reverse("admin:enterprises_membership_change", args=[claim.pk]))
    assert page.status_code == 200 and "我是执照上的经营者" in page.content.decode()
    assert client.post(reverse("admin:enterprises_membership_confirm", args=[claim.pk])).status_code == 302
    shop.refresh_from_db()
    claim.refresh_from_db()
    assert (shop.state, claim.state, claim.decided_by) == (State.ACTIVE, MembershipState.CONFIRMED, clerk)
    assert list(Enterprise.objects.of_member(owner)) == [shop]


def test_a_refusal_needs_a_reason_and_frees_the_code(client, owner):
    data = shop_data()
    client.post(reverse("enterprises:new"), data)
    claim = Membership.objects.get()
    client.force_login(accounts.staff(Role.CLERK))
    url = reverse("admin:enterprises_membership_refuse", args=[claim.pk])
    assert client.post(url, {"reason": " \u3000"}).status_code == 422
    assert client.post(url, {"reason": "与执照不符"}).status_code == 302
    claim.refresh_from_db()
    assert (claim.state, claim.enterprise.state, claim.enterprise.uscc) == ("refused", "refused", None)
    client.force_login(owner)
    assert "与执照不符" in client.get(reverse("enterprises:my")).content.decode()
    assert client.post(reverse("enterprises:new"), data).status_code == 302


def test_somebody_elses_county_does_not_see_the_claim(client, owner):
    claim = membership(owner, enterprise(home="630224"), MembershipState.ASKED)
    client.force_login(accounts.staff(Role.CLERK, unit=accounts.county("630202")))
    assert client.post(reverse("admin:enterprises_membership_confirm", args=[claim.pk])).status_code == 404
    claim.refresh_from_db()
    assert claim.state == MembershipState.ASKED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("uscc", "92440106MA5000000X"), ("uscc", "440106600000000"), ("uscc", ""), ("opened_on", "2999-01-01"),
        ("opened_on", "2021-02-30"), ("opened_on", "民国110年"), ("phone", "00000000000"), ("name", "　\u200b"),
        ("operating_region", "没有这个地方"), ("home_county", "999999999999999999999"), ("home_county", "abc"),
        ("relation", "spouse"), ("relation", "boss"), ("operator", "a" * 61), ("note", ""), ("name", "店\u202e名"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(client, owner, field, value):
    page = client.post(reverse("enterprises:new"), shop_data(**{field: value}))
    assert page.status_code == 422 and page.context["form"].errors
    assert "中山路1号" in page.content.decode()
    assert not Enterprise.objects.exists()


def test_an_existing_code_is_claimed_not_entered(client, owner):
    page = client.post(reverse("enterprises:new"), shop_data(uscc=enterprise().uscc))
    assert page.status_code == 422 and "uscc" in page.context["form"].errors


def test_an_owner_leaves_a_shop(client, owner):
    claim = membership(owner, enterprise())
    assert client.post(reverse("enterprises:leave", args=[claim.enterprise.number])).status_code == 302
    claim.refresh_from_db()
    assert claim.state == MembershipState.ENDED
    assert client.post(reverse("enterprises:leave", args=[claim.enterprise.number])).status_code == 404


# --- staff ----------------------------------------------------------------------------------------


@pytest.fixture
def clerk(client):
    accounts.site()
    user = accounts.staff(Role.CLERK)
    client.force_login(user)
    return user


@pytest.mark.parametrize("count", [1, 3, 60])
def test_the_list_of_staff(client, clerk, count, django_assert_max_num_queries):
    for number in range(count):
        enterprise(f"测试{number}拉面馆")
    with django_assert_max_num_queries(15):
        page = client.get(reverse("admin:enterprises_enterprise_changelist"), {"q": "测试"})
    assert page.status_code == 200 and f"测试{count - 1}拉面馆" in page.content.decode()


def test_staff_change_an_enterprise_once(client, clerk):
    shop = enterprise("旧名拉面馆")
    url = reverse("admin:enterprises_enterprise_change", args=[shop.pk])
    page = client.get(url)
    assert page.status_code == 200
    form = page.context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items()}
    data |= {"name": "新名拉面馆", "closed_on": "2021-01-05", "operator_name": "马新"}
    assert client.post(url, data).status_code == 302
    shop.refresh_from_db()
    assert (shop.name, shop.state, shop.operator.name, shop.version, shop.name_initials[:2]) == ("新名拉面馆", "closed", "马新", 2, "xm")
    stale = client.post(url, data | {"name": "晚到的名字"})
    shop.refresh_from_db()
    assert stale.status_code in (200, 422) and shop.name == "新名拉面馆"


def test_staff_enter_an_enterprise(client, clerk):
    url = reverse("admin:enterprises_enterprise_add")
    data = {
        "name": "天河马家拉面馆", "uscc": uscc(), "kind": "individual", "operating_region": "广州市天河区",
        "home_county": Region.objects.by_code("630224").pk, "operator_name": "马文明", "opened_on": "2020-12-05",
        "operating_address": "中山路1号",
    }
    assert client.post(url, data).status_code == 302
    shop = Enterprise.objects.get()
    assert (shop.entered_by, shop.channel, shop.version, shop.region.code) == (clerk, "on_behalf", 1, "630224")


def test_who_may_only_look_sees_no_form(client):
    accounts.site()
    client.force_login(accounts.staff(Role.APPROVER))
    shop = enterprise()
    page = client.get(reverse("admin:enterprises_enterprise_change", args=[shop.pk]))
    assert page.status_code == 200 and shop.name in page.content.decode()
    assert client.post(reverse("admin:enterprises_enterprise_change", args=[shop.pk]), {"name": "x"}).status_code == 403
