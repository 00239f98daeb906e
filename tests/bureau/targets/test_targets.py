"""Targets and statistics: written, imported, confirmed by a second person, and shown with what was done."""

import io
import re
from datetime import date
from decimal import Decimal
from html import unescape

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from bureau.accounts.roles import Role
from bureau.audit.models import AuditEvent
from bureau.common.periods import Kind, Period
from bureau.formbuilder.tabular import flow, importers
from bureau.formbuilder.tabular.models import Mode
from bureau.formbuilder.tabular.sample import columns_of
from bureau.formbuilder.tabular.workbook import SheetOut, write_workbook
from bureau.jobs.testing import run_waiting
from bureau.metrics import compute
from bureau.metrics.registry import bound
from bureau.regions.models import Region
from bureau.targets import actions, queries
from bureau.targets.actions import Statement, Wanted
from bureau.targets.imports import known_metrics
from bureau.targets.models import StatedSeries, StatedValue, Target
from tests.factories import accounts

pytestmark = pytest.mark.django_db
YEAR = Period.of(Kind.YEAR, date(2021, 1, 1))
KEY = "budget.paid"


@pytest.fixture
def root():
    accounts.site()
    return Region.objects.by_code("630200")


@pytest.fixture
def county():
    return Region.objects.by_code("630224")


@pytest.fixture
def editor(root):
    return accounts.staff(Role.EDITOR)


@pytest.fixture
def checker(root):
    return accounts.staff(Role.CHECKER)


@pytest.fixture
def series():
    return StatedSeries.objects.create(
        key="jobs", label_zh="带动就业", label_en="Jobs", unit_zh="人", unit_en="persons", stands="period"
    )


def said(series, region, value, period=YEAR, **more):
    return Statement(series, region, period, Decimal(value), "《统计公报》", **more)


# --- targets ---------------------------------------------------------------------------------------


def test_set_change_remove_leave_a_trail(root, editor):
    for low in (100, 100, 120, None):
        actions.set_targets([Wanted(KEY, YEAR, root, None if low is None else Decimal(low))], by=editor)
    assert not Target.objects.exists()
    found = AuditEvent.objects.filter(event__startswith="targets.target").order_by("pk")
    assert [(row.event.rpartition(".")[2], row.data.get("was"), row.data.get("now")) for row in found] == [
        ("set", "", "100"), ("set", "100.00", "120"), ("removed", "120.00", None)]


@pytest.mark.parametrize("wrong", [
    {"region": None}, {"low": -1}, {"high": 5}, {"start": date(2022, 1, 1)}, {"kind": "decade"},
])
def test_the_database_refuses(root, editor, wrong):
    fields = {"metric": KEY, "kind": "year", "start": YEAR.start, "end": YEAR.end, "region": root, "low": 10,
              "entered_by": editor}
    Target.objects.create(**fields)
    Target.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.create(**(fields | wrong))


