"""Each guard of the pledges is needed: with it the violation does not happen, without it it does."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import F

from bureau.common import clock
from bureau.common.crypto import blind_index
from bureau.workflow import NotDone, perform
from programs import actions
from programs.models import Answer, Feedback, FeedbackLog, Pledge, PledgeDateChange, PledgeLog, ProgressNote
from tests.factories import pledges as make
from tests.harness.test_guards import both, patch, sql, without_constraint, without_trigger

PLEDGE, FEEDBACK = "programs_pledge", "programs_feedback"


@dataclass
class House:
    desk: make.Desk
    draft: Pledge
    public: Pledge
    said: Feedback


@pytest.fixture
def house(desk):
    public = make.note(make.published(desk), desk)
    made = House(desk, make.draft(desk), public, make.shown(public, desk))
    sql("set constraints all immediate; set constraints all deferred")
    return made


def happens(house, violation) -> bool:
    with transaction.atomic():
        sql("set constraints all deferred")
        try:
            with transaction.atomic():
                answer = violation(house)
                sql("set constraints all immediate")
        except (DatabaseError, ValidationError, NotDone):
            answer = False
        transaction.set_rollback(True)
    return answer is not False


def writer_publishes(house):
    now = {"published_at": clock.now(), "published_on": clock.today(), "published_by": house.desk.clerk}
    PledgeDateChange.objects.create(pledge=house.draft, new=house.draft.due_on, by=house.desk.clerk,
                                    region=house.draft.region, unit=house.draft.unit)
    PledgeLog.objects.create(subject=house.draft, name="publish", before="draft", after="published", version=2,
                             at=clock.now(), effective_date=clock.today())
    return Pledge.objects.filter(pk=house.draft.pk).update(state="published", version=2, **now) == 1


def writer_publishes_at_the_desk(house):
    return perform(house.draft, "publish", by=house.desk.clerk).state == "published"


def text_rewritten(house):
    return Pledge.objects.filter(pk=house.public.pk).update(text_zh="从来没有承诺过") == 1


def date_moved_in_silence(house):
    return Pledge.objects.filter(pk=house.public.pk).update(due_on=F("due_on") + timedelta(days=90)) == 1


def date_history_rewritten(house):
    return house.public.dates.update(new=F("new") + timedelta(days=1)) > 0


def history_that_does_not_follow(house):
    first = house.public.dates.get()
    day = first.new + timedelta(days=9)
    PledgeDateChange.objects.create(pledge=house.public, old=first.new + timedelta(days=1), new=day, reason="x",
                                    by=house.desk.clerk, region=first.region, unit=first.unit)
    return Pledge.objects.filter(pk=house.public.pk).update(due_on=day) == 1


def note_rewritten(house):
    return ProgressNote.objects.filter(pledge=house.public).update(percent=100) > 0


def state_jumped(house):
    PledgeLog.objects.create(subject=house.draft, name="fulfill", before="draft", after="fulfilled", version=2,
                             at=clock.now(), effective_date=clock.today())
    PledgeDateChange.objects.create(pledge=house.draft, new=house.draft.due_on, by=house.desk.clerk,
                                    region=house.draft.region, unit=house.draft.unit)
    return Pledge.objects.filter(pk=house.draft.pk).update(
        state="fulfilled", version=2, closed_on=clock.today(), published_at=clock.now(), published_on=clock.today(),
        published_by=house.desk.head) == 1


def shown_without_a_log(house):
    row = make.said(house.public)
    return Feedback.objects.filter(pk=row.pk).update(state="shown", version=2) == 1


def log_rewritten(house):
    return FeedbackLog.objects.filter(subject=house.said).update(comment="x") > 0


def rating_rewritten(house):
    return Feedback.objects.filter(pk=house.said.pk).update(rating=1) == 1


def said_row(pledge, user, **fields):
    values = {"rating": 5, "phone_index": blind_index(user.phone, "phone"), "address": "203.0.113.1",
              "region": pledge.region, "unit": pledge.unit}
    return Feedback.objects.create(pledge=pledge, user=user, **(values | fields))


def same_phone_twice(house):
    return said_row(house.public, house.said.user)


def same_phone_twice_on_the_page(house):
    return make.said(house.public, by=house.said.user)


def six_stars(house):
    return said_row(house.public, make.citizen(), rating=6)


def said_on_a_draft(house):
    return said_row(house.draft, make.citizen())


def answer_to_what_is_not_shown(house):
    row = make.said(house.public)
    return Answer.objects.create(feedback=row, text="答", by=house.desk.clerk, unit=row.unit, region=row.region)


def answer_rewritten(house):
    perform(house.said, "answer", by=house.desk.clerk, data={"text": "答"})
    return Answer.objects.update(text="别的答复") > 0


def taken_back_by_another(house):
    return actions.take_back(feedback=house.said, by=make.citizen()).state == "withdrawn"


GUARDS = {
    "two people": (writer_publishes, without_constraint(PLEDGE, "pledge_two_people")),
    "two people, at the desk": (writer_publishes_at_the_desk, both(
        without_constraint(PLEDGE, "pledge_two_people"), lambda patcher: _let_pass(patcher, "programs.Pledge", "publish"))),
    "text of a public pledge": (text_rewritten, without_trigger(PLEDGE, "pledge_keeps")),
    "dates on record": (date_moved_in_silence, without_trigger(PLEDGE, "pledge_dated")),
    "dates are kept": (date_history_rewritten, both(
        without_trigger("programs_pledgedatechange", "datechange_append_only"))),
    "dates follow each other": (history_that_does_not_follow,
                                without_trigger("programs_pledgedatechange", "datechange_follows")),
    "notes are kept": (note_rewritten, without_trigger("programs_progressnote", "progressnote_append_only")),
    "edges of the states": (state_jumped, without_trigger(PLEDGE, f"guard_{PLEDGE}_edge")),
    "a log for each state": (shown_without_a_log, without_trigger(FEEDBACK, f"guard_{FEEDBACK}_logged_u")),
    "log is kept": (log_rewritten, without_trigger("programs_feedbacklog", f"guard_{FEEDBACK}_kept")),
    "what was said is kept": (rating_rewritten, without_trigger(FEEDBACK, "feedback_keeps")),
    "one for each phone": (same_phone_twice, without_constraint(FEEDBACK, "feedback_once_per_phone")),
    "one for each phone, on the page": (same_phone_twice_on_the_page, both(
        without_constraint(FEEDBACK, "feedback_once_per_phone"), patch("programs.permissions.rate_reasons", lambda *a: []))),
    "one to five": (six_stars, without_constraint(FEEDBACK, "feedback_rating_1_to_5")),
    "only where it is open": (said_on_a_draft, without_trigger(FEEDBACK, "feedback_where_open")),
    "answers to what is shown": (answer_to_what_is_not_shown, without_trigger("programs_answer", "answer_where_shown")),
    "answers are kept": (answer_rewritten, without_trigger("programs_answer", "answer_append_only")),
    "one's own only": (taken_back_by_another, lambda patcher: _let_pass(patcher, "programs.Feedback", "take_back")),
}


def _let_pass(patcher, label: str, name: str) -> None:
    """The step without its guards."""
    from bureau.workflow.table import all_workflows

    table = next(one for one in all_workflows() if one.model_label == label)
    step = table[name]
    patcher.setitem(table._by_name, name, type(step)(**{**vars(step), "guards": ()}))


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_holds_and_is_needed(name, house, monkeypatch):
    violation, remove = GUARDS[name]
    assert not happens(house, violation)
    with transaction.atomic():
        remove(monkeypatch)
        assert happens(house, violation)
        transaction.set_rollback(True)
