"""The bank's files: matched, idempotent, wrong rows told by column and reason; rosters confirmed by another person."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from bureau import jobs
from bureau.attachments import storage
from bureau.common import clock
from bureau.jobs.report import Report
from bureau.jobs.testing import run_waiting
from bureau.workflow import Refused
from subsidies.loans.actions import earlier, lists
from subsidies.loans.enums import State
from subsidies.loans.models import Drawdown, LoanBackEntry, LoanBackRow, LoanRequest
from tests.factories import loans

DECISIONS = ("申请编号", "审批结果", "批准金额（万元）", "审批日期", "未通过原因")
DRAWN = ("申请编号", "统一社会信用代码", "放款金额", "放款日期", "流水号")
ROSTER = ("店铺名称", "统一社会信用代码", "放款银行", "贷款金额（万元）", "放款日期", "流水号")


@pytest.fixture
def three(place):
    """Three requests on one list."""
    made = [loans.asked(place.product, place.new_shop(), place.clerk, phone="13800000001", entry_unit=place.world.bureau)
            for _n in range(3)]
    lists.make(requests=made, by=place.clerk)
    return made


def today():
    return clock.today().isoformat()


def faults(run, write=True):
    job = run.job if write else run.trial
    return {(fault.row, fault.column): fault.reason for fault in job.faults.all()}


def test_the_list_comes_back_filled_in(place, three, tmp_path):
    """The very workbook that went out, its last columns filled in as the bank does."""
    with storage.path_of(three[0].referral.listing.file.key).open("rb") as file:
        made = load_workbook(file)
    sheet = made.active
    for number, row in enumerate(sheet.iter_rows(min_row=3)):
        row[10].value, row[12].value = ("同意" if number < 2 else "拒绝"), clock.today()
        row[11].value, row[13].value = (120_000 if number < 2 else None), (None if number < 2 else "流水不足")
    path = tmp_path / "back.xlsx"
    made.save(path)
    run = loans.imported("loan-decisions", path.read_bytes(), place.clerk)
    assert run.job.result["new"] == 3, faults(run)
    states = list(LoanRequest.objects.order_by("pk").values_list("state", "amount_approved", "decline_reason"))
    assert states == [(State.ACCEPTED, 120_000, ""), (State.ACCEPTED, 120_000, ""), (State.DECLINED, None, "流水不足")]
    again = loans.imported("loan-decisions", path.read_bytes(), place.clerk)
    assert (again.job.result["unchanged"], again.job.result["new"]) == (3, 0)
    assert three[0].log.count() == 2


def test_a_changed_decision_is_a_fault(place, three):
    rows = [(three[0].number, "同意", 10, today(), None)]
    loans.imported("loan-decisions", loans.book(DECISIONS, rows), place.clerk)
    three[0].refresh_from_db()
    assert three[0].amount_approved == Decimal(100_000)  # 万元 in the head
    changed = [(three[0].number, "同意", 12, today(), None)]
    run = loans.imported("loan-decisions", loans.book(DECISIONS, changed), place.clerk)
    assert run.job.result["wrong"] == 1
    assert "otherwise" in next(iter(faults(run).values())) or "100,000" in next(iter(faults(run).values()))
    declined = [(three[0].number, "拒绝", None, today(), "征信")]
    assert loans.imported("loan-decisions", loans.book(DECISIONS, declined), place.clerk).job.result["wrong"] == 1


def test_forty_wrong_rows_each_with_its_reason(place, three):
    later = (clock.today() + timedelta(days=3)).isoformat()
    early = (clock.today() - timedelta(days=3)).isoformat()
    number = three[0].number
    waiting = loans.asked(place.product, place.shop, place.owner).number
    kinds = [
        (("LD2021999999", "同意", 10, today(), None), "申请编号"),
        ((None, "同意", 10, today(), None), "申请编号"),
        ((waiting, "同意", 10, today(), None), "申请编号"),
        ((number, "也许", 10, today(), None), "审批结果"),
        ((number, None, 10, today(), None), "审批结果"),
        ((number, "同意", None, today(), None), "批准金额（万元）"),
        ((number, "同意", -5, today(), None), "批准金额（万元）"),
        ((number, "同意", "一万", today(), None), "批准金额（万元）"),
        ((number, "拒绝", None, today(), None), "未通过原因"),
        ((number, "拒绝", 10, today(), "征信"), "批准金额（万元）"),
        ((number, "同意", 10, later, None), "审批日期"),
        ((number, "同意", 10, early, None), "审批日期"),
        ((number, "同意", 10, "昨天", None), "审批日期"),
    ]
    wrong = [kinds[index % len(kinds)] for index in range(40)]
    good = [(request.number, "同意", 10, today(), None) for request in three]
    run = loans.imported("loan-decisions", loans.book(DECISIONS, [row for row, _column in wrong] + good), place.clerk)
    told = faults(run)
    assert run.job.result["wrong"] == 40
    assert run.job.result["new"] == 3
    for index, (_row, column) in enumerate(wrong, start=2):
        assert (index, column) in told, (index, column, [key for key in told if key[0] == index])


def test_sums_in_another_unit_are_faults(place, three):
    """A bank that writes 30 for 300,000 under a head in yuan, or 300,000 under one in 万元."""
    first, second, third = three
    yuan = ("申请编号", "审批结果", "批准金额", "审批日期", "未通过原因")
    run = loans.imported("loan-decisions", loans.book(yuan, [(first.number, "同意", 20, today(), None)]), place.clerk)
    assert "万元" in faults(run)[2, "批准金额"]
    run = loans.imported("loan-decisions", loans.book(DECISIONS, [(first.number, "同意", 200_000, today(), None)]), place.clerk)
    assert "500,000.00" in faults(run)[2, "批准金额（万元）"]
    good = [(row.number, "同意", 20, today(), None) for row in three]
    loans.imported("loan-decisions", loans.book(DECISIONS, good), place.clerk)
    run = loans.imported("loan-drawdowns", loans.book(DRAWN, [(second.number, None, 20, today(), "U1")]), place.clerk)
    assert "万元" in faults(run)[2, "放款金额"]
    assert not Drawdown.objects.exists()


def test_a_file_is_of_one_bank(place, three):
    other = loans.product(bank_zh="另一家示范银行")
    stray = loans.listed(loans.asked(other, place.shop, place.owner), place.clerk)
    rows = [(row.number, "同意", 20, today(), None) for row in (*three, stray)]
    run = loans.imported("loan-decisions", loans.book(DECISIONS, rows), place.clerk)
    assert (run.job.result["new"], run.job.result["wrong"]) == (3, 1)
    assert "另一家示范银行" in faults(run)[5, "申请编号"]
    alone = loans.book(DECISIONS, [rows[3]])
    assert loans.imported("loan-decisions", alone, place.clerk).job.result["new"] == 1
    paid = [(row.number, None, 200_000, today(), f"W{row.pk}") for row in (*three, stray)]
    run = loans.imported("loan-drawdowns", loans.book(DRAWN, paid), place.clerk)
    assert (run.job.result["new"], run.job.result["wrong"]) == (3, 1)


def test_payments_by_number_or_code_count_once(place, three):
    loans.imported("loan-decisions", loans.book(DECISIONS, [(row.number, "同意", 10, today(), None) for row in three]),
                   place.clerk)
    first, second, third = three
    rows = [
        (first.number, None, 40_000, today(), "A1"), (first.number, None, 60_000, today(), "A2"),
        (None, second.enterprise.uscc, 100_000, today(), "A3"),
        (third.number, None, "100000.01", today(), "A4"),  # above what was approved
        (first.number, None, 1, today(), "A5"),  # nothing is left after the two above
        (third.number, second.enterprise.uscc, 1, today(), "A6"),  # another shop's
        (third.number, None, 1, today(), "A1"),  # a serial again
    ]
    content = loans.book(DRAWN, rows)
    run = loans.imported("loan-drawdowns", content, place.clerk)
    assert (run.job.result["new"], run.job.result["wrong"]) == (3, 4), faults(run)
    again = loans.imported("loan-drawdowns", content, place.clerk)
    assert (again.job.result["new"], again.job.result["unchanged"]) == (0, 3), faults(again)
    assert Drawdown.objects.count() == 3
    first.refresh_from_db()
    assert (first.state, first.drawn) == (State.DRAWN, 100_000)
    other = loans.book(DRAWN, [(first.number, None, 39_000, today(), "A1")])
    assert "A1" in loans.imported("loan-drawdowns", other, place.clerk).job.faults.get().value


def test_a_county_does_not_decide_for_another(place, three):
    rows = [(three[0].number, "同意", 10, today(), None)]
    run = loans.imported("loan-decisions", loans.book(DECISIONS, rows), place.other_clerk)
    assert run.job.result["wrong"] == 1


def roster(place, shops, **changes):
    rows = [(shop.name, shop.uscc, place.product.bank_zh, 10, "2020-09-01", f"B{number}") for number, shop in enumerate(shops)]
    return loans.book(ROSTER, rows)


def test_earlier_loans_count_when_another_person_has_confirmed(place):
    shops = [place.new_shop() for _n in range(3)]
    loans.asked(place.product, shops[0], place.clerk, phone="13800000001", entry_unit=place.world.bureau)  # now, besides
    run = loans.imported("loans-earlier", roster(place, shops), place.clerk, options={"product": place.product.pk})
    assert run.job.result["new"] == 3, faults(run)
    back_entry = LoanBackEntry.objects.get()
    assert Drawdown.objects.count() == 0
    with pytest.raises(Refused, match="another person"):
        earlier.confirm(back_entry=back_entry, by=place.clerk)
    assert earlier.confirm(back_entry=back_entry, by=place.finance) == 3
    with pytest.raises(Refused):
        earlier.confirm(back_entry=back_entry, by=place.finance)
    row = Drawdown.objects.earliest("pk")
    assert (row.amount, row.effective_date, row.channel) == (100_000, date(2020, 9, 1), "back_entered")
    assert (row.request.state, row.request.drawn) == (State.CLOSED, 100_000)
    again = loans.imported("loans-earlier", roster(place, shops), place.clerk, options={"product": place.product.pk})
    assert again.job.result["wrong"] == 3


def test_a_roster_is_confirmed_in_few_queries_and_the_job_is_heard_on_the_way(
    place, monkeypatch, django_assert_max_num_queries
):
    """Twenty thousand loans outlast the lease of a job that says nothing, and it would be given up."""
    shops, heard = [place.new_shop() for _n in range(40)], []
    loans.imported("loans-earlier", roster(place, shops), place.clerk, options={"product": place.product.pk})
    monkeypatch.setattr(Report, "step", lambda self, done, total=0, *_words, **_how: heard.append((done, total)))
    jobs.ask("subsidies.confirm_loans", by=place.finance, params={"back_entry": LoanBackEntry.objects.get().pk})
    monkeypatch.setattr(earlier, "PART", 15)
    with django_assert_max_num_queries(50 + 3 * 12):
        job = run_waiting()[-1]
    assert (job.state, job.result) == ("done", {"loans": 40}), job.error
    assert heard == [(15, 40), (30, 40), (40, 40), (1, 1)]
    assert len(set(LoanRequest.objects.values_list("number", flat=True))) == 40
    rows = LoanBackRow.objects.select_related("request")
    assert rows.count() == 40 and all(row.request.enterprise_id == row.enterprise_id for row in rows)


def test_what_a_roster_gets_wrong(place):
    shop = place.new_shop()
    rows = [
        ("别的店", shop.uscc, None, 10, "2020-09-01", "C1"), (None, loans.code(999_999), None, 10, "2020-09-01", "C2"),
        (None, shop.uscc, "别的银行", 10, "2020-09-01", "C3"), (None, shop.uscc, None, 51, "2020-09-01", "C4"),
        (None, shop.uscc, None, 10, "2099-09-01", "C5"), (None, shop.uscc, None, 10, "2020-09-01", "C6"),
        (None, shop.uscc, None, 10, "2020-09-02", "C6"),
    ]
    run = loans.imported("loans-earlier", loans.book(ROSTER, rows), place.clerk, options={"product": place.product.pk})
    assert {row for row, _column in faults(run)} == {2, 3, 4, 5, 6, 8}
    assert run.job.result["new"] == 1
    back_entry = LoanBackEntry.objects.get()
    earlier.discard(back_entry=back_entry, by=place.clerk)
    with pytest.raises(Refused):
        earlier.confirm(back_entry=back_entry, by=place.finance)
