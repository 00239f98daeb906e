"""A list of paid awards as an office keeps it: 142 awards, 8 faults, two people, entries marked."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import translation

from bureau import jobs
from bureau.attachments.enums import Confirmation
from bureau.common import clock
from bureau.formbuilder.tabular import flow, importers
from bureau.formbuilder.tabular.models import Mode
from bureau.jobs.report import Report
from bureau.jobs.testing import run_waiting
from bureau.workflow import Refused
from enterprises.models import Enterprise
from subsidies.actions import backentry, ledger
from subsidies.imports import AwardListForm
from subsidies.models import Application, BackEntry, BackEntryRow, Entry, Payment, Review
from tests.factories import award_year, awards

pytestmark = pytest.mark.django_db
ROSTER = Path(__file__).parents[1] / "samples" / "award_roster.xlsx"
FAULTY = {13, 26, 52, 77, 89, 101, 113, 126}
PAID_ON = date(2021, 5, 18)


@pytest.fixture
def home(db):
    return awards.house(cap="500000", year=2021)


def import_roster(home, by="clerk"):
    """Upload, trial, write: as the pages do it. Returns (job of the write, the list)."""
    form = AwardListForm({
        "version": home.version.pk, "line": home.line.pk, "paid_on": "2021-05-18", "voucher": "2021-001",
    })
    assert form.is_valid(), form.errors
    upload = SimpleUploadedFile(
        "花名册.xlsx", ROSTER.read_bytes(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    user = home.people[by]
    run = flow.start(importer=importers.get("awards"), upload=upload, options=form.cleaned_data, by=user)
    run_waiting()
    assert not Enterprise.objects.exists() and not BackEntry.objects.exists(), "a trial writes nothing"
    run.refresh_from_db()
    flow.ask_write(run=run, mode=Mode.GOOD, by=user)
    job = run_waiting()[-1]
    return job, BackEntry.objects.first()


def test_the_roster_as_it_is(home):
    job, proposed = import_roster(home)
    assert job.state == "done", job.error
    assert {fault.row for fault in job.faults.all()} == FAULTY
    assert all(fault.reason for fault in job.faults.all())
    assert proposed.rows.count() == 142
    assert sum(row.amount for row in proposed.rows.all()) == Decimal("437500")
    assert Enterprise.objects.count() == 142
    assert not Application.objects.exists() and not Entry.objects.exclude(kind="allot").exists()


def test_confirmed_by_another_person_it_counts(home):
    _job, proposed = import_roster(home)
    finance = home.people["finance"]
    assert backentry.confirm(back_entry=proposed, by=finance) == 142
    assert Application.objects.filter(state="paid", channel="back_entered", effective_date=PAID_ON).count() == 142
    entries = Entry.objects.filter(back_entered=True)
    assert entries.filter(kind="pay", effective_date=PAID_ON, by=finance).count() == 142
    assert Payment.objects.filter(paid_on=PAID_ON, voucher="2021-001").count() == 142
    assert Review.objects.filter(step="first_review", back_entered=True, by=None).count() == 142
    home.line.refresh_from_db()
    assert ledger.counters(home.line) == {"cap": 500000, "reserved": 0, "paid": 437500}
    assert not ledger.drift()
    proposed.refresh_from_db()
    assert (proposed.state, proposed.confirmed_by) == (Confirmation.CONFIRMED, finance)
    assert not BackEntryRow.objects.filter(application=None).exists()


def test_the_job_confirms_and_says_why_not(home, django_assert_max_num_queries):
    _job, proposed = import_roster(home)
    jobs.ask("subsidies.confirm_back_entry", by=home.people["finance"], params={"back_entry": proposed.pk})
    with django_assert_max_num_queries(80):
        job = run_waiting()[-1]
    assert (job.state, job.result) == ("done", {"awards": 142})
    jobs.ask("subsidies.confirm_back_entry", by=home.people["finance"], params={"back_entry": proposed.pk})
    again = run_waiting()[-1]
    assert again.state == "failed" and Application.objects.count() == 142


def test_a_job_that_confirms_is_heard_after_every_part(home, monkeypatch, django_assert_max_num_queries):
    """Twenty thousand awards outlast the lease of a job that says nothing, and it would be given up."""
    heard = []
    _job, proposed = import_roster(home)
    monkeypatch.setattr(Report, "step", lambda self, done, total=0, *_words, **_how: heard.append((done, total)))
    monkeypatch.setattr(backentry, "PART", 50)
    asked = jobs.ask("subsidies.confirm_back_entry", by=home.people["finance"], params={"back_entry": proposed.pk})
    with django_assert_max_num_queries(60 + 3 * 15):
        run_waiting()
    asked.refresh_from_db()
    assert (asked.state, asked.result) == ("done", {"awards": 142}), asked.error
    assert heard == [(1, 6), (2, 6), (3, 6), (4, 6), (5, 6), (6, 6), (1, 1)]
    assert len(set(Application.objects.values_list("number", flat=True))) == 142
    rows = BackEntryRow.objects.select_related("application")
    assert all(row.application.enterprise_id == row.enterprise_id for row in rows)


def test_the_same_person_cannot_confirm(home):
    _job, proposed = import_roster(home, by="huang")
    with pytest.raises(Refused):
        backentry.confirm(back_entry=proposed, by=home.people["huang"])
    with pytest.raises(IntegrityError), transaction.atomic():
        BackEntry.objects.filter(pk=proposed.pk).update(
            state="confirmed", confirmed_by=home.people["huang"], confirmed_at=proposed.proposed_at
        )


def test_what_was_proposed_stands_still(home):
    _job, proposed = import_roster(home)
    for change in ({"state": "confirmed", "confirmed_by": None}, {"proposed_by": home.people["huang"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BackEntry.objects.filter(pk=proposed.pk).update(**change)
    row = proposed.rows.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        BackEntryRow.objects.filter(pk=row.pk).update(amount=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        BackEntryRow.objects.filter(pk=row.pk).update(paid_on=date(2021, 1, 1))
    case = awards.application(home, enterprise=row.enterprise)
    with pytest.raises(IntegrityError), transaction.atomic():
        BackEntryRow.objects.filter(pk=row.pk).update(application=case)


def test_a_line_that_is_too_small_writes_nothing(db):
    home = awards.house(cap="400000", year=2021)
    _job, proposed = import_roster(home)
    with pytest.raises(Refused, match="437,500.00"):
        backentry.confirm(back_entry=proposed, by=home.people["finance"])
    assert not Application.objects.exists()
    proposed.refresh_from_db()
    assert proposed.state == Confirmation.PROPOSED


def test_a_shop_that_has_applied_meanwhile_is_named(home):
    _job, proposed = import_roster(home)
    row = proposed.rows.first()
    awards.application(home, enterprise=row.enterprise)
    with pytest.raises(Refused, match=str(row.number)):
        backentry.confirm(back_entry=proposed, by=home.people["finance"])


def test_the_same_list_again_is_all_faults(home):
    _job, proposed = import_roster(home)
    backentry.confirm(back_entry=proposed, by=home.people["finance"])
    form = {"version": home.version.pk, "line": home.line.pk, "paid_on": "2021-05-18", "voucher": "2021-001"}
    upload = SimpleUploadedFile("again.xlsx", ROSTER.read_bytes())
    flow.start(importer=importers.get("awards"), upload=upload, options=form, by=home.people["clerk"])
    job = run_waiting()[-1]
    assert job.result["wrong"] == 150


def test_a_list_can_be_discarded_once(home):
    _job, proposed = import_roster(home)
    backentry.discard(back_entry=proposed, by=home.people["clerk"])
    with pytest.raises(Refused):
        backentry.discard(back_entry=proposed, by=home.people["clerk"])
    with pytest.raises(Refused):
        backentry.confirm(back_entry=proposed, by=home.people["finance"])


@pytest.fixture
def year(db, settings, tmp_path):
    """A county's workbook of a whole year, and the house it comes to."""
    settings.DEMO = True
    clock.start_at(datetime(2021, 12, 20, 9, tzinfo=clock.ZONE))
    home = award_year.home()
    return home, award_year.write(tmp_path / "2021.xlsx"), tmp_path / "2021.xlsx"


