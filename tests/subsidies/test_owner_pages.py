"""The owner's pages: every screen, saved per change, nothing typed is lost, nobody else's application is found."""

import json
import uuid

import pytest
from django.urls import reverse

from enterprises.actions import claim
from subsidies import steps
from subsidies.enums import State
from subsidies.models import Application
from tests.factories import accounts
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def world(db):
    return make.world()


@pytest.fixture
def phone(world, client):
    sign_in(client, world.owner)
    return client


def sign_in(client, user):
    from bureau.common import clock

    client.force_login(user)
    session = client.session
    now = int(clock.real_now().timestamp())
    session.update({"begun": now, "seen": now, "confirmed": now})
    session.save()


def address(application, slug="", **kwargs):
    if slug.startswith("part-"):
        return reverse("subsidies:my_section", args=[application.ref, slug])
    return reverse(f"subsidies:my_{slug or 'detail'}", kwargs={"ref": application.ref, **kwargs})


def test_the_list_of_awards_is_for_everybody(world, client):
    page = client.get(reverse("subsidies:schemes"))
    assert "新开店一次性首次奖补" in page.content.decode()
    page = client.get(reverse("subsidies:apply", args=["new_shop"]))
    assert page.status_code == 200
    assert reverse("accounts:login") in page.content.decode()


def test_an_owner_sees_his_shops_with_reasons(world, phone):
    elsewhere = make.shop(world.owner, county="632221", name="门源面馆")
    text = phone.get(reverse("subsidies:apply", args=["new_shop"]), {"shop": elsewhere.number}).content.decode()
    assert "马氏牛肉面" in text
    assert "门源面馆" in text
    assert text.count('class="check check-bad"') == 1
    assert text.count(f'action="{reverse("subsidies:begin", args=["new_shop"])}"') == 1


def test_a_shop_that_waits_for_its_office_is_not_asked_for_again(client, db):
    world = make.world()
    stranger = accounts.owner("13812345699")
    claim(by=stranger, enterprise=world.shop, note="我是经营者")
    sign_in(client, stranger)
    text = client.get(reverse("subsidies:apply", args=["new_shop"])).content.decode()
    assert world.shop.name in text and "还在核实" in text
    assert "查找我的店铺" not in text
    assert reverse("subsidies:begin", args=["new_shop"]) not in text


def test_begin_twice_opens_the_same_draft(world, phone):
    begin = reverse("subsidies:begin", args=["new_shop"])
    first = phone.post(begin, {"enterprise": world.shop.number})
    again = phone.post(begin, {"enterprise": world.shop.number})
    assert first.status_code == again.status_code == 302
    assert first.url == again.url
    assert Application.objects.count() == 1
    for number in (make.shop().number, "", "\0", "E" * 2000, "E0000000１"):
        assert phone.post(begin, {"enterprise": number}).status_code == 404


def test_every_screen_opens(world, phone):
    application = make.draft(world)
    for step in steps.steps(application.scheme_version):
        page = phone.get(address(application, step.slug))
        assert page.status_code == 200, step.slug
        assert step.label in page.content.decode()
    for name in ("detail", "withdraw"):
        assert phone.get(address(application, name)).status_code == 200
    assert phone.get(reverse("subsidies:my_list")).status_code == 200
    assert phone.get(address(application, "receipt")).status_code == 302


def test_a_change_is_saved_at_once_and_says_so(world, phone):
    application = make.draft(world)
    answer = phone.post(
        address(application, "part-1"),
        {"place_kind": "china", "floor_area": "60", "rev": "0", "changed": "floor_area"}, **HTMX,
    )
    assert answer.status_code == 200
    event = json.loads(answer["HX-Trigger"])["draft-saved"]
    assert event["rev"] == 1
    assert event["note"]
    assert 'id="todo"' in answer.content.decode()
    application.refresh_from_db()
    assert application.answers["floor_area"] == "60"
    stale = phone.post(address(application, "part-1"), {"floor_area": "70", "rev": "0"}, **HTMX)
    assert stale.status_code == 409
    application.refresh_from_db()
    assert application.answers["floor_area"] == "60"


def test_a_screen_never_touches_the_answers_of_another(world, phone):
    application = make.fill(make.draft(world), world.owner)
    before = dict(application.answers)
    phone.post(address(application, "part-2"), {
        "trading_since": "2020-08-01", "staff": "5", "staff_home": "2", "rev": str(application.rev),
        "state": "paid", "amount_requested": "999999", "floor_area": "4000",
    })
    application.refresh_from_db()
    assert application.state == State.DRAFT
    assert application.answers["floor_area"] == before["floor_area"]
    assert application.answers["staff"] == 5


def test_what_is_not_valid_is_kept_as_typed_with_a_message(world, phone):
    application = make.draft(world)
    page = phone.post(address(application, "part-1"), {"place_kind": "china", "floor_area": "很大", "rev": "0"})
    assert page.status_code == 422
    assert "很大" in page.content.decode()
    assert "很大" in phone.get(address(application, "part-1")).content.decode()
    application.refresh_from_db()
    assert "floor_area" not in application.answers
    assert application.answers["place_kind"] == "china"


