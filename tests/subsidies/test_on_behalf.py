"""Entered by an office from the paper: the owner is told, may look, take over and go on."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from bureau.accounts.models import User
from bureau.notifications.models import Notification
from subsidies import permissions
from subsidies.actions import application as actions
from subsidies.enums import State
from subsidies.models import Application
from tests.factories import subsidies as make
from tests.subsidies.test_owner_pages import address, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return make.world()


@pytest.fixture
def helper(world):
    return make.staff("helper", ("helper", world.guangzhou))


def entered(world, helper, *, phone="13700000007", shop=None):
    application, _created = actions.start(
        scheme=world.scheme, enterprise=shop or make.shop(phone=phone), by=helper, phone=phone,
        entry_unit=world.guangzhou, source=make.photo(helper, "paper.jpg"),
    )
    return application


def entry(application, name, **kwargs):
    return reverse(f"subsidies:entry_{name}", kwargs={"scheme": "new_shop", "ref": application.ref, **kwargs})


def test_who_entered_it_where_and_from_what(world, helper):
    application = entered(world, helper)
    assert application.is_on_behalf
    assert (application.entered_by, application.entry_unit) == (helper, world.guangzhou)
    assert application.source.name == "paper.jpg"
    assert application.unit == world.county  # the home county still does the review
    owner = User.objects.get(phone="13700000007")
    assert application.applicant == owner
    notice = Notification.objects.get(to=owner)
    assert notice.kind == "subsidies.entered"


def test_the_office_hands_it_in_for_him(world, helper):
    application = make.fill(entered(world, helper), helper)
    done = actions.submit(application=application, by=helper, key=uuid.uuid4(), rev=application.rev)
    assert done.state == State.SUBMITTED
    assert done.log.get().unit == world.guangzhou


def test_the_owner_looks_and_takes_over(world, helper, client):
    application = entered(world, helper)
    owner = application.applicant
    assert permissions.fill_reasons(application, owner)
    sign_in(client, owner)
    assert client.get(address(application)).status_code == 200
    paper = client.get(reverse("attachments:download", args=[application.source_id]))
    assert paper.status_code == 200
    assert b"".join(paper.streaming_content).startswith(b"\xff\xd8")
    assert client.get(address(application, "part-1")).url == address(application)
    client.post(reverse("subsidies:my_take_over", args=[application.ref]))
    application.refresh_from_db()
    assert application.taken_over_by == owner
    assert client.get(address(application, "part-1")).status_code == 200
    assert permissions.fill_reasons(application, helper)
    with pytest.raises(PermissionDenied):
        actions.save_answers(
            application=application, by=helper, rev=application.rev, read=lambda row: ({"seats"}, {"seats": 1})
        )
    done = make.fill(application, owner)
    done = actions.submit(application=done, by=owner, key=uuid.uuid4(), rev=done.rev)
    assert done.state == State.SUBMITTED


def test_nobody_takes_over_what_is_not_his(world, helper, client):
    application = entered(world, helper)
    sign_in(client, world.owner)
    assert client.post(reverse("subsidies:my_take_over", args=[application.ref])).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.take_over(application=application, by=helper)


def test_the_pages_of_the_office(world, helper, client):
    shop = make.shop(phone="13700000007", name="广州拉面")
    sign_in(client, helper)
    assert client.get(reverse("subsidies:entry_index")).url == reverse("subsidies:entry", args=["new_shop"])
    found = client.get(reverse("subsidies:entry", args=["new_shop"]), {"q": "广州拉面"})
    begin = reverse("subsidies:entry_begin", args=["new_shop", shop.number])
    assert begin in found.content.decode()
    assert client.get(begin).status_code == 200
    assert client.post(begin, {"phone": "12", "paper": ""}).status_code == 422
    answer = client.post(begin, {"phone": "13700000007", "paper": str(make.photo(helper).pk)})
    application = Application.objects.get()
    assert answer.url == entry(application, "lost")
    for name in ("documents", "payees", "declaration", "review", "detail", "withdraw"):
        assert client.get(entry(application, name)).status_code == 200, name
    section = entry(application, "section", slug="part-1")
    page = client.get(section)
    assert reverse("attachments:download", args=[application.source_id]) in page.content.decode()
    assert client.post(section, {"place_kind": "china", "rev": "0"}).status_code == 302


def test_an_office_elsewhere_does_not_find_it(world, helper, client):
    application = entered(world, helper)
    wuhan = make.unit("wuhan", "outside", "驻武汉办事处", "Wuhan office",
                      world.guangzhou.region.__class__.objects.by_code("420111"), world.bureau)
    for user in (make.staff("far", ("helper", wuhan)), make.staff("near", ("intake", world.other_county))):
        sign_in(client, user)
        assert client.get(entry(application, "detail")).status_code == 404
        assert client.get(entry(application, "review")).status_code == 404
    sign_in(client, world.owner)
    assert client.get(entry(application, "detail")).status_code == 403


def test_the_owners_own_application_is_not_entered_twice(world, helper, client):
    make.draft(world)
    with pytest.raises(ValidationError):
        entered(world, helper, phone=world.owner.phone, shop=world.shop)
    sign_in(client, helper)
    begin = reverse("subsidies:entry_begin", args=["new_shop", world.shop.number])
    page = client.post(begin, {"phone": world.owner.phone, "paper": str(make.photo(helper).pk)})
    assert page.status_code == 422
    assert Application.objects.count() == 1


@pytest.mark.parametrize("q", ["%00", "‮", "x" * 300, "%_\\", "' or 1=1--", "　"])
def test_odd_searches_are_answered(world, helper, client, q):
    sign_in(client, helper)
    assert client.get(reverse("subsidies:entry", args=["new_shop"]), {"q": q}).status_code in (200, 400)


def test_what_is_to_be_completed_waits_for_the_office_until_the_owner_takes_over(world, helper):
    from subsidies.homes import entered_by_my_office

    application = entered(world, helper)
    assert list(entered_by_my_office(helper)) == [application]
    assert list(entered_by_my_office(world.owner)) == []
    actions.take_over(application=application, by=application.applicant)
    assert list(entered_by_my_office(helper)) == []
