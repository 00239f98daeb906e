"""A county's awards of a whole year come in from one workbook with 40 faults in it, and count once a second person has
confirmed them: on a phone, with a worker."""

import re
from datetime import date, datetime

import pytest
from playwright.sync_api import expect

from bureau.common import clock
from bureau.common.periods import Kind, Period
from bureau.metrics import compute
from subsidies.models import Application, BackEntry, Entry
from tests.factories import award_year
from tests.journeys import acts
from tests.journeys.people import come_in

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = Period.of(Kind.YEAR, date(2021, 6, 1))


@pytest.fixture
def home(worker, settings):
    settings.DEMO = True
    clock.start_at(datetime(2021, 12, 20, 9, tzinfo=clock.ZONE))
    return award_year.home()


def test_a_year_of_awards_with_forty_faults(home, new_phone, live_server, tmp_path):
    workbook = tmp_path / "化隆县2021年奖补.xlsx"
    found = award_year.write(workbook)
    clerk, finance = new_phone(), new_phone()
    come_in(clerk, home.people["hualong"], live_server)
    come_in(finance, home.people["finance"], live_server)
    upload(clerk, workbook)
    read_the_faults(clerk, found)
    import_the_good(clerk, found)
    for scheme, months in found.sums.items():
        row = BackEntry.objects.get(scheme_version__scheme__name_zh=scheme)
        key = f"subsidies.{row.scheme_version.scheme.key}.paid"
        before = paid(key, YEAR)
        confirm(finance, workbook, row)
        assert paid(key, YEAR) - before == sum(months.values())
        for month in range(1, 13):
            assert paid(key, Period.of(Kind.MONTH, date(2021, month, 1))) == months.get(month, 0)
    entries = Entry.objects.filter(kind="pay")
    assert entries.count() == found.good and not entries.exclude(back_entered=True).exists()


def paid(key, period):
    """Yuan, as the figures of the portal have it."""
    return compute([key], [period])[key].value or 0


def upload(page, workbook):
    page.goto("/admin/subsidies/backentry/add/")
    acts.show(page, "year-01-upload")
    page.get_by_label("文件").set_input_files(workbook)
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_url("**/jobs/**")
    go_on_when_done(page)


def go_on_when_done(page):
    onward = page.get_by_role("main").get_by_role("link", name="继续")
    expect(onward).to_be_visible(timeout=60_000)
    onward.click()


def read_the_faults(page, found):
    """Forty rows, each with its column and what to do, in words; nothing has been written."""
    acts.show(page, "year-02-faults")
    rows = page.locator("section", has=page.get_by_role("heading", name="问题说明")).locator("tbody tr")
    shown = {int(cells[0]): (cells[1], cells[3]) for cells in (row.locator("td").all_inner_texts() for row in rows.all())}
    assert shown.keys() == found.faults.keys()
    wrong = {row: shown[row] for row, (column, words, _english) in found.faults.items()
             if column not in shown[row][0] or words not in shown[row][1]}
    assert wrong == {}
    meanings = page.locator("section", has=page.get_by_role("heading", name="各列含义")).locator("select")
    assert meanings.count() >= len(award_year.HEADS) - 1
    assert not BackEntry.objects.exists()


def import_the_good(page, found):
    page.get_by_role("button", name=re.compile(str(found.good))).click()
    go_on_when_done(page)
    page.get_by_role("link", name="查看导入的内容").click()
    acts.show(page, "year-03-lists")
    assert {row.scheme_version.scheme.name_zh for row in BackEntry.objects.all()} == found.sums.keys()
    assert not Application.objects.filter(channel="back_entered").exists(), "nothing counts before it is confirmed"


def confirm(page, workbook, row):
    page.goto("/admin/")
    expect(page.get_by_role("link", name=workbook.name).first).to_be_visible()
    page.locator(f'a[href="/admin/subsidies/backentry/{row.pk}/change/"]').first.click()
    acts.show(page, f"year-04-confirm-{row.pk}")
    page.get_by_role("button", name="确认这份清单").click()
    page.wait_for_url("**/jobs/**")
    go_on_when_done(page)
    row.refresh_from_db()
    assert row.confirmed_by.username == "finance"
