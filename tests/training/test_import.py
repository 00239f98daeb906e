"""The attendance sheets of an office, as they are: from the upload to sessions, participants and marks."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.accounts.roles import Role
from bureau.common import clock
from bureau.common.periods import Period
from bureau.formbuilder.tabular import flow, importers
from bureau.formbuilder.tabular.models import Mode
from bureau.jobs.testing import run_waiting
from bureau.metrics import compute
from tests.factories import accounts, training
from training.actions import rosters
from training.enums import State
from training.models import Attendance, Enrollment, Roll, Session

pytestmark = pytest.mark.django_db
SHEETS = Path(__file__).parents[1] / "samples" / "training_attendance.xlsx"


@pytest.fixture
def by(settings):
    """A clerk in the morning of the last day of the class that is in session."""
    settings.DEMO = True
    clock.start_at(datetime(2021, 5, 21, 8, 30, tzinfo=clock.ZONE))
    return training.clerk()


def upload(content, by, name="list.xlsx"):
    run = flow.start(importer=importers.get("training.attendance"), upload=SimpleUploadedFile(name, content), options={}, by=by)
    run_waiting(flow.KIND)
    run.refresh_from_db()
    return run


def write(run, mode=Mode.GOOD):
    flow.ask_write(run=run, mode=mode, by=run.asked_by)
    run_waiting(flow.KIND)
    run.refresh_from_db()
    assert run.job.state == "done", run.job.error
    return tuple(run.job.result[key] for key in ("new", "changed", "unchanged", "wrong"))


def book(*rows, title="食品安全培训班签到表", info="培训时间：2021.05.10 起 1 天 地点：西宁市 人数：2", halves=("第1天上午", "第1天下午")):
    book = openpyxl.Workbook()
    for row in ([title], [info], ["序号", "姓名", "身份证号", "户籍", "电话", *halves], *rows):
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def line(name, *marks, number=None):
    return [1, name, number or training.id_number(), "化隆县", "13900001111", *marks]


def test_the_two_sheets_as_they_are(by):
    run = upload(SHEETS.read_bytes(), by, SHEETS.name)
    assert run.trial.state == "done", run.trial.error
    assert Session.objects.count() == Enrollment.objects.count() == 0
    assert write(run) == (140, 0, 0, 1)

    current, past = Session.objects.order_by("-begins_on")
    assert (current.title, current.begins_on, current.ends_on) == (
        "拉面产业提档升级经营管理人才培训班", date(2021, 5, 17), date(2021, 5, 21)
    )
    assert (current.state, current.capacity, current.seats_taken, current.place.name_zh) == (State.RUNNING, 110, 110, "西宁市")
    assert (past.state, past.capacity, past.seats_taken, past.ended_on) == (State.ENDED, 31, 30, date(2021, 4, 15))
    # The sheets hold 1,030 and 583 marks of presence; the person whose number Excel has cut is not among them.
    present = Attendance.objects.filter(mark="present")
    assert present.filter(enrollment__session=current).count() == 1030
    assert present.filter(enrollment__session=past).count() == 583 - 19
    assert Roll.objects.filter(channel="imported", source=run.file).count() == 2
    fault = run.job.faults.get()
    assert (fault.row, fault.column, "Excel" in fault.reason) == (9, "第2班：身份证号", True)

    figures = compute(["training.sessions", "training.person_times", "training.current_class.size"],
                      [Period.year_to_date(date(2021, 5, 20))])
    assert [figures[key].value for key in ("training.sessions", "training.person_times", "training.current_class.size")] == [
        1, 30, 110
    ]
    again = upload(SHEETS.read_bytes(), by, SHEETS.name)
    assert write(again) == (0, 0, 140, 1)


def test_a_class_in_session_is_imported_day_by_day(by):
    number = training.id_number()
    info = "培训时间：2021.05.20 起 2 天 地点：西宁市 人数：2"
    halves = ("第1天上午", "第1天下午", "第2天上午", "第2天下午")
    write(upload(book(line("马文明", "√", "√", number=number), info=info, halves=halves), by))
    assert write(upload(book(line("马文明", "√", "√", "假", number=number), info=info, halves=halves), by)) == (0, 1, 0, 0)
    session = Session.objects.get()
    assert session.marks_version == 2
    enrollment = session.enrollments.get()
    assert (enrollment.present, enrollment.days_present) == (2, 1)


def test_what_is_wrong_is_told_by_row(by):
    number = training.id_number()
    training.person("韩海龙", known := training.id_number())
    run = upload(book(
        line("马文明", "√", "√", number=number), line("马文明", "√", number=number), line("韩海虎", "√", number=known),
        line("冶得林", "?"), line("喇玉梅", "√", number="630224198001010019"),
    ), by)
    assert write(run) == (1, 0, 0, 4)


def test_a_day_that_has_not_come_is_no_attendance(by):
    info = "培训时间：2021.05.21 起 2 天 地点：西宁市 人数：2"
    halves = ("第1天上午", "第1天下午", "第2天上午", "第2天下午")
    run = upload(book(line("马文明", "√", "√", "√", "√"), info=info, halves=halves), by)
    assert write(run) == (0, 0, 0, 1)


@pytest.mark.parametrize("info", ["地点：西宁市 人数：2", "培训时间：2021.05.32 起 1 天 地点：西宁市", "培训时间：2021.05.10 起 1 天",
                                  "培训时间：2021.05.10 起 1 天 地点：无此地市"])
def test_a_sheet_without_its_day_or_place_is_refused_as_a_whole(by, info):
    assert write(upload(book(line("马文明", "√"), line("韩海龙", "√"), info=info), by)) == (0, 0, 0, 2)
    assert not Session.objects.exists()


def test_a_county_does_not_write_into_the_session_of_the_bureau(by):
    write(upload(SHEETS.read_bytes(), by, SHEETS.name))
    other = accounts.staff(Role.CLERK, unit=accounts.county())
    assert write(upload(SHEETS.read_bytes(), other, SHEETS.name)) == (0, 0, 0, 141)


def test_closed_attendance_stays_closed(by):
    write(upload(book(line("马文明", "√")), by))
    session = Session.objects.get()
    from bureau.workflow import perform

    perform(session, "close_marks", by=by)
    assert write(upload(book(line("韩海龙", "√")), by)) == (0, 0, 0, 1)
    assert rosters.find(session.title, session.begins_on) == session
