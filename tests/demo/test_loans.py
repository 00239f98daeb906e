"""The demo's loans give the published figure, each payment a record of its own, and lived by the rules."""

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import Sum

from bureau.common.periods import Period
from bureau.metrics import records
from bureau.workflow.table import workflow_of
from demo.haidong.loans import PAID_2021
from subsidies.loans.actions import lists
from subsidies.models import Drawdown, LoanRequest, LoanRequestLog, ReferralList

pytestmark = [pytest.mark.django_db, pytest.mark.demo]
YEAR = Period.between(date(2021, 1, 1), date(2021, 5, 20))


def test_published_figure_and_its_records(capsys):
    call_command("figures", "--as-of", "2021-05-20", "--json")
    found = {row["key"]: row for row in json.loads(capsys.readouterr().out)}
    rows = records("loans.disbursed", YEAR)
    assert found["loans.disbursed"]["value"] == "81500000.00"
    assert found["loans.disbursed"]["records"] == rows.count()
    assert rows.aggregate(total=Sum("amount"))["total"] == Decimal("81500000.00")
    assert found["loans.borrowers"]["value"] == sum(PAID_2021.values())
    assert 300 < found["loans.borrowers"]["value"] <= rows.count()
    sums = rows.order_by().values("request").annotate(total=Sum("amount")).values_list("total", flat=True)
    assert all(50_000 <= total <= 500_000 for total in sums)


def test_every_log_walks_through_the_transition_table():
    table = workflow_of(LoanRequest)
    logs = defaultdict(list)
    for row in LoanRequestLog.objects.order_by("subject_id", "version"):
        logs[row.subject_id].append(row)
    states = dict(LoanRequest.objects.values_list("pk", "state"))
    assert len(states) > 700
    for pk, state in states.items():
        at = "requested"
        for row in logs[pk]:
            step = table[row.name]
            assert row.before == at
            assert row.before in map(str, step.sources), row
            assert row.after in map(str, step.ends), row
            at = row.after
        assert at == state
        moments = [row.at for row in logs[pk]]
        assert moments == sorted(moments)


def test_sums_are_those_of_the_drawdowns():
    drawn = dict(Drawdown.objects.order_by().values_list("request").annotate(Sum("amount")))
    for pk, total in LoanRequest.objects.values_list("pk", "drawn"):
        assert drawn.get(pk, 0) == total


def test_lists_are_as_they_went_out():
    for listing in ReferralList.objects.order_by("-id")[:4]:
        rows = list(listing.rows.select_related("request"))
        assert len(rows) == listing.size
        assert lists.digest(rows) == listing.digest
