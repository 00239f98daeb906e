"""P13: rows that would break whoever touches them. The others go their way, and the list of faults names these."""

import json
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.accounts.models import User
from bureau.accounts.roles import Role
from bureau.formbuilder.tabular import cells, flow, importers
from bureau.formbuilder.tabular.models import Mode
from bureau.jobs import actions, ask, runner
from bureau.jobs.enums import State
from bureau.jobs.models import Job
from bureau.jobs.registry import KINDS, Kind
from bureau.jobs.testing import run_waiting
from enterprises.models import Enterprise
from tests.factories import accounts
from tests.factories.enterprises import uscc

pytestmark = pytest.mark.django_db
HEADS = ["店铺名称", "统一社会信用代码", "经营地址", "经营者", "户籍县区", "联系电话", "开业日期"]
GOOD = 100
DEEP = "[" * 16_000 + "]" * 16_000


def line(number: int, **other) -> list:
    row = {"name": f"第{number}号拉面馆", "code": uscc(), "address": "广州市天河区测试路1号", "operator": "马一",
           "county": "化隆县", "phone": "13900000001", "opened": "2020.10.1"}
    return list((row | other).values())


#: NUL as a workbook writes it; it is no part of a text, as other signs that nobody sees.
NUL = {"name": "有一个_x0000_看不见的店"}
POISON = [
    {"opened": "0001-01-01"}, {"opened": "9999-12-31"}, {"opened": -700_000}, {"name": DEEP},
    {"address": json.dumps({"a": "x" * 30_000})}, {"code": "_xD83C_"}, {"county": "_x0000_"}, {"phone": 1e308},
]


def book(*rows) -> bytes:
    made = openpyxl.Workbook()
    for row in (HEADS, *rows):
        made.active.append(row)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def imported(*rows) -> Job:
    accounts.site()
    by = accounts.staff(Role.CLERK)
    run = flow.start(importer=importers.get("enterprises"), upload=SimpleUploadedFile("list.xlsx", book(*rows)), options={}, by=by)
    run_waiting(flow.KIND)
    run.refresh_from_db()
    assert run.trial.state == State.DONE, run.trial.error
    flow.ask_write(run=run, mode=Mode.GOOD, by=by)
    run_waiting(flow.KIND)
    run.refresh_from_db()
    return run.job


@pytest.mark.proof("P13", "held")
def test_poison_rows_are_listed_and_the_others_taken(proof):
    rows = [line(number) for number in range(GOOD)]
    for number, poison in enumerate(POISON):
        rows.insert(number * 10, line(1000 + number, **poison))
    job = imported(*rows, line(2000, **NUL))
    assert job.state == State.DONE, job.error
    told = set(job.faults.values_list("row", flat=True))
    assert told == {number * 10 + 2 for number in range(len(POISON))}
    assert Enterprise.objects.filter(name="有一个看不见的店").count() == 1
    assert Enterprise.objects.count() == GOOD + 1
    assert max(len(fault.value) for fault in job.faults.all()) <= 80
    proof("P13").held(f"{len(POISON)} poison rows (years 1 and 9999, 30 KB of JSON, brackets 16,000 deep, 1E308, NUL alone) among "
                      f"{GOOD}: {len(told)} listed with their row, {GOOD} of {GOOD} others written; NUL within a name is left out")


@pytest.mark.proof("P13", "removed")
def test_without_the_look_at_each_cell_one_row_stops_all(proof, monkeypatch):
    monkeypatch.setattr(cells, "_in_range", lambda found: found)
    monkeypatch.setattr("enterprises.imports.columns._not_ahead", lambda day: day)
    job = imported(*(line(number) for number in range(GOOD)), line(GOOD, opened="0001-01-01"))
    written = Enterprise.objects.count()
    assert (job.state, written) == (State.FAILED, 0)
    proof("P13").removed("look at each cell before the database", f"one date in year 1: {written} of {GOOD} good rows written")


@pytest.mark.proof("P13", "removed")
def test_without_an_end_of_attempts_a_job_is_tried_for_ever(proof, monkeypatch, caplog):
    def fail(job, report):
        raise MemoryError

    monkeypatch.setattr("bureau.jobs.celery_tasks.run_job.apply_async", lambda *a, **k: None)
    monkeypatch.setitem(KINDS, "proof.poison", Kind("proof.poison", "poison", fail, None, timedelta(minutes=2)))
    monkeypatch.setattr(actions, "MAX_ATTEMPTS", 10**6)
    monkeypatch.setattr(actions, "PAUSES", (timedelta(0),) * 20)
    job = ask("proof.poison", by=User.objects.machine())
    for _n in range(20):
        Job.objects.filter(pk=job.pk).update(next_at=job.asked_at)
        runner.run(job.pk, inline=True)
    job.refresh_from_db()
    assert (job.attempts, job.state) == (20, State.WAITING)
    assert "given up" not in caplog.text
    proof("P13").removed("end after three attempts",
                         f"a job that always fails is tried {job.attempts} times in 20 rounds, without an alarm")
