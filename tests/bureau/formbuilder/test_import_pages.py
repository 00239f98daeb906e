"""Pages of an import: what can be brought, sample sheets, pasted tables, and which sheet is read."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from bureau.accounts.roles import Role
from bureau.attachments import storage
from bureau.formbuilder.tabular import flow, importers, sample
from bureau.formbuilder.tabular.admin import MAY_IMPORT
from bureau.formbuilder.tabular.layout import detect_layouts
from bureau.formbuilder.tabular.models import ImportRun
from bureau.formbuilder.tabular.rows import parse_rows
from bureau.formbuilder.tabular.sheets import read_book
from bureau.jobs.testing import run_waiting
from enterprises.models import Enterprise
from tests.factories import accounts
from tests.factories.enterprises import uscc

pytestmark = pytest.mark.django_db
ADD = reverse("admin:formbuilder_importrun_add") + "?importer=enterprises"
HEADS = "店铺名称\t经营者\t户籍县区\t统一社会信用代码\t备注"


@pytest.fixture
def clerk(client):
    accounts.site()
    user = accounts.staff(Role.CLERK, unit=accounts.bureau())
    client.force_login(user)
    return user


def everything():
    accounts.site()
    importers._discover()
    return importers._IMPORTERS.values()


def test_the_choice_says_what_each_list_is_and_shows_the_last_files(client, clerk):
    offered = importers.for_user(clerk)
    page = client.get(reverse("admin:formbuilder_importrun_add")).content.decode()
    assert len(offered) > 1
    for importer in offered:
        with override("zh-hans"):
            assert escape(str(importer.label)) in page and importer.note, f"{importer.key} needs a note"
        assert reverse("admin:formbuilder_importrun_sample", args=[importer.key]) in page
    client.post(ADD, {"pasted": f"{HEADS}\n福源\t马一\t化隆县\t{uscc()}\t"})
    assert str(ImportRun.objects.get()) in client.get(reverse("admin:formbuilder_importrun_add")).content.decode()


def test_every_importer_has_its_right_among_those_of_the_pages_and_a_sample_that_brings_nothing():
    for importer in everything():
        assert importer.permission in MAY_IMPORT, importer.key
        columns = sample.columns_of(importer)
        path = sample.write_sample(importer)
        try:
            (layout, *_others) = detect_layouts(read_book(path), columns)
            assert not layout.missing(columns), importer.key
            assert list(parse_rows(layout, columns)) == [], f"{importer.key}: the example row would be imported"
            book = openpyxl.load_workbook(path)
        finally:
            path.unlink()
        first, how = book.worksheets
        assert first.max_row == 2 and how.max_row == len(columns) + 1
        example = [cell.value for cell in first[2]]
        assert all(example), f"{importer.key}: each column of the sample shows an example"


def test_a_sample_is_for_those_who_may_import(client, clerk):
    answer = client.get(reverse("admin:formbuilder_importrun_sample", args=["enterprises"]))
    assert openpyxl.load_workbook(BytesIO(answer.getvalue())).worksheets[0]["A2"].value == "示例"
    assert client.get(reverse("admin:formbuilder_importrun_sample", args=["no-such"])).status_code == 404
    client.force_login(accounts.staff(Role.AUDITOR))
    assert client.get(reverse("admin:formbuilder_importrun_sample", args=["enterprises"])).status_code in (403, 404)


# --- pasting -----------------------------------------------------------------------------------------


def pasted(client, text: str, **more):
    answer = client.post(ADD, {"pasted": text, **more})
    run_waiting(flow.KIND)
    return answer


def test_a_pasted_table_is_kept_as_a_file_and_goes_the_same_way(client, clerk):
    code = uscc()
    answer = pasted(client, f'{HEADS}\r\n"福源\n牛肉面馆"\t马一\t化隆县\t{code}\t=1+1\r\n-5号店\t马二\t互助县\t\t\r\n')
    assert answer.status_code == 302
    run = ImportRun.objects.get()
    assert run.trial.state == "done" and run.trial.result["new"] == 2, run.trial.error
    kept = storage.path_of(run.file.key).read_bytes().decode("utf-8-sig")
    assert run.file.name.endswith(".csv") and "'=1+1" in kept and "'-5号店" in kept
    client.post(reverse("admin:formbuilder_importrun_write", args=[run.pk]), {"mode": "good"})
    run_waiting(flow.KIND)
    assert set(Enterprise.objects.values_list("name", flat=True)) == {"福源 牛肉面馆", "-5号店"}
    assert Enterprise.objects.get(uscc=code).source == run.file


def test_where_no_row_can_be_taken_none_is_offered(client, clerk):
    pasted(client, f"{HEADS}\r\n福源面馆\t马一\t化隆县\t92630224MA00000000\t\r\n")
    run = ImportRun.objects.get()
    assert run.trial.result["wrong"] == 1
    page = client.get(reverse("admin:formbuilder_importrun_change", args=[run.pk])).content.decode()
    assert "没有可以导入的行" in page and 'name="mode"' not in page


@pytest.mark.parametrize(
    "text", ["", "nothing like a table", "one\ttwo", "a\tb\n\x00c\td", "a\tb\n\x1bc\td", "x\ty\n" * 400_000, '"open\tb\nc\td'],
    ids=["empty", "text", "heads only", "NUL", "control", "too long", "open quote"],
)  # fmt: skip
def test_what_is_no_table_is_said_beside_the_field(client, clerk, text):
    answer = pasted(client, text)
    assert answer.status_code == 422 and not ImportRun.objects.exists()
    assert "invalid-feedback" in answer.content.decode() or "alert" in answer.content.decode()


def test_either_a_file_or_a_pasted_table(client, clerk):
    answer = pasted(client, f"{HEADS}\na\tb\tc\td\te", file=SimpleUploadedFile("a.csv", b"a,b\n1,2\n"))
    assert answer.status_code == 422 and not ImportRun.objects.exists()


# --- sheets --------------------------------------------------------------------------------------------


def test_the_page_asks_which_sheet_and_reads_the_chosen_one(client, clerk):
    book = openpyxl.Workbook()
    for name, rows in {"一月": 1, "二月": 2}.items():
        sheet = book.create_sheet(name)
        sheet.append(HEADS.split("\t"))
        for number in range(rows):
            sheet.append([f"{name}{number}店", "马一", "化隆县", uscc(), ""])
    file = BytesIO()
    book.save(file)
    client.post(ADD, {"file": SimpleUploadedFile("a.xlsx", file.getvalue())})
    run_waiting(flow.KIND)
    run = ImportRun.objects.get()
    address = reverse("admin:formbuilder_importrun_change", args=[run.pk])
    page = client.get(address).content.decode()
    assert page.count('type="radio" name="sheets"') == 2 and 'name="mode"' not in page
    assert client.get(reverse("admin:formbuilder_importrun_sheets", args=[run.pk])).status_code == 302
    for wrong in ("", "三月"):
        assert client.post(reverse("admin:formbuilder_importrun_sheets", args=[run.pk]), {"sheets": wrong}).status_code == 302
    client.post(reverse("admin:formbuilder_importrun_sheets", args=[run.pk]), {"sheets": "二月"})
    run_waiting(flow.KIND)
    run.refresh_from_db()
    assert (run.sheet, run.trial.result["rows"]) == ("二月", 2)
    page = client.get(address).content.decode()
    assert 'name="mode"' in page and "checked" in page
