"""Lists whose rows go through a form, one by one."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from time import perf_counter

import openpyxl
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.accounts.roles import Permission, Role
from bureau.attachments import storage
from bureau.common.forms import (
    AccountField,
    CleanCharField,
    IdNumberField,
    PhoneField,
    PortalDateField,
    StrictDecimalField,
)
from bureau.common.identity import id_check_digit
from bureau.formbuilder.tabular import flow, importers
from bureau.formbuilder.tabular.by_form import FormImporter, Known, RowQueriesWarning
from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.models import Mode
from bureau.jobs.testing import run_waiting
from bureau.regions.models import Region
from tests.factories import accounts

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parents[2] / "samples"
HEADS = ["姓名", "身份证号", "手机号", "户籍县区", "银行账号", "金额", "日期"]


class LineForm(forms.Form):
    name = CleanCharField(label="姓名", max_length=20)
    id_number = IdNumberField(label="身份证号")
    phone = PhoneField(label="手机号", required=False)
    county = Known({}, label="户籍县区")
    account = AccountField(label="银行账号", required=False)
    account_bank = CleanCharField(required=False)
    amount = StrictDecimalField(label="金额", max_value=5000)
    paid_on = PortalDateField(label="日期")

    def clean(self):
        if self.cleaned_data.get("name") == "不可":
            raise forms.ValidationError("此人不可。")


class PeopleImporter(FormImporter):
    key = "test.people"
    label = "People"
    permission = Permission.ENTERPRISE_IMPORT
    form_class = LineForm
    saved: list

    def columns(self, run):
        return [
            Column("name", "姓名", essential=True),
            Column("id_number", "身份证号", "id_number", essential=True),
            Column("phone", "手机号", "phone"),
            Column("county", "户籍县区"),
            Column("account", "银行账号", "account"),
            Column("amount", "金额", "money"),
            Column("paid_on", "日期", "date"),
        ]

    def prepare(self, rows, run):
        return {region.name_zh: region for region in Region.objects.filter(path__startswith=accounts.site().root.path)}

    def form(self, row, run, context):
        form = LineForm(row)
        form.fields["county"].objects = context
        return form

    def identity(self, form, context):
        return form.cleaned_data["id_number"]

    def names(self, form):
        return form.cleaned_data["name"]

    def save(self, good, *, run, by, context):
        self.saved = [(row.number, form.cleaned_data) for row, form in good]


@pytest.fixture
def importer() -> Iterator[PeopleImporter]:
    found = PeopleImporter()
    importers.for_user(accounts.staff(Role.CLERK))  # the registry is complete before ours comes
    importers.register(found)
    yield found
    del importers._IMPORTERS[found.key]


def id_number(serial: int) -> str:
    months, number = divmod(serial, 99)
    digits = f"630223{1970 + months // 12}{months % 12 + 1:02d}01{number + 1:03d}"
    return digits + id_check_digit(digits)


def line(serial: int, **other) -> list:
    values = {
        "name": f"马{serial}", "id": id_number(serial), "phone": "13900000001", "county": "化隆回族自治县",
        "account": "青海农商银行 6217000000001236", "amount": 3000, "on": "2021.3.5",
    } | other  # fmt: skip
    return list(values.values())


def book(*sheets: tuple[str, list]) -> bytes:
    made = openpyxl.Workbook(write_only=True)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def tried(importer, content: bytes, name: str = "list.xlsx"):
    accounts.site()
    by = accounts.staff(Role.CLERK, unit=accounts.bureau())
    run = flow.start(importer=importer, upload=SimpleUploadedFile(name, content), options={}, by=by)
    run_waiting(flow.KIND)
    run.refresh_from_db()
    return run


def written(run, mode: Mode = Mode.GOOD):
    flow.ask_write(run=run, mode=mode, by=run.asked_by)
    run_waiting(flow.KIND)
    run.refresh_from_db()
    return run


def told(job) -> list[tuple]:
    return list(job.faults.order_by("row", "id").values_list("row", "column", "reason"))


def test_each_row_goes_through_its_form_and_its_faults_stand_at_their_columns(importer):
    run = tried(importer, book(("一", [
        HEADS, line(1), line(2, amount=6000), line(3, county="上海市"), line(4, id="630223197001010"), line(1),
        line(5, name="不可"), line(6, phone="12", on="2021-02-30"), line(7),
    ])))  # fmt: skip
    assert run.trial.state == "done", run.trial.error
    assert run.trial.result | {"written": None} == {
        "rows": 8, "new": 2, "changed": 0, "unchanged": 0, "wrong": 6, "written": None,
    }  # fmt: skip
    found = told(run.trial)
    assert [(row, column) for row, column, _reason in found] == [
        (3, "金额"), (4, "户籍县区"), (5, "身份证号"), (6, ""), (7, ""), (8, "手机号"), (8, "日期"),
    ]  # fmt: skip
    assert "5000" in found[0][2] and "上海市" in found[1][2] and found[4][2] == "此人不可。"
    assert "2" in found[3][2], "the row that has it first is named"

    run = written(run)
    assert [number for number, _values in importer.saved] == [2, 9]
    values = importer.saved[0][1]
    assert (values["account"], values["account_bank"]) == ("6217000000001236", "青海农商银行")
    assert (values["county"].name_zh, str(values["paid_on"]), str(values["amount"])) == (
        "化隆回族自治县", "2021-03-05", "3000.00",
    )  # fmt: skip
    assert run.written_at


def test_all_or_nothing_writes_nothing_where_a_row_is_wrong(importer):
    run = written(tried(importer, book(("一", [HEADS, line(1), line(2, amount=6000)]))), Mode.ALL)
    assert run.written_at is None and run.job.state == "done"


def test_a_list_above_the_limit_is_refused_before_a_row_is_judged(importer, monkeypatch):
    monkeypatch.setattr(PeopleImporter, "LIMIT", 3)
    monkeypatch.setattr(LineForm, "full_clean", None)
    run = tried(importer, book(("一", [HEADS, *map(line, range(4))])))
    assert run.trial.state == "failed" and "3" in run.trial.error


def test_a_form_that_asks_the_database_for_each_row_is_told(importer, monkeypatch):
    monkeypatch.setattr(LineForm, "clean", lambda form: Region.objects.first() and None)
    with pytest.warns(RowQueriesWarning):
        tried(importer, book(("一", [HEADS, *map(line, range(60))])))


@pytest.mark.parametrize("rows", [20, 500])
def test_the_number_of_queries_does_not_grow_with_the_rows(importer, rows):
    content = book(("一", [HEADS, *map(line, range(rows))]))
    with CaptureQueriesContext(connection) as queries:
        run = tried(importer, content)
    assert run.trial.result["new"] == rows
    own = [q for q in queries if "job" not in q["sql"]]
    assert len(own) < 60, len(own)


@pytest.mark.sweep
def test_twenty_thousand_rows(importer, capsys):
    content = book(("一", [HEADS, *(line(serial) for serial in range(20_000))]))
    began = perf_counter()
    run = tried(importer, content)
    trial = perf_counter() - began
    assert run.trial.result["new"] == 20_000, told(run.trial)[:3]
    with capsys.disabled():
        print(f"\n20,000 rows through a form of {len(LineForm.base_fields)} fields: trial {trial:.1f} s")
    assert trial < 120


# --- sheets -----------------------------------------------------------------------------------------


def test_of_several_sheets_people_say_which(importer):
    run = tried(importer, book(("一月", [HEADS, line(1)]), ("二月", [HEADS, line(2), line(3)]), ("说明", [["先读这个"]])))
    assert [(s["name"], s["rows"], s["fits"], s["taken"]) for s in run.sheets] == [
        ("一月", 1, True, True), ("二月", 2, True, False),
    ]  # fmt: skip
    assert flow.undecided(run)
    with pytest.raises(forms.ValidationError):
        flow.ask_write(run=run, mode=Mode.GOOD, by=run.asked_by)
    for wrong in ([], ["三月"], ["一月", "二月"]):
        with pytest.raises(forms.ValidationError):
            flow.choose_sheets(run=run, names=wrong, by=run.asked_by)
    flow.choose_sheets(run=run, names=["二月"], by=run.asked_by)
    run_waiting(flow.KIND)
    run.refresh_from_db()
    assert run.sheet == "二月" and run.trial.result["rows"] == 2
    assert [number for number, _values in (written(run), importer.saved)[1]] == [2, 3]


def test_an_importer_that_takes_several_reads_all_that_fit(importer, monkeypatch):
    monkeypatch.setattr(PeopleImporter, "takes_sheets", True)
    run = tried(importer, book(("一月", [["发放表"], HEADS, line(1)]), ("二月", [HEADS, line(1), line(3, amount=9000), line(4)])))
    assert not flow.undecided(run)
    assert run.trial.result["rows"] == 4 and run.trial.result["wrong"] == 2
    assert [column for _row, column, _reason in told(run.trial)] == ["二月：", "二月：金额"]
    assert "一月 3" in told(run.trial)[0][2]
    flow.choose_sheets(run=run, names=["二月"], by=run.asked_by)
    run_waiting(flow.KIND)
    run.refresh_from_db()
    assert run.trial.result["rows"] == 3 and run.trial.result["wrong"] == 1


class AttendanceForm(forms.Form):
    name = CleanCharField()
    halves = forms.Field(required=False)


class AttendanceImporter(PeopleImporter):
    key = "test.attendance"
    form_class = AttendanceForm
    takes_sheets = True

    def columns(self, run):
        return [
            Column("name", "姓名", essential=True),
            Column("halves", "出勤", many=r"第(\d+)天(上午|下午)", essential=True),
        ]

    def form(self, row, run, context):
        return AttendanceForm(row)

    def identity(self, form, context):
        return None

    def save(self, good, *, run, by, context):
        self.saved = [(row.part, form.cleaned_data) for row, form in good]


def test_the_sample_attendance_is_read_with_its_title_and_as_many_half_days_as_it_has():
    importer = AttendanceImporter()
    importers.for_user(accounts.staff(Role.CLERK))
    importers.register(importer)
    try:
        run = written(tried(importer, (SAMPLES / "training_attendance.xlsx").read_bytes()))
    finally:
        del importers._IMPORTERS[importer.key]
    assert run.trial.result["rows"] == 141
    parts = {part.name: (part.above, len(values["halves"])) for part, values in importer.saved}
    assert parts["第1班"][1] == 10 and parts["第2班"][1] == 20
    assert parts["第1班"][0][1].startswith("培训时间：2021.05.17 起 5 天")
    assert importer.saved[1][1]["halves"]["第2天上午"] is None
    assert importer.saved[0][1]["halves"]["第5天下午"] == "√"
    assert storage.path_of(run.file.key).is_file()