def test_one_target_per_figure_period_and_place(root, editor):
    fields = {"metric": KEY, "kind": "year", "start": YEAR.start, "end": YEAR.end, "region": root, "low": 10,
              "entered_by": editor}
    Target.objects.create(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.create(**fields)


def test_the_grid_saves_only_what_can_be_read(client, root, county, editor):
    client.force_login(editor)
    url = reverse("targets:grid") + "?year=" + str(queries.clock.today().year)
    page = client.get(url)
    names = re.findall(r'name="([\w.]+-\d{6})"', page.content.decode())
    name = next(one for one in names if one.endswith("-630224"))
    assert client.post(url, {name: "一百", "document": ""}).status_code == 422
    assert not Target.objects.exists()
    assert client.post(url, {name: "8150万元", "document": "工作要点"}).status_code == 302
    row = Target.objects.get()
    assert (row.low, row.region, row.document) == (81_500_000, county, "工作要点")
    assert client.post(url, {name: ""}).status_code == 302
    assert not Target.objects.exists()


def test_a_county_sets_its_own_targets_only(client, root):
    unit = accounts.county("630224")
    user = accounts.staff(Role.EDITOR, unit=unit)
    client.force_login(user)
    page = client.get(reverse("targets:grid")).content.decode()
    assert set(re.findall(r'name="[\w.]+-(\d{6})"', page)) == {"630224"}


def imported(key, heads, rows, by, mode=Mode.GOOD):
    path = write_workbook(SheetOut("表", heads, rows))
    run = flow.start(importer=importers.get(key), upload=SimpleUploadedFile("表.xlsx", path.read_bytes()), options={}, by=by)
    path.unlink()
    run_waiting()
    run.refresh_from_db()
    assert run.trial.state == "done", run.trial.error
    flow.ask_write(run=run, mode=mode, by=by)
    run_waiting()
    run.refresh_from_db()
    return run


def test_targets_come_from_a_list(root, county, editor):
    label = bound([KEY])[0].label
    heads = ["指标", "地区", "期间", "目标值"]
    rows = [
        [label, "海东市", "2021年", "1200万元"], [KEY, "化隆县", "2021年上半年", "300"], [label, "化隆县", "2021年", "-5"],
        ["没有的指标", "化隆县", "2021年", "1"], [label, "成都市", "2021年", "1"], [label, "全市", "2021年", "7"],
    ]
    run = imported("targets", heads, rows, editor)
    assert run.job.result["new"] == 2
    assert run.job.result["wrong"] == 4
    assert {(row.region, row.kind, row.low) for row in Target.objects.all()} == {
        (root, "year", Decimal(12_000_000)), (county, "half_year", Decimal(300))}
    assert {(row.channel, row.source) for row in Target.objects.all()} == {("imported", run.file)}
    again = imported("targets", heads, rows[:2], editor)
    assert again.job.result["unchanged"] == 2


# --- statistics ----------------------------------------------------------------------------------


def value_of(key="stated.jobs", window=YEAR, **more):
    return compute([key], [window], **more).value(key)


def test_it_counts_when_a_second_person_has_confirmed_it(root, series, editor, checker):
    row = actions.propose(said(series, root, "186000"), by=editor, unit=accounts.bureau())
    assert value_of() == 0
    with pytest.raises(ValidationError):
        actions.confirm(row, by=editor)
    assert value_of() == 0
    actions.confirm(row, by=checker)
    assert value_of() == 186000
    one = bound(["stated.jobs"])[0]
    assert (one.label, str(one.unit.label), one.metric.is_stated) == ("带动就业", "人", True)


def test_the_database_knows_two_people(root, series, editor):
    row = actions.propose(said(series, root, 5), by=editor, unit=accounts.bureau())

    def confirmed_by_himself():
        with transaction.atomic():
            StatedValue.objects.filter(pk=row.pk).update(
                state="confirmed", confirmed_by=editor, confirmed_at="2021-05-21T00:00:00+08:00")

    with pytest.raises(IntegrityError):
        confirmed_by_himself()
    with connection.cursor() as cursor:  # without the guard it happens
        cursor.execute("set constraints all immediate; alter table targets_statedvalue drop constraint statedvalue_two_people")
    confirmed_by_himself()
    assert value_of() == 5


def test_what_was_confirmed_stands(root, series, editor, checker):
    row = actions.confirm(actions.propose(said(series, root, 5), by=editor, unit=accounts.bureau()), by=checker)

    def change():
        with transaction.atomic():
            StatedValue.objects.filter(pk=row.pk).update(value=6)

    with pytest.raises(IntegrityError):
        change()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate; alter table targets_statedvalue disable trigger stated_stands")
    change()
    assert value_of() == 6


def test_a_correction_is_a_further_revision(root, series, editor, checker):
    actions.confirm(actions.propose(said(series, root, 5), by=editor, unit=accounts.bureau()), by=checker)
    second = actions.propose(said(series, root, 7), by=editor, unit=accounts.bureau())
    with pytest.raises(ValidationError):
        actions.propose(said(series, root, 8), by=editor, unit=accounts.bureau())
    assert value_of() == 5
    actions.confirm(second, by=checker)
    assert value_of() == 7
    third = actions.propose(said(series, root, 9), by=editor, unit=accounts.bureau())
    actions.discard(third, by=checker)
    assert value_of() == 7


def test_a_whole_and_its_counties_never_count_twice(root, county, series, editor, checker):
    for region, value in ((root, 100), (county, 60)):
        actions.confirm(actions.propose(said(series, region, value), by=editor, unit=accounts.bureau()), by=checker)
    assert value_of() == 100
    assert value_of(region=county) == 60
    found = compute(["stated.jobs"], [YEAR], by_county=True)
    assert found.value("stated.jobs", YEAR, county.pk) == 60
    assert found.value("stated.jobs", YEAR, None) == 40


def test_how_long_a_value_speaks(root, series, editor, checker):
    last = Period.of(Kind.YEAR, date(2020, 1, 1))
    level = StatedSeries.objects.create(
        key="shops", label_zh="店铺", label_en="Shops", unit_zh="家", unit_en="shops", stands="level"
    )
    for one, period, value in ((series, last, 3), (level, last, 30), (level, YEAR, 40)):
        actions.confirm(
            actions.propose(said(one, root, value, period), by=editor, unit=accounts.bureau()), by=checker)
    may = Period.between(date(2021, 1, 1), date(2021, 5, 20))
    assert [value_of(window=window) for window in (last, may)] == [3, 0]
    assert [value_of("stated.shops", window) for window in (last, may, YEAR)] == [30, 30, 40]


def test_statistics_come_from_a_list_and_wait(root, series, editor):
    run = imported("stated", ["指标", "地区", "期间", "数值", "来源", "页码"], [
        ["带动就业", "化隆县", "2020", "9万", "《统计公报》", "第3页"], ["带动就业", "化隆县", "2020", "9", "", ""],
    ], editor)
    assert (run.job.result["new"], run.job.result["wrong"]) == (1, 1)
    row = StatedValue.objects.get()
    assert (row.value, row.state, row.page, row.source) == (90_000, "proposed", "第3页", run.file)


def test_a_value_is_counted_in_the_unit_of_its_series(client, root, editor):
    """30亿 for what is counted in 亿元 is thirty of them, from a list and by hand; a fraction too fine is told."""
    income = StatedSeries.objects.create(
        key="income", label_zh="年经营收入", label_en="Turnover", unit_zh="亿元", unit_en="100 million yuan", stands="period"
    )
    said = [("2018", "30亿元"), ("2019", "3000万"), ("2020", "98.5"), ("2021", "12万")]
    run = imported("stated", ["指标", "地区", "期间", "数值", "来源"], [
        ["年经营收入", "化隆县", year, value, "《统计公报》"] for year, value in said
    ], editor)
    assert (run.job.result["new"], run.job.result["wrong"]) == (3, 1)
    assert list(StatedValue.objects.order_by("start").values_list("value", flat=True)) == [30, Decimal("0.3"), Decimal("98.5")]
    client.force_login(editor)
    client.post(reverse("targets:state"), {
        "series": income.pk, "region": root.pk, "period": "2019", "value": "97亿", "document": "《统计公报》",
    })
    assert StatedValue.objects.get(region=root).value == 97


def test_entered_by_hand_and_confirmed_on_its_page(client, root, series, editor, checker):
    client.force_login(editor)
    url = reverse("targets:state")
    given = {"series": series.pk, "region": root.pk, "period": "2020年", "value": "18.6万", "document": "《统计公报》"}
    assert client.post(url, {**given, "value": "x"}).status_code == 422
    assert client.post(url, given).status_code == 302
    row = StatedValue.objects.get()
    confirm = reverse("admin:targets_statedvalue_confirm", args=[row.pk])
    assert client.post(confirm).status_code == 403
    client.force_login(checker)
    assert confirm in client.get(reverse("admin:targets_statedvalue_change", args=[row.pk])).content.decode()
    client.post(confirm)
    row.refresh_from_db()
    assert (row.state, row.value, row.confirmed_by) == ("confirmed", 186_000, checker)


def test_the_sample_names_a_figure_as_people_call_it():
    """And as the importer understands it."""
    figure = str(columns_of(importers.get("targets"))[0].example)
    assert "." not in figure and known_metrics()[figure].metric.is_money


# --- the page, on the demo's records -----------------------------------------------------------------


@pytest.mark.demo
def test_every_done_opens_records_that_give_it(client):
    from bureau.accounts.models import User

    client.force_login(User.objects.get(username="official"))
    page = client.get(reverse("targets:index"))
    found = [board for _area, boards in page.context["areas"] for board in boards]
    assert found
    for board in found:
        for line in board.lines:
            opened = client.get(line.href)
            assert opened.context["drill"].value == line.done, line.href
    links = {unescape(link) for link in re.findall(r'href="(/records/[^"]+)"', page.content.decode())}
    assert links == {line.href for board in found for line in board.lines}


@pytest.mark.demo
def test_completion_rank_and_gap():
    found = queries.boards(date(2021, 5, 20))
    board = next(b for b in found if b.metric.key == "subsidies.new_shop.preliminarily_reviewed" and b.period == YEAR)
    assert (board.whole.done, board.whole.completion_text, board.whole.elapsed_text) == (1431, "40.8%", "38.3%")
    assert board.whole.standing == "ahead"
    shares = [line.completion for line in board.counties]
    assert shares == sorted(shares, reverse=True)
    assert [line.rank for line in board.counties] == queries.progress.ranks(shares)
    assert sum(line.done for line in board.counties) == 1431
    assert board.gap is None or board.gap.size == abs(sum(line.target.low for line in board.counties) - 3500)


@pytest.mark.demo
def test_the_page_asks_few_questions_and_exports(client, django_assert_max_num_queries):
    from bureau.accounts.models import User
    client.force_login(User.objects.get(username="official"))
    client.get(reverse("targets:index"))
    with django_assert_max_num_queries(15):
        client.get(reverse("targets:index"))
    answer = client.get(reverse("targets:export"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    found = list(sheet.values)
    assert "初审" in "".join(str(cell) for row in found for cell in row)
    assert len(found) == 2 + sum(len(board.lines) for board in queries.boards(queries.clock.today()))
