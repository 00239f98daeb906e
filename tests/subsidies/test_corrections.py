"""A correction opens what it names and nothing else; the clock of the office stands still meanwhile."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from bureau.common import clock, workdays
from bureau.workflow import Refused, perform
from subsidies import permissions, queries
from subsidies.actions import application as actions
from subsidies.actions import correction as corrections
from subsidies.actions import papers
from subsidies.enums import State
from tests.factories import subsidies as make
from tests.subsidies.test_owner_pages import address, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return make.world()


@pytest.fixture
def intake(world):
    return make.staff("intake", ("intake", world.county))


def returned(world, intake, *items, state="submitted"):
    """An application sent back for (kind, key) items."""
    application = make.submitted(world)
    items = [{"kind": kind, "key": key, "note": f"请更正{key or kind}"} for kind, key in items]
    return perform(application, "ask_correction", by=intake, data={"items": items, "note": ""})


def save(application, by, **answers):
    return actions.save_answers(
        application=application, by=by, rev=application.rev, read=lambda row: (set(answers), dict(answers))
    )


def test_only_the_named_field_opens(world, intake):
    application = returned(world, intake, ("field", "seats"))
    allowed = permissions.unlocked(application, world.owner)
    assert allowed.fields == {"seats"}
    assert allowed.materials == frozenset()
    assert not allowed.payees
    assert not allowed.declaration
    save(application, world.owner, seats=30, floor_area="4999")
    application.refresh_from_db()
    assert application.answers["seats"] == 30
    assert application.answers["floor_area"] == make.ANSWERS["floor_area"]
    with pytest.raises(PermissionDenied):
        papers.save_payee(application=application, by=world.owner, rev=application.rev, values=dict(make.PAYEE))
    with pytest.raises(PermissionDenied):
        actions.sign(application=application, by=world.owner, rev=application.rev, sheet=make.photo(world.owner))
    papers.save_documents(application=application, by=world.owner, rev=application.rev, files={"license": []})
    assert {material.key for material in application.files()} == set(make.DOCUMENTS)


def test_a_document_opens_alone_and_the_old_one_stays_on_record(world, intake):
    application = returned(world, intake, ("material", "license"))
    files = {"license": [make.photo(world.owner, "new.jpg")], "identity": []}
    papers.save_documents(application=application, by=world.owner, rev=application.rev, files=files)
    assert [material.attachment.name for material in application.files() if material.key == "license"] == ["new.jpg"]
    assert application.materials.filter(key="license").count() == 2
    assert any(material.key == "identity" for material in application.files())


def test_what_hangs_on_a_corrected_answer_opens_with_it(world, intake):
    application = returned(world, intake, ("field", "run_by"))
    allowed = permissions.unlocked(application, world.owner)
    assert {"run_by", "runner_name", "runner_relation", "runner_phone"} == allowed.fields
    assert "kinship" in allowed.materials


def test_the_amount_follows_a_corrected_answer(world, intake):
    application = returned(world, intake, ("field", "floor_area"))
    assert application.amount_requested == Decimal("2500")
    application = save(application, world.owner, floor_area="130")
    assert application.payee_total() == Decimal("5000")
    done = corrections.resubmit(application=application, by=world.owner, rev=application.rev)
    assert done.amount_requested == Decimal("5000")
    assert done.state == State.SUBMITTED


def test_nothing_changed_nothing_handed_in(world, intake):
    application = returned(world, intake, ("field", "seats"), ("material", "license"))
    assert [item.key for item in queries.unanswered(application)] == ["seats", "license"]
    with pytest.raises(Refused):
        corrections.resubmit(application=application, by=world.owner, rev=application.rev)
    application = save(application, world.owner, seats=31)
    with pytest.raises(Refused):
        corrections.resubmit(application=application, by=world.owner, rev=application.rev)


def test_rounds_are_counted_and_one_is_open_at_a_time(world, intake):
    application = returned(world, intake, ("field", "seats"))
    application = save(application, world.owner, seats=31)
    application = corrections.resubmit(application=application, by=world.owner, rev=application.rev)
    items = [{"kind": "field", "key": "staff", "note": "几个人"}]
    application = perform(
        application, "ask_correction", by=intake, data={"items": items, "reason": "材料前后不一致"}
    )
    assert application.round() == 2
    assert application.open_correction().round == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        corrections.ask_correction_rows(application, intake, items)


def test_the_clock_of_the_office_stands_still(world, intake):
    application = make.submitted(world)
    before = application.current_wait()
    left = workdays.between(clock.today(), before.due_on)
    application = perform(
        application, "ask_correction", by=intake,
        data={"items": [{"kind": "field", "key": "seats", "note": "餐位"}], "note": ""},
    )
    assert application.current_wait() is None
    assert application.open_correction().days_left == left
    clock.shift(timedelta(days=21))
    application = save(application, world.owner, seats=31)
    application = corrections.resubmit(application=application, by=world.owner, rev=application.rev)
    assert application.current_wait().due_on == workdays.add(clock.today(), max(left, 1))


def test_the_page_shows_the_reason_and_saves_only_what_is_open(world, intake, client):
    application = returned(world, intake, ("field", "seats"), ("payees", ""))
    sign_in(client, world.owner)
    url = address(application, "correct")
    text = client.get(url).content.decode()
    assert "请更正seats" in text
    assert 'name="seats"' in text
    assert 'name="floor_area"' not in text
    assert client.get(address(application, "part-1")).url == url
    part = str(application.open_correction().items.get(key="seats").pk)
    saved = client.post(url, {"part": part, "seats": "33", "floor_area": "4999", "rev": application.rev},
                        HTTP_HX_REQUEST="true")
    assert saved.status_code == 200
    assert f'id="item-{part}"' in saved.content.decode()
    application.refresh_from_db()
    assert application.answers["seats"] == 33
    assert application.answers["floor_area"] == make.ANSWERS["floor_area"]
    early = client.post(url, {"rev": application.rev})
    assert early.status_code == 422
    line = application.payee_lines.get()
    values = {**make.PAYEE, "id_number": "", "account": "6228480402564890026", "rev": application.rev}
    assert client.post(address(application, "payee", line=line.pk), values).url == url
    application.refresh_from_db()
    assert client.post(url, {"rev": application.rev}).url == address(application)
    application.refresh_from_db()
    assert application.state == State.SUBMITTED
    assert client.get(url).url == address(application)
    assert "6228480402564890026" not in client.get(address(application)).content.decode()


def test_the_timeline_says_what_happened_and_what_comes_next(world, intake, client):
    application = returned(world, intake, ("field", "seats"))
    sign_in(client, world.owner)
    text = client.get(address(application)).content.decode()
    assert "化隆县拉面服务中心" in text
    assert "intake" not in text  # offices, never persons
    assert "请更正seats" in text


def test_no_second_submission_by_the_first_door(world, intake, client):
    application = returned(world, intake, ("field", "seats"))
    sign_in(client, world.owner)
    answer = client.post(address(application, "review"), {"key": str(uuid.uuid4()), "rev": application.rev})
    assert answer.url == address(application, "correct")
    application.refresh_from_db()
    assert application.state == State.RETURNED
    assert client.get(reverse("subsidies:my_list")).status_code == 200
