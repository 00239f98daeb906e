"""A year's awards of two schemes as a county keeps them, in one workbook: 400 rows, of which 40 cannot be taken.

`write(path)` makes the file and answers what a reader of it should find. The clerk is of Hualong; today is 2021-12-20.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import openpyxl

from bureau.accounts.enums import UserKind
from bureau.accounts.models import Grant, User
from bureau.accounts.roles import Role
from enterprises.models import Enterprise, Person
from tests.factories import awards
from tests.factories.enterprises import uscc
from tests.factories.training import id_number

HEADS = ["序号", "店铺名称", "统一社会信用代码", "经营者姓名", "身份证号码", "户籍县区", "联系电话", "经营地址", "开业日期",
         "奖补项目", "奖补金额", "拨付日期", "凭证号", "开户行及账号"]  # fmt: skip
NAME, CODE, OPERATOR, ID, COUNTY, PHONE, ADDRESS, OPENED, SCHEME, AMOUNT, PAID, VOUCHER, ACCOUNT = range(1, 14)
SHOP_AWARD, BRAND_AWARD = "新开店奖补", "品牌示范店奖补"
ROWS = 400
#: Codes that stand in the portal before the list comes: paid already, applied for, and the number of another person.
PAID_CODE, WAITING_CODE, FOREIGN_ID = uscc(900_001), uscc(900_002), id_number(999)

#: (column, what stands there, words of the reason in Chinese, in English).
CELLS = [
    (NAME, None, "不能为空", "must not be empty"),
    (NAME, "店" * 130, "120", "120"),
    (CODE, "wrong check", "校验", "check"),
    (CODE, uscc(910_001)[:17], "18位", "18 characters"),
    (CODE, 926302240000000000.0, "Excel", "Excel"),
    (CODE, "I" + uscc(910_002)[1:], "“I”", "“I”"),
    (CODE, "630224600012345", "15位", "15-digit"),
    (OPERATOR, None, "不能为空", "must not be empty"),
    (ID, "63022419900101001", "17位", "17"),
    (ID, 630224199001010000.0, "Excel", "Excel"),
    (ID, "630224199013010010", "", ""),
    (ID, FOREIGN_ID, "另一个姓名", "another name"),
    (COUNTY, None, "不能为空", "must not be empty"),
    (COUNTY, "化龙县", "化龙县", "化龙县"),
    (COUNTY, "乐都区", "辖区", "your area"),
    (PHONE, "1390000", "", ""),
    (PHONE, "无", "", ""),
    (OPENED, "2021年13月1日", "2021年13月1日", "2021-13-1"),
    (OPENED, "2021-12-25", "", "has not come"),
    (OPENED, "2021-12-01", "拨付日期早于", "paid before"),
    (SCHEME, None, "不能为空", "must not be empty"),
    (SCHEME, "新开业奖补", SHOP_AWARD, "Write one of"),
    (AMOUNT, None, "不能为空", "must not be empty"),
    (AMOUNT, "=5000*2", "公式", "formula"),
    (AMOUNT, "伍仟元整", "大写金额", "in words"),
    (AMOUNT, "待定", "不是数字", "not a number"),
    (AMOUNT, -5000, "负数", "negative"),
    (AMOUNT, 0, "大于零", "above zero"),
    (AMOUNT, 50_000, "5,000.00", "5,000.00"),
    (AMOUNT, "3000.005", "分", "fen"),
    (PAID, None, "不能为空", "must not be empty"),
    (PAID, "2021年2月30日", "没有2021年2月30日", "2021-2-30"),
    (PAID, "2021年5月", "日", "lacks the day"),
    (PAID, "五月十五日", "不是日期", "not a date"),
    (PAID, date(2021, 12, 31), "不能晚于今天", "future"),
    (PAID, "2020-12-30", "预算科目", "budget line"),
    (VOUCHER, None, "不能为空", "must not be empty"),
    (ACCOUNT, "信合卡", "账号", "account number"),
    (CODE, PAID_CODE, "已获得", "already"),
    (CODE, WAITING_CODE, "已获得", "already"),
]  # fmt: skip


@dataclass
class Found:
    """`faults`: row → (head of the column, words in Chinese, in English); `sums`: scheme → month → yuan that may count."""

    faults: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    sums: dict[str, dict[int, Decimal]] = field(default_factory=dict)
    good: int = 0


def home():
    """The bureau of `awards` with a second scheme, a clerk of Hualong, and what the list runs into."""
    home = awards.house(cap="5000000", year=2021)
    awards.second_scheme(home)
    clerk = home.people["hualong"] = User.objects.create(kind=UserKind.STAFF, username="hualong", name="Hualong")
    Grant.objects.create(user=clerk, role=Role.CLERK, unit=home.units["hualong"], valid_from=date(2020, 1, 1),
                         given_by=User.objects.machine())
    for code, at in ((PAID_CODE, "payment"), (WAITING_CODE, "accept")):
        shop = awards.shop()
        Enterprise.objects.filter(pk=shop.pk).update(uscc=code)
        awards.application(home, enterprise=shop, at=at)
    other = Person(name="韩另一人")
    other.set_id_number(FOREIGN_ID)
    other.save()
    return home


def write(path) -> Found:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "2021年"
    sheet.append(["化隆县2021年度奖补资金发放花名册"])
    sheet.merge_cells("A1:N1")
    sheet.append(["单位：元", *[None] * 11, "填报日期：2021年12月20日"])
    sheet.append(HEADS)
    found, wrong = Found(), iter(CELLS)
    for number in range(ROWS):
        row = _row(number)
        fault = next(wrong, None) if number % 10 == 7 else None
        if fault:
            column, value, *words = fault
            row[SCHEME], row[AMOUNT] = SHOP_AWARD, 3000
            row[column] = _wrong_check(number) if value == "wrong check" else value
            found.faults[sheet.max_row + 1] = (HEADS[column], *words)
        else:
            _count(found, row)
            _as_typed(row, number)
        sheet.append(row)
        if number == 12:
            sheet.row_dimensions[sheet.max_row].hidden = True
        if number % 100 == 99:
            _furniture(sheet, number)
    assert next(wrong, None) is None and len(found.faults) == len(CELLS) == 40
    _merge_counties(sheet)
    sheet.append(["合计", None, None, None, None, None, None, None, None, None, "=SUM(K4:K403)"])
    sheet.append(["填表人：", "马文明", None, "审核人："])
    book.save(path)
    return found


def _row(number):
    """Rows 200 and 201, 204 and 205 … are two awards of one shop; all else differs."""
    shop = number - 1 if _second(number) else number
    scheme = BRAND_AWARD if _second(number) or number % 8 == 3 else SHOP_AWARD
    month = 1 + number % 11
    return [
        number + 1, f"示例拉面馆{shop:03}号", uscc(800_000 + shop), f"马{'文福海忠明'[shop % 5]}{'才成德祥'[shop % 4]}",
        id_number(800_000 + shop), "化隆县", f"139{shop:08}", f"广州市天河区示例路{shop + 1}号", date(2020, 6, 1), scheme,
        3000 if scheme == SHOP_AWARD else 20_000, date(2021, month, 15), f"2021-{month:03}",
        f"青海农商银行 6217000{number:012}",
    ]


def _second(number):
    return number > 200 and number % 20 == 1


def _count(found, row):
    found.good += 1
    months = found.sums.setdefault(row[SCHEME], {})
    months[row[PAID].month] = months.get(row[PAID].month, Decimal(0)) + row[AMOUNT]


def _wrong_check(number):
    code = uscc(800_000 + number)
    return code[:17] + next(sign for sign in "0123456789" if sign != code[17])


def _as_typed(row, number):
    """The same values as different hands write them; all of them are good."""
    if number % 3 or _second(number) or _second(number + 1):
        return
    match number % 8:
        case 0:
            row[CODE] = _wide(row[CODE])
        case 1:
            row[PHONE] = _wide(row[PHONE])
        case 2:
            row[PAID] = f"{row[PAID]:%Y.%m.%d}"
        case 3:
            row[AMOUNT] = f"{row[AMOUNT]:,}元"
        case 4:
            row[AMOUNT] = f"{Decimal(row[AMOUNT]) / 10_000}万元"
        case 5:
            row[PAID] = f"{row[PAID].year}年{row[PAID].month}月{row[PAID].day}日"
        case 6:
            row[PHONE] = int(row[PHONE])
        case 7:
            row[PAID] = (row[PAID] - date(1899, 12, 30)).days


def _wide(text):
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


def _furniture(sheet, number):
    sheet.append([f"小计（第{number // 100 + 1}页）", *[None] * 9, 1_000_000])
    sheet.append([])
    if number < ROWS - 1:
        sheet.append(HEADS)


def _merge_counties(sheet):
    """Five shops of one county under one merged cell, and none of them wrong."""
    first = 4
    for row in range(first + 1, first + 5):
        sheet.cell(row, COUNTY + 1).value = None
    sheet.merge_cells(start_row=first, end_row=first + 4, start_column=COUNTY + 1, end_column=COUNTY + 1)
