"""The demo's titles: ten selected and none named in 2021, each with its record; earlier ones as they were entered."""

import json
from collections import defaultdict

import pytest
from django.core.management import call_command
from django.test import Client

from bureau.accounts.models import User
from bureau.common.periods import Period
from bureau.metrics import compute, records
from bureau.workflow.table import workflow_of
from enterprises.credentials.enums import Standing, State
from enterprises.models import Credential, CredentialLog

pytestmark = [pytest.mark.django_db, pytest.mark.demo]


@pytest.fixture
def figures(capsys):
    call_command("figures", "--as-of", "2021-05-20", "--json")
    return {row["key"]: row for row in json.loads(capsys.readouterr().out)}


def test_published_figures(figures):
    assert (figures["honors.selected"]["value"], figures["honors.selected"]["records"]) == (10, 10)
    assert (figures["honors.named"]["value"], figures["honors.named"]["records"]) == (0, 0)
    assert figures["honors.awaiting"]["value"] == 10
    assert figures["honors.leading.selected"]["value"] + figures["honors.demonstration.selected"]["value"] == 10


def test_the_records_behind_the_ten():
    rows = records("honors.selected", Period.between(day("2021-01-01"), day("2021-05-20")))
    assert rows.count() == 10
    assert {row.state for row in rows} == {State.SELECTED}
    assert len({row.enterprise_id for row in rows}) == 10
    assert all(row.round.minutes_id and row.selected_by_id != row.entered_by_id for row in rows)
    clerk = Client()
    clerk.force_login(User.objects.get(username="clerk"))
    page = clerk.get("/records/honors.selected/?from=2021-01-01&to=2021-05-20").content.decode()
    assert all(row.number in page for row in rows)


def test_a_stock_counts_by_dates():
    """What was valid on a day follows from the dates: nothing is stored."""
    for until in ("2018-12-31", "2020-12-31", "2021-05-20"):
        window = Period.between(day("2018-01-01"), day(until))
        counted = compute(["honors.valid"], [window]).value("honors.valid")
        assert counted == len({
            row.enterprise_id for row in Credential.objects.public() if row.standing(day(until)) == Standing.VALID
        }), until
        assert counted > 0


def test_every_standing_is_there():
    held = {row.standing(day("2021-05-20")) for row in Credential.objects.public()}
    assert held == {Standing.VALID, Standing.EXPIRED, Standing.REVOKED}
    assert Credential.objects.filter(channel="back_entered", source=None).count() == 0
    assert Credential.objects.filter(state=State.NOMINATED).exists()


def test_every_log_walks_through_the_transition_table():
    table = workflow_of(Credential)
    logs = defaultdict(list)
    for entry in CredentialLog.objects.order_by("subject_id", "version"):
        logs[entry.subject_id].append(entry)
    for row in Credential.objects.all():
        state = State.PROPOSED if row.channel == "back_entered" else State.NOMINATED
        for entry in logs[row.pk]:
            step = table[entry.name]
            assert entry.before == state
            assert entry.before in map(str, step.sources)
            assert entry.after in map(str, step.ends)
            state = entry.after
        assert state == row.state


def day(text):
    from datetime import date

    return date.fromisoformat(text)
