"""A loan on a phone: the owner asks, the clerk makes the list and takes the file, the bank fills it in, it comes back,
then what it paid; the owner sees it and the figure moves."""

from decimal import Decimal

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from bureau.common import clock
from bureau.common.periods import Period
from bureau.metrics import compute
from subsidies.loans.enums import State
from subsidies.loans.models import LoanRequest
from tests.factories import loans
from tests.factories import subsidies as make
from tests.journeys import acts
from tests.journeys.people import come_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bureau(worker):
    world = make.world()
    loans.with_code(world.shop)
    world.shop.operator.set_id_number("632123198501015557")
    world.shop.operator.save()
    loans.product(key="lamiandai")
    return world


def test_a_loan_goes_out_on_a_list_and_comes_back(bureau, new_phone, live_server, tmp_path):
    owner, clerk = new_phone(), new_phone()
    come_in(owner, bureau.owner, live_server)
    come_in(clerk, make.staff("clerk", ("clerk", bureau.bureau)), live_server)
    number = ask(owner, bureau.shop)
    sent = make_the_list(clerk, number, tmp_path)
    answer(sent, number)
    bring_in(clerk, "/admin/formbuilder/importrun/add/?importer=loan-decisions", sent)
    read_the_answer(owner, number)
    before = paid_out()
    bring_in(clerk, "/admin/subsidies/drawdown/add/", payments(tmp_path, number))
    assert paid_out() - before == Decimal(150_000)
    read_the_payments(owner)
    of_the_clerk(clerk, number)


def paid_out():
    today = Period.between(clock.today(), clock.today())
    return compute(["loans.disbursed"], [today])["loans.disbursed"].value


def ask(page, shop):
    """From the loans there are to the request, with one thumb."""
    page.goto("/loans/")
    acts.show(page, "loan-01-loans")
    page.get_by_role("link", name="拉面贷").click()
    acts.show(page, "loan-02-product")
    page.get_by_role("link", name="我想申请").click()
    page.get_by_role("button", name="提交申请").click()  # nothing filled in: said beside the fields
    expect(page.get_by_label("我已阅读并同意")).to_be_visible()
    acts.show(page, "loan-03-missing")
    page.get_by_label("您需要贷款多少（元）").fill("200000")
    page.get_by_label("用途").fill("第二家店装修")
    page.get_by_label("我已阅读并同意").check()
    acts.show(page, "loan-04-ask")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("已提交，由单位推荐给银行")).to_be_visible()
    acts.show(page, "loan-05-handed-in")
    return LoanRequest.objects.get(enterprise=shop).number


def make_the_list(page, number, folder):
    """The inbox knows; the batch says what will happen; the file comes down."""
    page.goto("/admin/")
    expect(page.get_by_text(number)).to_be_visible()
    page.goto("/admin/subsidies/loanrequest/")
    page.locator("#result_list tbody input.action-select").first.check()
    page.locator("select[name=action]").select_option("put_on_list")
    acts.show(page, "loan-06-requests")
    page.locator(".actions button[name=index], .actions button").first.click()
    expect(page.get_by_text(number)).to_be_visible()
    acts.show(page, "loan-07-what-will-happen")
    page.get_by_role("button", name="生成名单").click()
    expect(page.get_by_role("button", name="下载名单（.xlsx）")).to_be_visible()
    acts.show(page, "loan-08-list")
    with page.expect_download() as coming:
        page.get_by_role("button", name="下载名单（.xlsx）").click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def answer(path, number):
    """As the bank does it: in its own columns of our sheet."""
    book = load_workbook(path)
    sheet = book.active
    row = next(row for row in sheet.iter_rows(min_row=3) if row[1].value == number)
    assert row[5].value == "632123198501015557"
    row[10].value, row[11].value, row[12].value = "同意", 180_000, clock.today().isoformat()
    book.save(path)


def payments(folder, number):
    path = folder / "放款明细.xlsx"
    day = clock.today().isoformat()
    path.write_bytes(loans.book(
        ("申请编号", "放款金额（万元）", "放款日期", "流水号"), [(number, 10, day, "QN001"), (number, 5, day, "QN002")],
        title="拉面贷放款明细",
    ))
    return path


def bring_in(page, address, path):
    page.goto(address)
    page.get_by_label("文件").set_input_files(path)
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_url("**/jobs/**")
    go_on_when_done(page)
    acts.show(page, f"loan-09-{path.stem}-trial")
    page.get_by_role("button", name="导入").last.click()
    go_on_when_done(page)
    acts.show(page, f"loan-10-{path.stem}-done")


def go_on_when_done(page):
    onward = page.get_by_role("main").get_by_role("link", name="继续")
    expect(onward).to_be_visible(timeout=30_000)
    onward.click()


def read_the_answer(page, number):
    page.goto("/my/loans/")
    page.get_by_role("link").filter(has_text=number).click()
    expect(page.get_by_text("180,000.00").first).to_be_visible()
    acts.show(page, "loan-11-approved")


def read_the_payments(page):
    page.reload()
    expect(page.get_by_text("150,000.00").first).to_be_visible()
    expect(page.get_by_text("银行已放款").first).to_be_visible()
    acts.show(page, "loan-12-paid-out")
    page.goto("/my/messages/")
    expect(page.get_by_text("贷款已发放").first).to_be_visible()


def of_the_clerk(page, number):
    request = LoanRequest.objects.get(number=number)
    assert (request.state, request.drawn) == (State.DRAWN, Decimal(150_000))
    page.goto(f"/admin/subsidies/loanrequest/{request.pk}/change/")
    expect(page.get_by_text("QN002")).to_be_visible()
    acts.show(page, "loan-13-case")