def test_documents_are_bound_and_a_strangers_file_is_refused(world, phone):
    application = make.draft(world)
    mine, foreign = make.photo(world.owner), make.photo(make.staff("other", ("helper", world.guangzhou)))
    saved = phone.post(address(application, "documents"), {"license": str(mine.pk), "rev": "0"}, **HTMX)
    assert saved.status_code == 200
    page = phone.post(address(application, "documents"), {"license": str(mine.pk), "shop_front": str(foreign.pk),
                                                          "rev": "1"})
    assert page.status_code == 422
    assert [material.key for material in application.files()] == ["license"]
    mine.refresh_from_db()
    assert mine.subject_id == str(application.pk)
    phone.post(address(application, "documents"), {"rev": "2"}, **HTMX)
    assert not application.files().exists()
    assert application.materials.count() == 1  # what was given stays on record


def test_payee_screen(world, phone):
    application = make.draft(world)
    url = address(application, "payees")
    early = phone.post(url, {**make.PAYEE, "rev": "0"})
    assert early.status_code == 422  # the amount is not known yet
    application = make.fill(application, world.owner, without=("payees",))
    bad = phone.post(url, {**make.PAYEE, "id_number": "632123198501015550", "rev": application.rev})
    assert bad.status_code == 422
    assert "马建国" in bad.content.decode()
    good = phone.post(url, {**make.PAYEE, "rev": application.rev})
    assert good.status_code == 302
    text = phone.get(url).content.decode()
    assert make.PAYEE["account"] not in text
    assert make.PAYEE["account"][-4:] in text


def test_an_account_on_file_needs_a_fresh_code(world, phone):
    application = make.fill(make.draft(world), world.owner)
    line = application.payee_lines.get()
    url = address(application, "payee", line=line.pk)
    assert phone.get(url).status_code == 200
    session = phone.session
    session["confirmed"] = 0
    session.save()
    assert phone.get(url).url.startswith(reverse("accounts:confirm"))
    assert phone.post(url, {**make.PAYEE, "rev": application.rev}).url.startswith(reverse("accounts:confirm"))


def test_hand_in_twice_gives_one_receipt(world, phone):
    application = make.fill(make.draft(world), world.owner)
    url = address(application, "review")
    text = phone.get(url).content.decode()
    key = text.split('name="key" value="')[1][:36]
    first = phone.post(url, {"key": key, "rev": application.rev})
    again = phone.post(url, {"key": key, "rev": application.rev})
    late = phone.post(url, {"key": str(uuid.uuid4()), "rev": application.rev})
    assert {answer.url for answer in (first, again, late)} == {address(application, "receipt")}
    application.refresh_from_db()
    assert application.number in phone.get(first.url).content.decode()
    assert application.log.count() == 1
    detail = phone.get(address(application)).content.decode()
    assert "化隆县拉面服务中心" in detail
    assert phone.get(address(application, "part-1")).status_code == 302
    assert phone.post(address(application, "part-1"), {"rev": application.rev, "seats": "9"}).status_code == 403


@pytest.mark.parametrize("post", [{}, {"key": "x"}, {"key": ""}, {"rev": "9" * 400}])
def test_an_incomplete_hand_in_is_a_message(world, phone, post):
    application = make.fill(make.draft(world), world.owner)
    page = phone.post(address(application, "review"), post)
    assert page.status_code in (409, 422)
    application.refresh_from_db()
    assert application.state == State.DRAFT


def test_withdraw_asks_once_more(world, phone):
    application = make.submitted(world)
    url = address(application, "withdraw")
    assert phone.get(url).status_code == 200
    assert phone.post(url, {"version": "1"}).status_code == 409  # seen before it moved
    assert phone.post(url, {"version": str(application.version)}).status_code == 302
    application.refresh_from_db()
    assert application.state == State.WITHDRAWN
    assert phone.get(address(application)).status_code == 200


def test_nobody_else_finds_it(world, client):
    application = make.fill(make.draft(world), world.owner)
    pages = ["detail", "lost", "documents", "payees", "declaration", "review", "part-1", "correct", "withdraw"]
    for user in (
        type(world.owner).objects.create_owner(phone="13900000009"),
        make.staff("clerk", ("clerk", world.bureau)),
    ):
        sign_in(client, user)
        for page in pages:
            expected = 404 if user.kind == "owner" else 403
            assert client.get(address(application, page)).status_code == expected, page
            assert client.post(address(application, page)).status_code in (expected, 405), page


def test_lists_run_under_a_fixed_number_of_queries(world, phone):
    """The same number with one row and with four."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    pages = [reverse("subsidies:my_list"), reverse("subsidies:apply", args=["new_shop"]), reverse("subsidies:schemes")]
    counts = []
    for _round in range(2):
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert phone.get(page).status_code == 200
            counts.append(len(queries))
        for _n in range(3):
            make.draft(world, enterprise=make.shop(world.owner))
            make.shop(world.owner)
    assert counts[:3] == counts[3:]
    assert max(counts) <= 15


def test_screens_run_under_a_limit_of_queries(world, phone):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    application = make.fill(make.draft(world), world.owner)
    for name in ("part-1", "documents", "payees", "declaration", "review", "detail"):
        with CaptureQueriesContext(connection) as queries:
            phone.get(address(application, name))
        assert len(queries) <= 30, name
