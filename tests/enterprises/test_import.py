"""Lists of enterprises, from the upload to the register."""

from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.accounts.roles import Role
from bureau.attachments import storage
from bureau.common.identity import id_check_digit
from bureau.formbuilder.tabular import flow, importers
from bureau.formbuilder.tabular.models import Mode
from bureau.jobs.testing import run_waiting
from bureau.regions.models import Region
from enterprises.models import Enterprise, Person
from tests.factories import accounts
from tests.factories.enterprises import enterprise, person, uscc

pytestmark = pytest.mark.django_db
ROSTER = Path(__file__).parents[1] / "samples" / "award_roster.xlsx"
HEADS = ["店铺名称", "统一社会信用代码", "经营地址", "经营者", "户籍县区", "联系电话", "开业日期"]


def clerk(code: str = ""):
    accounts.site()
    return accounts.staff(Role.CLERK, unit=accounts.county(code) if code else accounts.bureau())


def sheet(*rows, heads=HEADS) -> bytes:
    book = openpyxl.Workbook()
    for row in (heads, *rows):
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def line(name="天河福源拉面馆", code=None, operator="马一", county="化隆县", opened="2020.10.1", address="广州市天河区测试路1号"):
    return [name, code or uscc(), address, operator, county, "13900000001", opened]


def upload(content: bytes, by, name: str = "list.xlsx"):
    run = flow.start(
        importer=importers.get("enterprises"), upload=SimpleUploadedFile(name, content), options={}, by=by
    )
    run_waiting(flow.KIND)
    run.refresh_from_db()
    return run


def write(run, mode: Mode = Mode.GOOD):
    flow.ask_write(run=run, mode=mode, by=run.asked_by)
    run_waiting(flow.KIND)
    run.refresh_from_db()
    return run.job


def counts(job) -> tuple[int, int, int, int]:
    assert job.state == "done", job.error
    return tuple(job.result[key] for key in ("new", "changed", "unchanged", "wrong"))


def test_the_roster_of_the_bureau_as_it_is():
    by = clerk()
    run = upload(ROSTER.read_bytes(), by, ROSTER.name)
    # Amounts are the award's business: of its eight faults the register sees six.
    assert counts(run.trial) == (144, 0, 0, 6)
    assert Enterprise.objects.count() == Person.objects.count() == 0
    assert "8" in run.trial.faults.get(row=113).reason
    assert set(run.trial.faults.values_list("row", flat=True)) == {13, 26, 52, 77, 113, 126}
    assert counts(write(run)) == (144, 0, 0, 6)
    shop = Enterprise.objects.get(uscc="92420111YD67X78806")
    assert (shop.name, shop.operator.name, shop.phone) == ("洪山老撒拉拉面馆", "李国良", "13905570525")
    assert (shop.name_initials, shop.opened_on, shop.effective_date) == ("hslsllmg", date(2020, 8, 28), date(2020, 8, 28))
    places = [place.code for place in (shop.registered_region, shop.operating_region, shop.home_county, shop.region)]
    assert places == ["420111", "420111", "630202", "630202"]
    assert (shop.kind, shop.channel, shop.source, shop.entered_by) == ("individual", "imported", run.file, by)
    assert Enterprise.objects.get(uscc="92440106X2J0F19RKP").home_county.code == "630224"
    with storage.path_of(run.job.result_file.key).open("rb") as file:
        report = openpyxl.load_workbook(file, read_only=True)
        assert [sum(1 for _row in one.iter_rows()) for one in report.worksheets] == [7, 145]


def test_the_same_file_again_rewrites_nothing():
    by = clerk()
    write(upload(ROSTER.read_bytes(), by, ROSTER.name))
    before = dict(_written())
    again = upload(ROSTER.read_bytes(), by, ROSTER.name)
    assert counts(again.trial) == (0, 0, 144, 6)
    assert counts(write(again)) == (0, 0, 144, 6)
    assert dict(_written()) == before


def _written():
    with connection.cursor() as cursor:
        cursor.execute("select id, xmin::text || ctid::text || version from enterprises_enterprise")
        return cursor.fetchall()


def test_one_changed_row_is_the_only_one_written():
    by = clerk()
    code, other = uscc(), uscc()
    write(upload(sheet(line(code=code), line("天河二号拉面馆", other)), by))
    before = dict(_written())
    run = upload(sheet(line(code=code, operator="马二"), line("天河二号拉面馆", other)), by)
    assert counts(run.trial) == (0, 1, 1, 0)
    write(run)
    shop = Enterprise.objects.get(uscc=code)
    assert (shop.operator.name, shop.version) == ("马二", 2)
    assert [pk for pk, mark in _written() if before[pk] != mark] == [shop.pk]


