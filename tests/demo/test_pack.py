"""The demo's records give the published figures, and lived by the rules."""

from collections import defaultdict
from decimal import Decimal

import pytest
from django.core.management import call_command

from bureau.workflow.table import workflow_of
from subsidies.actions.ledger import drift
from subsidies.models import Application, ApplicationLog, BudgetLine, Review

pytestmark = [pytest.mark.django_db, pytest.mark.demo]


def test_every_log_walks_through_the_transition_table():
    table = workflow_of(Application)
    logs = defaultdict(list)
    for row in ApplicationLog.objects.order_by("subject_id", "version"):
        logs[row.subject_id].append(row)
    states = dict(Application.objects.values_list("pk", "state"))
    assert len(states) > 1900
    for pk, state in states.items():
        at = "draft"
        for row in logs[pk]:
            step = table[row.name]
            assert row.before == at
            assert row.before in map(str, step.sources), row
            assert row.after in map(str, step.ends), row
            at = row.after
        assert at == state
        moments = [row.at for row in logs[pk]]
        assert moments == sorted(moments)


def test_published_figures(capsys):
    import json

    call_command("figures", "--as-of", "2021-05-20", "--json")
    found = {row["key"]: row for row in json.loads(capsys.readouterr().out)}
    reviewed = found["subsidies.new_shop.preliminarily_reviewed"]
    assert (reviewed["value"], reviewed["records"]) == (1431, 1431)
    assert found["subsidies.new_shop.paid"]["value"] == "3892000.00"


def test_counters_are_the_sum_of_their_entries():
    assert BudgetLine.objects.filter(scheme=None).count() == 2
    assert drift() == []
    assert BudgetLine.objects.get(fiscal_year=2021, scheme=None).paid == Decimal("3892000.00")


def test_amounts_are_what_the_scheme_grants():
    from subsidies import queries

    for application in Application.objects.filter(state="paid").select_related("scheme_version__form")[:200]:
        assert queries.award(application) == application.amount_approved


def test_nobody_held_two_steps_that_exclude_each_other():
    floor = {("first_review", "approval"), ("check", "approval"), ("approval", "payment"), ("first_review", "check")}
    held = defaultdict(dict)
    for row in Review.objects.all():
        held[row.application_id][row.step] = row.by_id
    for steps in held.values():
        for one, other in floor:
            assert steps.get(one) is None or steps.get(one) != steps.get(other)


def test_a_second_run_changes_nothing(capsys):
    before = Application.objects.count()
    call_command("load_demo")
    assert Application.objects.count() == before


def test_the_hard_case_is_there():
    case = Application.objects.select_related("enterprise__operator", "enterprise__actual_operator").get(
        enterprise__name="天河化隆韩记牛肉拉面馆"
    )
    shop = case.enterprise
    assert "·" in shop.operator.name
    assert shop.relation == "nephew"
    assert shop.registered_region.prefecture.code == "440100"
    assert case.payee_lines.get().kind == "card"
    assert case.entry_unit.code == "guangzhou"
    assert [row.name for row in case.log.order_by("version")] == ["submit", "ask_correction", "resubmit"]