def import_year(home, path, by="hualong"):
    form = AwardListForm({"version": "", "line": home.line.pk, "paid_on": "", "voucher": ""})
    assert form.is_valid(), form.errors
    upload = SimpleUploadedFile("2021.xlsx", path.read_bytes())
    run = flow.start(importer=importers.get("awards"), upload=upload, options=form.cleaned_data, by=home.people[by])
    return run, run_waiting()[-1]


def test_each_of_forty_faults_of_a_year_is_told_by_its_row_and_reason(year):
    home, found, path = year
    for language, words in (("zh-hans", 1), ("en", 2)):
        with translation.override(language):
            _run, job = import_year(home, path)
        assert job.state == "done", job.error
        told = {fault.row: (fault.column, fault.reason) for fault in job.faults.all()}
        assert told.keys() == found.faults.keys()
        assert len(told) == job.faults.count() == 40
        wrong = {
            row: told[row] for row, fault in found.faults.items()
            if told[row][0] != fault[0] or fault[words] not in told[row][1]
        }
        assert wrong == {}
    assert job.result["new"] == found.good == 360


def test_a_year_becomes_one_list_for_each_scheme_each_award_on_its_day(year):
    home, found, path = year
    run, _job = import_year(home, path)
    run.refresh_from_db()
    flow.ask_write(run=run, mode=Mode.GOOD, by=home.people["hualong"])
    job = run_waiting()[-1]
    assert job.state == "done", job.error
    lists = {row.scheme_version.scheme.name_zh: row for row in BackEntry.objects.all()}
    assert lists.keys() == found.sums.keys()
    for scheme, row in lists.items():
        backentry.confirm(back_entry=row, by=home.people["finance"])
        paid = Payment.objects.filter(application__scheme__name_zh=scheme, application__channel="back_entered")
        by_month = {n: sum(p.amount for p in paid if p.paid_on.month == n) for n in {p.paid_on.month for p in paid}}
        assert by_month == found.sums[scheme]
        assert {payment.voucher for payment in paid} == {f"2021-{month:03}" for month in by_month}
    assert not ledger.drift()


def test_a_list_of_more_than_twenty_thousand_rows_is_refused(home, tmp_path, monkeypatch):
    monkeypatch.setattr("subsidies.imports.LIMIT", 100)
    with translation.override("en"):
        form = {"version": home.version.pk, "line": home.line.pk, "paid_on": "2021-05-18", "voucher": "2021-001"}
        upload = SimpleUploadedFile("long.xlsx", ROSTER.read_bytes())
        flow.start(importer=importers.get("awards"), upload=upload, options=form, by=home.people["clerk"])
        job = run_waiting()[-1]
    assert job.state == "failed" and "more than 100 rows" in job.error


def test_a_day_outside_the_year_of_the_line_is_said_beside_the_day(home):
    form = AwardListForm({"version": home.version.pk, "line": home.line.pk, "paid_on": "2020-05-18", "voucher": "1"})
    assert "2021" in form.errors["paid_on"][0]
