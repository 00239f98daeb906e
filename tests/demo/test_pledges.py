"""The demo's pledges lived by the rules, and give their figures."""

import json
from collections import defaultdict
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection

from bureau.common.periods import Period
from bureau.metrics import compute, records
from bureau.workflow.table import workflow_of
from demo.haidong.pledges import TOLD
from programs import queries
from programs.models import Feedback, FeedbackLog, Pledge, PledgeLog

pytestmark = [pytest.mark.django_db, pytest.mark.demo]
YEAR = Period.between(date(2021, 1, 1), date(2021, 5, 20))


@pytest.mark.parametrize(("model", "log"), [(Pledge, PledgeLog), (Feedback, FeedbackLog)])
def test_every_log_walks_through_the_transition_table(model, log):
    table, logs = workflow_of(model), defaultdict(list)
    for row in log.objects.order_by("subject_id", "version"):
        logs[row.subject_id].append(row)
    birth = table.births()[0]
    for pk, state, version in model.objects.values_list("pk", "state", "version"):
        at = birth
        for number, row in enumerate(logs[pk], start=2):
            step = table[row.name]
            assert (row.before, row.version) == (at, number)
            assert row.before in map(str, step.sources) and row.after in map(str, step.ends)
            at = row.after
        assert (at, version) == (state, len(logs[pk]) + 1)
        moments = [row.at for row in logs[pk]]
        assert moments == sorted(moments)


def test_figures_and_their_records(capsys):
    call_command("figures", "--as-of", "2021-05-20", "--json")
    found = {row["key"]: row for row in json.loads(capsys.readouterr().out)}
    published = [told for told in TOLD if told.published]
    said = [one for told in TOLD for one in told.said]
    want = {
        "pledges.published": len(published),
        "pledges.fulfilled": sum(bool(told.ended) and told.ended[1] == "fulfilled" for told in published),
        "pledges.open": sum(not told.ended for told in published),
        "pledges.overdue": sum(not told.ended and told.due < "05-20" for told in published),
        "pledges.ratings": sum(one.state == "shown" for one in said),
        "feedback.received": len(said),
        "feedback.answered": sum(bool(one.answer) for one in said),
    }
    assert want["pledges.published"] == 18 and want["pledges.overdue"] == 3
    for key, value in want.items():
        assert (found[key]["value"], found[key]["records"]) == (value, records(key, YEAR).count()), key


def test_what_was_overdue_on_a_past_day_stays_so():
    """One pledge was late from 1 to 7 May, got a new date, and was late again from 16 May."""
    def late(day):
        return compute(["pledges.overdue"], [Period.between(day, day)]).value("pledges.overdue")

    assert [late(date(2021, 5, number)) for number in (1, 7, 8, 15, 16)] == [3, 3, 2, 2, 3]


def test_what_was_said_is_shown_as_the_rules_want():
    assert {row.state for row in Feedback.objects.all()} == {"waiting", "shown", "hidden"}
    assert Feedback.objects.filter(is_suspect=True).exclude(state="waiting").count() == 0
    assert "13800001234" not in " ".join(Feedback.objects.values_list("comment", flat=True))
    assert not Feedback.objects.filter(unit__code="haidong", is_masked=True, comment__contains="1380").exists()
    assert len(list(queries.public_list({}))) == 18


def test_the_database_has_nothing_against_it():
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("update programs_pledge set version = version where false")
