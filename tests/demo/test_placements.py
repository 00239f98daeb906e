"""The demo's placements give the published figures, each with its records, and leave those of the awards alone."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command

from bureau.common.periods import Period
from bureau.metrics import records
from bureau.workflow.table import workflow_of
from subsidies.actions.ledger import drift
from subsidies.models import Application, BudgetLine, PayeeLine
from training.models import Agreement, AgreementLog, MonthSheet, MonthSheetLog, Placement

pytestmark = [pytest.mark.django_db, pytest.mark.demo]
AS_OF = date(2021, 5, 20)


@pytest.fixture
def figures(capsys):
    call_command("figures", "--as-of", AS_OF.isoformat(), "--json")
    return {row["key"]: row for row in json.loads(capsys.readouterr().out)}


def test_published_figures_and_their_records(figures):
    wanted = {"placements.trainees_paid": (623, 623), "placements.hosts_paid": (5, 5)}
    found = {key: (figures[key]["value"], figures[key]["records"]) for key in wanted}
    assert found == wanted
    assert figures["placements.paid"]["value"] == "3133000.00"
    rows = records("placements.paid", Period.year_to_date(AS_OF))
    assert rows.count() == 628
    assert sum(row.paid_effect for row in rows) == Decimal("3133000.00")
    assert figures["placements.running"]["value"] == 78
    assert figures["placements.hosts"]["value"] == 2


def test_the_awards_for_new_shops_did_not_move(figures):
    assert figures["subsidies.new_shop.preliminarily_reviewed"]["value"] == 1431
    assert figures["subsidies.new_shop.paid"]["value"] == "3892000.00"
    assert figures["subsidies.placement.paid"]["value"] == "3133000.00"


def test_the_money_has_a_line_of_its_own():
    line = BudgetLine.objects.get(scheme__key="placement")
    assert (line.fiscal_year, line.paid) == (2021, Decimal("3133000.00"))
    assert drift() == []


def test_amounts_are_what_the_scheme_gives():
    from subsidies.placements import lines

    for application in Application.objects.filter(scheme__key="placement").select_related("scheme_version", "agreement"):
        now = lines.plan(application.agreement, application.scheme_version, apart_from=application)
        assert now.total == application.amount_requested == application.payee_total()


def test_one_allowance_per_person_and_everybody_in_one_shop():
    people = PayeeLine.objects.filter(role="trainee").values_list("person", flat=True)
    assert len(set(people)) == len(people) == 623 + 36
    assert Placement.objects.count() == 623 + 42 + 36


@pytest.mark.parametrize(("model", "log"), [(Agreement, AgreementLog), (MonthSheet, MonthSheetLog)])
def test_every_log_walks_through_its_table(model, log):
    table = workflow_of(model)
    at = {row.pk: table.births()[0] for row in model.objects.all()}
    for row in log.objects.order_by("subject_id", "version"):
        step = table[row.name]
        assert row.before == at[row.subject_id]
        assert row.after in map(str, step.ends)
        at[row.subject_id] = row.after
    assert at == dict(model.objects.values_list("pk", "state"))
