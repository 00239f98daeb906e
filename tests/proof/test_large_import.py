"""P9: an import that is killed ten times, sent again, and full of mistakes. `PROOF_ROWS=340000` takes the full size."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models.functions import Now

from bureau.accounts.roles import Role
from bureau.formbuilder.tabular import flow, importers
from bureau.formbuilder.tabular.models import Mode
from bureau.jobs import sweeper
from bureau.jobs.enums import State
from bureau.jobs.models import Job
from bureau.jobs.testing import run_waiting
from enterprises.models import Enterprise, Person
from tests.factories import accounts
from tests.factories.enterprises import uscc

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROWS = int(os.environ.get("PROOF_ROWS", "2000"))
DIRTY = 200
HEADS = "店铺名称,统一社会信用代码,经营地址,经营者,户籍县区,联系电话,开业日期"
#: Where it is killed: after so many statements, or at a place; the last one after the COMMIT.
KILLS = (0, 3, 6, 9, 12, 15, "people", "shops", "seal", "told")


@pytest.fixture
def clerk(monkeypatch):
    monkeypatch.setattr("bureau.jobs.celery_tasks.run_job.apply_async", lambda *a, **k: None)
    accounts.site()
    return accounts.staff(Role.CLERK)


def lines(count: int) -> list[str]:
    return [f"第{n}号拉面馆,{uscc()},广州市天河区测试路{n}号,马{n},化隆县,13900000001,2020.10.1" for n in range(count)]


def sheet(rows: list[str], encoding: str = "gb18030") -> bytes:
    return "\r\n".join([HEADS, *rows]).encode(encoding)


def tried(content: bytes, by):
    """Uploaded and checked."""
    run = flow.start(importer=importers.get("enterprises"), upload=SimpleUploadedFile("名册.csv", content), options={}, by=by)
    run_waiting(flow.KIND)
    run.refresh_from_db()
    assert run.trial.state == State.DONE, run.trial.error
    return run


def asked(content: bytes, by) -> Job:
    run = tried(content, by)
    flow.ask_write(run=run, mode=Mode.GOOD, by=by)
    run.refresh_from_db()
    return run.job


def work_on(job: Job, databases, place="", *more) -> int:
    """Run the job in a process of its own; how that ended."""
    environment = {**os.environ, "DATABASE_URL": databases.url(), "DJANGO_SETTINGS_MODULE": "bureau.settings"}
    command = [sys.executable, "-m", "tests.proof.importing", str(job.pk), str(place), *more]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True).returncode


def its_lease_runs_out(job: Job) -> None:
    Job.objects.filter(pk=job.pk, state=State.RUNNING).update(lease_until=Now() - timedelta(seconds=1))
    sweeper.sweep()
    Job.objects.filter(pk=job.pk, state=State.WAITING).update(next_at=Now())
    job.refresh_from_db()


def register() -> tuple:
    """Digest of what the register holds, without what differs from run to run."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*), md5(string_agg(name || uscc || operating_address || phone, ',' order by uscc)) "
                       "from enterprises_enterprise")
        return cursor.fetchone()


@pytest.mark.proof("P9", "held")
def test_an_import_killed_ten_times_is_there_wholly_or_not_at_all(clerk, databases, proof):
    content = sheet(lines(ROWS))
    job, kills, found = asked(content, clerk), 0, []
    for place in KILLS:
        if job.state == State.FAILED:
            job = asked(content, clerk)  # given up after three deaths: people send the file again
        kills += work_on(job, databases, place) == -9
        found.append(Enterprise.objects.count())
        its_lease_runs_out(job)
    assert work_on(job, databases) == 0
    job.refresh_from_db()
    assert job.state == State.DONE, job.error
    assert found == [0] * (len(KILLS) - 1) + [ROWS]
    assert (Enterprise.objects.count(), Person.objects.count()) == (ROWS, ROWS)
    before, again = register(), tried(content, clerk)
    assert (again.trial.result["unchanged"], again.trial.result["wrong"], register()) == (ROWS, 0, before)
    assert kills == len(KILLS)
    proof("P9").held(f"{ROWS:,} rows, killed {kills} times: 0 there after each, all {found[-1]:,} where the kill came after the "
                     f"COMMIT; run again: {before[0]:,} shops and people, 0 twice; the same file again: {ROWS:,} unchanged")


@pytest.mark.proof("P9", "removed")
def test_without_one_transaction_half_of_it_stays(clerk, databases, proof):
    content = sheet(lines(50))
    job = asked(content, clerk)
    assert work_on(job, databases, "shops", "loose") == -9
    half = Person.objects.count(), Enterprise.objects.count()
    assert half == (50, 0)
    its_lease_runs_out(job)
    assert work_on(job, databases) == 0
    people, shops = Person.objects.count(), Enterprise.objects.count()
    assert (people, shops) == (100, 50)
    proof("P9").removed("one transaction per import", f"{half[0]} people and {half[1]} shops after a kill; "
                                                      f"run again: {people} people for {shops} shops")


FAULTS = ("92440106MA5000000X", "2021.2.30", "月球县", "电话没有")


def spoiled(row: str, number: int) -> str:
    cells = row.split(",")
    cells[(1, 6, 4, 5)[number % 4]] = FAULTS[number % 4]
    return ",".join(cells)


@pytest.mark.proof("P9", "held")
def test_two_hundred_dirty_rows_are_all_told(clerk, proof):
    rows = lines(ROWS)
    wrong = [n * (ROWS // DIRTY) for n in range(DIRTY)]
    for n in wrong:
        rows[n] = spoiled(rows[n], n // (ROWS // DIRTY))
    run = tried(sheet(rows), clerk)
    told = sorted(run.trial.faults.values_list("row", flat=True))
    assert told == [n + 2 for n in wrong]
    assert (run.trial.result["new"], run.trial.result["wrong"]) == (ROWS - DIRTY, DIRTY)
    proof("P9").held(f"{DIRTY} dirty rows of {ROWS:,}: {len(told)} listed with their line, {ROWS - DIRTY:,} good ones taken")


@pytest.mark.proof("P9", "held")
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
def test_code_pages(encoding, clerk, proof):
    name = "马·优素福𠮷面馆"
    run = tried(sheet([line.replace("第0号拉面馆", name) for line in lines(3)], encoding), clerk)
    flow.ask_write(run=run, mode=Mode.GOOD, by=clerk)
    run_waiting(flow.KIND)
    assert Enterprise.objects.filter(name=name).count() == 1
    proof("P9").held(f"a list in {encoding}: rare characters and middle dots as they were written")


@pytest.mark.proof("P9", "held")
def test_other_code_pages_are_refused_at_the_door(clerk, proof):
    """UTF-16, and UTF-8 that was cut in the middle of a character."""
    for content in (sheet(lines(3), "utf-16"), sheet(lines(3), "utf-8") + "马".encode()[:1]):
        with pytest.raises(ValidationError, match="GB18030"):
            tried(content, clerk)
    assert Enterprise.objects.count() == 0
    proof("P9").held("a list in UTF-16, and one cut in the middle of a character: refused with what to do, 0 rows written")
