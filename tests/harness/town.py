"""A small town in which every page of the portal has something to show: somebody in every role, cases at every
step, a draft, a correction, a paper entry, a claim, lists that were imported, reports in every state."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from bureau.accounts.models import User
from bureau.accounts.roles import Role
from bureau.attachments import actions as files
from bureau.attachments.checks import child
from bureau.attachments.checks.limits import Refused
from bureau.common import clock
from bureau.common.models import CalendarDay
from bureau.common.periods import Kind, Period
from bureau.formbuilder.tabular import flow, importers
from bureau.formbuilder.tabular.models import Mode
from bureau.jobs.testing import run_waiting
from bureau.regions.models import Region
from bureau.reports.actions import ensure_due
from bureau.reports.models import Report, ReportTemplate
from bureau.targets import actions as targets
from bureau.targets.actions import Statement, Wanted
from bureau.targets.models import StatedSeries
from bureau.workflow import perform
from enterprises.credentials.enums import State
from enterprises.models import Membership
from subsidies import returns
from subsidies.actions import application as actions
from subsidies.actions import ledger
from subsidies.enums import FundSource
from subsidies.imports import AwardListForm
from subsidies.models import BudgetLine, Payment
from tests.factories import awards, placements
from tests.factories import credentials as titles
from tests.factories import subsidies as make
from tests.harness import town_loans, town_pledges, town_training

ROSTER = Path(__file__).parents[1] / "samples" / "award_roster.xlsx"
#: Where a role sits that does not sit in the bureau.
SEATS = {Role.INTAKE: "hualong", Role.HELPER: "guangzhou"}
ANNEX = ["subsidies.new_shop.submitted", "subsidies.new_shop.approved", "subsidies.new_shop.paid"]


@dataclass
class Town:
    """`people`: one of each role by its name; `home`: the bureau as `tests.factories.awards` knows it."""

    world: make.World
    home: awards.House
    people: dict[str, User]


def check_here(path, kind, limits, out, thumbnail):
    """The child's check in this process: dozens of photos are uploaded, all our own."""
    if kind not in ("image", "xlsx"):
        raise Refused("not_this_kind")
    return {"ok": True, **child.judge(path, kind, limits, out, thumbnail)}


def build(monkeypatch) -> Town:
    monkeypatch.setattr(files, "run_child", check_here)
    world = make.world()
    units = {"haidong": world.bureau, "hualong": world.county, "ledu": world.other_county, "guangzhou": world.guangzhou}
    home = awards.House(world.scheme.versions.get(), build_line(), awards._staff(units), units)
    people = {role.value: staff(role, units) for role in Role if role != Role.OWNER}
    people["owner"] = world.owner
    ledger.allot(line=home.line, amount=Decimal(1_000_000), by=home.people["finance"], key="harness")
    home.line.refresh_from_db()
    town = Town(world, home, people)
    build_cases(town)
    build_register(town)
    build_credentials(town)
    build_placements(town)
    build_targets(town)
    town_training.build(town)
    town_pledges.build(town)
    town_loans.build(town)
    build_reports(town)
    CalendarDay.objects.get_or_create(date=date(2030, 1, 1), defaults={"is_workday": False, "name_zh": "元旦"})
    connection.check_constraints()  # at once, or every savepoint that is taken back owes all these checks again
    return town


def staff(role: Role, units: dict) -> User:
    return make.staff(f"the-{role.value}", (role, units[SEATS.get(role, "haidong")]))


def build_line() -> BudgetLine:
    return BudgetLine.objects.create(
        fund_source=FundSource.PREFECTURE, fiscal_year=clock.today().year, name_zh="奖补资金", name_en="Award funds"
    )


# --- cases ---------------------------------------------------------------------------------------


def build_cases(town: Town) -> None:
    """At every step of the offices, sent back, refused, withdrawn, paid, sent back by the bank; a draft and a paper entry."""
    home, world = town.home, town.world
    for at in ("accept", "first_review", "check", "approval", "payment"):
        awards.application(home, at=at, enterprise=make.shop(world.owner))
    people = home.people
    returned = awards.application(home, at="accept", enterprise=make.shop(world.owner))
    items = [{"kind": kind, "key": key, "note": "请更正"} for kind, key in (
        ("field", "seats"), ("field", "lease_until"), ("material", "license"), ("payees", ""), ("declaration", ""))]
    perform(returned, "ask_correction", by=people["intake"], data={"items": items, "note": "请核对"})
    refused = awards.application(home, at="first_review", enterprise=make.shop(world.owner))
    perform(refused, "refuse", by=people["county"], data={"reason": "不符合条件"})
    withdrawn = awards.application(home, at="accept", enterprise=make.shop(world.owner))
    perform(withdrawn, "withdraw", by=world.owner)
    for voucher in ("2021-001", "2021-002"):
        paid = awards.application(home, at="payment", enterprise=make.shop(world.owner))
        perform(paid, "register_payment", by=people["finance"], data={"paid_on": clock.today(), "voucher": voucher})
    returns.take_back(payment=Payment.objects.get(voucher="2021-002"), by=people["finance"], on=clock.today())
    make.fill(make.draft(world), world.owner)
    make.shop(world.owner, name="还没有申请的店")
    paper_entry(town)


