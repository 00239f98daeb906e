"""Sheets as offices keep them."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from bureau.formbuilder.tabular import cells
from bureau.formbuilder.tabular.cells import CellFault
from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.layout import detect_layout
from bureau.formbuilder.tabular.rows import parse_rows
from bureau.formbuilder.tabular.sheets import read_book
from bureau.formbuilder.tabular.workbook import SheetOut, write_workbook

SAMPLES = Path(__file__).parents[2] / "samples"
COLUMNS = [
    Column("name", "店铺名称", required=True, essential=True),
    Column("uscc", "统一社会信用代码", "uscc"),
    Column("operator", "经营者姓名", required=True),
    Column("county", "户籍县区", "region"),
    Column("phone", "联系电话", "phone"),
    Column("opened_on", "开业日期", "date"),
    Column("amount", "奖补金额", "money"),
    Column("account", "开户行及账号", "account"),
]


def book(rows, merged=()):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for cells_range in merged:
        made.active.merge_cells(cells_range)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def parsed(source, columns=COLUMNS):
    layout = detect_layout(read_book(source), columns)
    return layout, list(parse_rows(layout, columns))


def test_the_sample_roster_is_understood_as_it_is():
    layout, rows = parsed(SAMPLES / "award_roster.xlsx")
    assert (layout.first_row, layout.factor, layout.sheet.letter(1)) == (5, 10_000, "B")
    assert [head.label for head in layout.heads][5:8] == ["经营者 / 姓名", "经营者 / 户籍县区", "经营者 / 联系电话"]
    assert len(rows) == 150
    assert {fault.row: fault.column for row in rows for fault in row.faults} == {
        13: "统一社会信用代码", 26: "统一社会信用代码", 52: "统一社会信用代码", 77: "开业日期", 89: "奖补金额", 126: "姓名",
    }
    odd = {row.number: row.values for row in rows}
    assert odd[39]["uscc"] == "92330106CP8F1L830M"
    assert (odd[65]["phone"], odd[70]["phone"]) == ("13907161223", "13912345678")
    assert odd[15]["opened_on"] == date(2021, 3, 27) and odd[17]["opened_on"] == date(2021, 3, 23)
    assert odd[5]["amount"] == Decimal("3000.00") and odd[101]["amount"] == Decimal("500000.00")
    assert odd[5]["account"] == ("青海农商银行", "6217815635924592")


@pytest.mark.parametrize(
    "raw",
    ["2021.5.15", "2021-05-15", "2021/5/15", "2021年5月15日", "２０２１年５月１５日", "20210515", 20210515.0, 44331.0,
     date(2021, 5, 15), datetime(2021, 5, 15, 8), " 2021.05.15 ", "2021-05-15 00:00:00"],
)
def test_days(raw):
    assert cells.day(raw) == date(2021, 5, 15)


@pytest.mark.parametrize(
    "raw", ["2021年2月30日", "2021.13.1", "五月", "2021年5月", "31/03/2021", 7.5, True, "9999-12-31", "民国110年5月1日"]
)
def test_days_that_are_none(raw):
    with pytest.raises(CellFault):
        cells.day(raw)


@pytest.mark.parametrize(
    ("raw", "factor", "yuan"),
    [(0.3, 10_000, "3000.00"), ("0.25", 10_000, "2500.00"), ("3,000", 1, "3000.00"), ("3000元", 10_000, "3000.00"),
     ("0.3万元", 1, "3000.00"), ("￥３０００", 1, "3000.00"), (5000, 1, "5000.00"), (0.1 + 0.2, 1, None)],
)
def test_amounts(raw, factor, yuan):
    if yuan is None:
        with pytest.raises(CellFault):
            cells.money(raw, factor)
    else:
        assert cells.money(raw, factor) == Decimal(yuan)


@pytest.mark.parametrize("raw", ["伍仟元", "五千", "-1", "1E3", "NaN", float("nan"), float("inf"), "1_0", "٣", 1e16, True])
def test_amounts_that_are_none(raw):
    with pytest.raises(CellFault):
        cells.money(raw)


@pytest.mark.parametrize(
    ("read", "raw"),
    [(cells.uscc, 9.2630102e17), (cells.uscc, "9.26301E+17"), (cells.id_number, 632126199001011000.0),
     (cells.id_number, "632126199001011000"), (cells.phone, 1390716122.5), (cells.uscc, True)],
)
def test_numbers_that_a_spreadsheet_spoiled(read, raw):
    with pytest.raises(CellFault):
        read(raw)


def test_a_fault_names_an_amount_in_words():
    with pytest.raises(CellFault, match="伍仟元"):
        cells.money("伍仟元")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_csv_in_the_encodings_of_offices(encoding, delimiter):
    lines = [["店铺名册", "", ""], ["店铺名称", "经营者姓名", "开业日期"], ["𠮷祥拉面馆", "马·优素福", "2021.5.15"], ["合计", "", ""]]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    _layout, rows = parsed(text.encode(encoding))
    assert [(row.number, row.values["name"], row.values["operator"]) for row in rows] == [(3, "𠮷祥拉面馆", "马·优素福")]
    assert not rows[0].faults


def test_heads_in_two_rows_without_merged_cells():
    text = "序号,店铺信息,,经营者,,开业日期\n,店铺名称,统一社会信用代码,姓名,户籍县区,\n1,一,,马一,化隆县,2021.1.1\n"
    layout, rows = parsed(text.encode())
    assert layout.first_row == 3
    assert set(layout.mapping.values()) == {"name", "uscc", "operator", "county", "opened_on"}
    assert rows[0].values["county"] == "化隆县"


def test_a_cell_merged_downwards_is_the_cell_of_each_row_but_an_amount_is_never_counted_twice():
    rows = [
        ["店铺名称", "经营者姓名", "户籍县区", "奖补金额"], ["一", "马一", "化隆县", 3000], ["二", "马二", None, None],
        ["三", "马三", None, 0],
    ]
    _layout, found = parsed(book(rows, merged=["C2:C4", "D2:D3"]))
    assert [row.values["county"] for row in found] == ["化隆县"] * 3
    assert [row.values["amount"] for row in found] == [Decimal("3000.00"), None, Decimal("0.00")]
    assert [(fault.row, fault.column) for row in found for fault in row.faults] == [(3, "奖补金额")]
    assert "2" in found[1].faults[0].reason


def test_a_sheet_that_begins_in_column_c_row_4():
    made = openpyxl.Workbook()
    sheet = made.active
    for column, head in zip("CDE", ["店铺名称", "经营者姓名", "奖补金额（万元）"], strict=True):
        sheet[f"{column}4"] = head
    sheet["C5"], sheet["D5"], sheet["E5"] = "一", "马一", 0.5
    file = BytesIO()
    made.save(file)
    layout, rows = parsed(file.getvalue())
    assert (layout.sheet.letter(0), rows[0].number, rows[0].values["amount"]) == ("C", 5, Decimal("5000.00"))


def test_furniture_of_a_sheet_is_no_row():
    rows = [
        ["名册"], ["店铺名称", "经营者姓名", "联系电话", "奖补金额"], ["合记拉面馆", "马一", "13900000001", 3000],
        ["小 计", None, None, 3000], ["", "小计（乐都区）", None, 3000], ["店铺名称", "经营者姓名", "联系电话", "奖补金额"],
        [None, None, None, None], ["合计拉面馆", "马二", "13900000002", 2000], ["总计", None, None, 5000],
        ["填表人：", None, "审核人：", None], ["填报单位（盖章）：", None, None, None], ["备注：以上属实", None, None, None],
    ]
    _layout, found = parsed(book(rows))
    assert [row.values["name"] for row in found] == ["合记拉面馆", "合计拉面馆"]


def test_the_signature_of_a_layout_is_that_of_its_heads():
    first, _ = parsed(book([["甲"], ["店铺名称", "经营者姓名"], ["一", "马一"]]))
    second, _ = parsed(book([["乙"], [], ["店铺名称", "经营者姓名"], ["二", "马二"], ["三", "马三"]]))
    third, _ = parsed(book([["经营者姓名", "店铺名称"], ["马二", "二"]]))
    assert first.signature == second.signature != third.signature


@pytest.mark.parametrize(
    "source", [b"", b"PK\x03\x04 no workbook", b"\xd0\xcf\x11\xe0 nothing", b"\xff\xff\xff\xff\x00\x81", b"only,one,line\n", b"\x00\x01"]
)
def test_what_is_no_sheet_is_refused_in_a_sentence(source):
    with pytest.raises(ValidationError):
        detect_layout(read_book(source), COLUMNS)


def test_written_text_never_becomes_a_formula():
    path = write_workbook(SheetOut("名册", ["店铺名称", "经营者姓名"], [["=1+1", "@SUM(A1)"], ["http://x.cn", "+86"]], title="名册"))
    try:
        sheet = openpyxl.load_workbook(path).active
        assert [[cell.data_type for cell in row] for row in sheet["A3:B4"]] == [["s", "s"], ["s", "s"]]
        assert sheet["A3"].value == "=1+1" and sheet["A4"].hyperlink is None
        _layout, rows = parsed(path)
        assert rows[0].values["name"] == "=1+1"
    finally:
        path.unlink()