def test_an_empty_cell_leaves_what_stands():
    by = clerk()
    code = uscc()
    write(upload(sheet(line(code=code)), by))
    row = line(code=code, name="天河新名拉面馆")
    row[5] = row[6] = None
    write(upload(sheet(row), by))
    shop = Enterprise.objects.get(uscc=code)
    assert (shop.name, shop.phone, shop.opened_on) == ("天河新名拉面馆", "13900000001", date(2020, 10, 1))
    assert shop.name_py == "tianhexinminglamianguan"


def test_all_or_nothing():
    run = upload(sheet(line(), line("坏的拉面馆", "92440106MA5000000X")), clerk())
    assert counts(run.trial) == (1, 0, 0, 1)
    job = write(run, Mode.ALL)
    assert (job.state, job.result["written"], run.written_at, Enterprise.objects.count()) == ("done", False, None, 0)


def test_rows_without_a_code_are_known_by_name_place_and_operator():
    by = clerk()
    row = line("吉隆坡兰州拉面馆", address="吉隆坡")
    row[1] = None
    run = upload(sheet([*row, "马来西亚"], heads=[*HEADS, "经营地"]), by)
    write(run)
    shop = Enterprise.objects.get()
    assert (shop.uscc, shop.kind, shop.operating_region.code) == (None, "other", "MY")
    assert counts(upload(sheet([*row, "马来西亚"], heads=[*HEADS, "经营地"]), by).trial) == (0, 0, 1, 0)


def test_one_person_per_identity_number():
    by = clerk()
    number = "63212719900101001"
    number += id_check_digit(number)
    known = person("马一", id_number=number)
    heads = [*HEADS, "身份证号"]
    run = upload(sheet([*line(), number], [*line("二号拉面馆"), number], [*line("三号", operator="马三"), number], heads=heads), by)
    assert counts(run.trial) == (2, 0, 0, 1)
    write(run)
    assert set(Enterprise.objects.values_list("operator", flat=True)) == {known.pk}


def test_a_county_imports_its_own_people_only():
    by = clerk("630224")
    theirs = enterprise("乐都的店", home="630202", operating="420111")
    run = upload(sheet(line(), line("乐都来的", county="乐都区"), line("乐都的店", theirs.uscc, county="化隆县")), by)
    assert counts(run.trial) == (1, 0, 0, 2)
    write(run)
    theirs.refresh_from_db()
    assert theirs.home_county.code == "630202"


def test_a_corrected_mapping_is_remembered():
    by = clerk()
    heads = ["字号", "码", "经营者姓名", "户籍县区", "开业日期"]
    row = ["天河福源拉面馆", uscc(), "马一", "化隆县", "2020.1.1"]
    run = upload(sheet(row, heads=heads), by)
    assert run.trial.state == "failed" and len(run.heads) == 5
    flow.remap(run=run, mapping={0: "name", 1: "uscc", 2: "operator", 3: "home_county"}, factor=1, by=by)
    run_waiting(flow.KIND)
    run.refresh_from_db()
    assert counts(run.trial) == (1, 0, 0, 0)
    again = upload(sheet(row, heads=heads), by)
    assert again.mapping == {"0": "name", "1": "uscc", "2": "operator", "3": "home_county"}
    write(again)
    shop = Enterprise.objects.get()
    assert (shop.uscc, shop.opened_on) == (row[1], None)


def test_a_merged_shop_is_not_revived():
    target = enterprise("新店")
    old = enterprise("旧店", state="merged", merged_into=target)
    assert counts(upload(sheet(line("旧店", old.uscc)), clerk()).trial) == (0, 0, 0, 1)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_csv(encoding):
    text = "\r\n".join(",".join(str(cell) for cell in row) for row in (HEADS, line(), line("二号拉面馆", operator="马·优素福")))
    run = upload(text.encode(encoding), clerk(), "list.csv")
    assert counts(run.trial) == (2, 0, 0, 0)


def test_regions_of_the_roster_are_those_of_the_standard():
    assert [region.code for region in Region.objects.find("化隆回族自治县")] == ["630224"]


def test_two_hundred_wrong_rows_are_all_named():
    rows = [line() if number % 2 else line(opened="2021.2.30") for number in range(400)]
    run = upload(sheet(*rows), clerk())
    assert counts(run.trial) == (200, 0, 0, 200)
    assert list(run.trial.faults.values_list("row", flat=True)) == list(range(2, 402, 2))


def test_the_number_of_statements_does_not_grow_with_the_rows():
    def statements(count: int) -> int:
        run = upload(sheet(*(line() for _number in range(count))), by)
        with CaptureQueriesContext(connection) as captured:
            write(run)
        return len(captured)

    by = clerk()
    assert statements(3) >= statements(300)