def paper_entry(town: Town):
    helper, world = town.people["helper"], town.world
    application, _created = actions.start(
        scheme=world.scheme, enterprise=make.shop(phone="13700000007"), by=helper, phone="13700000007",
        entry_unit=world.guangzhou, source=make.photo(helper, "paper.jpg"),
    )
    return make.fill(application, helper)


# --- register and lists --------------------------------------------------------------------------


def build_register(town: Town) -> None:
    """A claim that waits, a list of shops that was tried, a list of awards that waits for a second person."""
    shop = make.shop(name="有人认领的店", phone="13611112222")
    Membership.objects.create(
        user=User.objects.create_owner(phone="13611112222", name="马某"), enterprise=shop, asked_at=clock.now()
    )
    imported(town, "enterprises", {}, write=False)
    imported(town, "enterprises", {}, write=False, content=two_sheets())
    form = AwardListForm({
        "version": town.home.version.pk, "line": town.home.line.pk, "paid_on": clock.today().isoformat(),
        "voucher": "2021-009",
    })
    assert form.is_valid(), form.errors
    imported(town, "awards", form.cleaned_data, write=True)


def two_sheets() -> bytes:
    """The roster twice in one workbook: somebody has to say which is meant."""
    book = openpyxl.load_workbook(ROSTER)
    book.copy_worksheet(book.active).title = "二月"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def imported(town: Town, importer: str, options: dict, *, write: bool, content: bytes = b""):
    upload = SimpleUploadedFile("花名册.xlsx", content or ROSTER.read_bytes())
    clerk = town.people["clerk"]
    run = flow.start(importer=importers.get(importer), upload=upload, options=options, by=clerk)
    run_waiting()
    run.refresh_from_db()
    assert run.trial.state == "done", run.trial.error
    if write:
        flow.ask_write(run=run, mode=Mode.GOOD, by=clerk)
        run_waiting()
    return run


def build_placements(town: Town) -> None:
    """An agreement that is drawn up, one that runs with a month that waits, and an application that is filled in."""
    clerk, unit, owner = town.people["clerk"], town.home.units["hualong"], town.world.owner
    placements.draft(make.shop(owner), clerk, unit)
    running = placements.running(make.shop(owner), clerk, unit)
    placements.reported(running, running.months()[0], owner)
    ready = placements.running(make.shop(owner), clerk, unit, people=3)
    placements.confirmed(ready, owner, clerk)
    ground = placements.Ground(town.world, placements.scheme(), clerk, ready)
    placements.filled(placements.begun(ground), owner)


def build_credentials(town: Town) -> None:
    """A title in every state, of the owner's shops, and a round that has met."""
    kind, people = titles.kind(), town.home.people
    who = titles.People(people["clerk"], town.people["clerk"], people["approver"], people["checker"])
    round = titles.round_of(kind, quota=500, by=who.clerk)
    for state in (State.NOMINATED, State.NOMINATED, State.SELECTED, State.NAMED, State.PLAQUE, State.REVOKED):
        titles.credential(who, state=state, round=round, of=kind, shop=make.shop(town.world.owner))
    titles.back_entered(who, named_on=date(2019, 6, 18), shop=make.shop(town.world.owner), of=kind, confirmed=False)


# --- targets -------------------------------------------------------------------------------------


def build_targets(town: Town) -> None:
    """Of a figure for the bureau and a county; a statistic that counts and one that waits."""
    editor, checker = town.people["editor"], town.people["checker"]
    year = Period.of(Kind.YEAR, clock.today())
    root, county = Region.objects.by_code("630200"), Region.objects.by_code("630224")
    targets.set_targets(
        [Wanted("budget.paid", year, region, Decimal(low)) for region, low in ((root, 100), (county, 40))], by=editor
    )
    series = StatedSeries.objects.create(key="jobs", label_zh="带动就业", label_en="Jobs", unit_zh="人", unit_en="persons")
    said = [
        targets.propose(Statement(series, region, year, Decimal(9), "统计公报"), by=editor, unit=town.home.units["haidong"])
        for region in (root, county)
    ]
    targets.confirm(said[0], by=checker)


# --- reports -------------------------------------------------------------------------------------


def build_reports(town: Town) -> None:
    """One in each state, written by the portal."""
    states = ((), ("submit",), ("submit", "check"), ("submit", "check", "issue"))
    for number, _steps in enumerate(states):
        template(f"monthly-{number}")
    ensure_due()
    run_waiting("reports.generate")
    actors = {"submit": "editor", "check": "checker", "issue": "issuer"}
    for report, steps in zip(Report.objects.order_by("template__key"), states, strict=True):
        for name in steps:
            perform(report, name, by=town.people[actors[name]])


def template(key: str, cadence: Kind = Kind.MONTH, *, first: date | None = None) -> ReportTemplate:
    """Due from its last closed period on unless `first` says otherwise."""
    return ReportTemplate.objects.create(
        key=key, name_zh=f"工作月报{key}", name_en=f"Report {key}", cadence=cadence,
        first_period=first or clock.today().replace(day=1) - timedelta(days=1),
        region=Region.objects.by_code("630200"), annex=ANNEX,
    )
