"""A pledge from its draft to its end: two people, dates on record, notes that stay."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bureau.accounts.roles import Role
from bureau.common import clock
from bureau.notifications.models import Notification
from bureau.workflow import Refused, perform
from programs import actions
from programs.enums import State
from programs.forms import DueForm, ProgressForm, PublishForm, WithdrawForm
from programs.models import Pledge
from tests.factories import accounts
from tests.factories import pledges as make
from tests.harness.pages import browser, parsed


def test_who_wrote_it_does_not_publish_it(desk):
    pledge = make.draft(desk)
    with pytest.raises(Refused, match="second person|第二人"):
        perform(pledge, "publish", by=desk.clerk)
    second = accounts.staff(Role.CLERK, unit=desk.unit)
    Pledge.objects.filter(pk=pledge.pk).update(edited_by=second)
    with pytest.raises(Refused):
        perform(pledge, "publish", by=second)
    pledge = perform(pledge, "publish", by=desk.head)
    assert (pledge.state, pledge.published_by, pledge.published_on) == (State.PUBLISHED, desk.head, clock.today())
    assert [(row.old, row.new) for row in pledge.dates.all()] == [(None, pledge.due_on)]


@pytest.mark.parametrize(("language", "title"), [("zh-hans", "新增承诺"), ("en", "New pledge")])
def test_the_page_of_a_new_one_is_titled_like_the_button_that_leads_there(desk, language, title):
    clerk = browser(desk.clerk)
    clerk.cookies["language"] = language
    page = parsed(clerk.get("/admin/programs/pledge/add/"))
    assert page.xpath("//h1")[0].text_content().strip() == title and title in page.findtext(".//title")
    link = parsed(clerk.get("/admin/programs/pledge/")).xpath("//a[contains(@class, 'addlink')]")[0]
    assert link.text_content().strip() == title


def test_another_office_may_neither_publish_nor_report(desk):
    other = make.desk("630202")
    with pytest.raises(Refused):
        perform(make.draft(desk), "publish", by=other.head)
    with pytest.raises(Refused):
        make.note(make.published(desk), other)


def test_every_change_of_the_date_is_kept(desk):
    pledge = make.published(desk)
    first = pledge.due_on
    for days in (40, 60):
        form = DueForm({"due_on": str(clock.today() + timedelta(days=days)), "reason": "疫情影响"}, case=pledge, user=desk.clerk)
        assert form.is_valid(), form.errors
        pledge = perform(pledge, "change_due", by=desk.clerk, data=form.cleaned_data)
    changes = list(pledge.dates.all())
    assert [change.new for change in changes] == [first, clock.today() + timedelta(days=40), pledge.due_on]
    assert [change.old for change in changes] == [None, first, clock.today() + timedelta(days=40)]
    assert all(change.reason == "疫情影响" and change.by == desk.clerk for change in changes[1:])


def test_fulfilled_only_with_a_note_of_100_percent(desk):
    pledge = make.note(make.published(desk), desk, percent=90)
    with pytest.raises(Refused, match="100%"):
        perform(pledge, "fulfill", by=desk.clerk, data={"closed_on": clock.today(), "note": "好"})
    make.note(pledge, desk, percent=100)
    done = perform(pledge, "fulfill", by=desk.clerk, data={"closed_on": clock.today(), "note": "好"})
    assert (done.state, done.closed_on) == (State.FULFILLED, clock.today())
    with pytest.raises(Refused):
        make.note(done, desk)


def test_withdrawn_with_its_reason_which_the_public_reads(desk, client):
    pledge = make.published(desk)
    assert not WithdrawForm({"closed_on": str(clock.today()), "note": ""}, case=pledge, user=desk.clerk).is_valid()
    perform(pledge, "withdraw", by=desk.clerk, data={"closed_on": clock.today(), "note": "政策已调整"})
    page = client.get(pledge.get_absolute_url())
    assert "政策已调整" in page.content.decode()


@pytest.mark.parametrize("percent", ["", "101", "-1", "50.5", "1E2", "五十"])
def test_percent_is_a_whole_number_up_to_100(desk, percent):
    data = {"text": "进展", "percent": percent, "noted_on": str(clock.today())}
    assert "percent" in ProgressForm(data, case=make.published(desk), user=desk.clerk).errors


def test_nobody_publishes_what_was_changed_while_he_read_it(desk):
    pledge = make.draft(desk)
    read = PublishForm(case=pledge, user=desk.head)["seen"].initial
    pledge.text_zh = "另一项承诺"
    pledge.save()
    assert not PublishForm({"seen": read}, case=pledge, user=desk.head).is_valid()
    assert PublishForm({"seen": pledge.fingerprint()}, case=pledge, user=desk.head).is_valid()


def test_a_draft_is_written_and_changed_at_the_desk(desk):
    client = browser(desk.clerk)
    data = {
        "made_by": "person", "person_name": "韩立", "person_post": "主任", "organization": "", "occasion": "局务会",
        "effective_date": "2021-03-01", "category": "money", "text_zh": "年内走访100户", "text_en": "", "measure_zh": "走访记录",
        "measure_en": "", "due_on": str(clock.today() + timedelta(days=9)), "unit": desk.unit.pk, "region": desk.unit.region_id,
    }
    answer = client.post(reverse("admin:programs_pledge_add"), data)
    pledge = Pledge.objects.get()
    assert answer.headers["Location"] == reverse("admin:programs_pledge_change", args=[pledge.pk])
    assert (pledge.entered_by, pledge.state) == (desk.clerk, "draft")
    page = reverse("admin:programs_pledge_change", args=[pledge.pk])
    other = accounts.staff(Role.CLERK, unit=desk.unit)
    assert browser(other).post(page, data | {"text_zh": "年内走访120户"}).status_code == 302
    pledge.refresh_from_db()
    assert (pledge.text_zh, pledge.edited_by) == ("年内走访120户", other)
    assert client.post(page, data | {"person_name": ""}).status_code == 200
    perform(pledge, "publish", by=desk.head)
    assert client.post(page, data).status_code == 403
    assert "年内走访120户" in client.get(page).content.decode()


def test_offices_are_reminded_once_for_each_date(desk):
    make.published(desk, due_on=clock.today() + timedelta(days=5))
    late = make.published(desk)
    Pledge.objects.filter(pk=late.pk)  # stays due in thirty days
    actions.remind()
    actions.remind()
    told = Notification.objects.filter(kind__startswith="programs.")
    assert [(row.to, row.kind) for row in told] == [(desk.clerk, "programs.due_soon")]
