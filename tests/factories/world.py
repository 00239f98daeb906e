"""Two sides that must not see each other: in two counties, with shops that trade in two cities, each an owner, its
offices and cases in every state. What is personal on a side is a canary: a word that stands nowhere else."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from bureau import audit
from bureau.accounts.models import Unit, User
from bureau.accounts.roles import Role
from bureau.attachments import actions as files
from bureau.attachments.models import Attachment
from bureau.common import clock
from bureau.common.models import CalendarDay
from bureau.common.periods import Kind
from bureau.common.remembered import Remembered
from bureau.formbuilder.tabular import importers
from bureau.formbuilder.tabular.flow import PURPOSE, REPORT_PURPOSE
from bureau.formbuilder.tabular.models import ImportRun
from bureau.jobs.models import Fault, Job
from bureau.jobs.testing import run_waiting
from bureau.notifications import notify
from bureau.regions.models import Region
from bureau.reports.actions import ensure_due
from bureau.reports.models import Report, ReportTemplate
from bureau.workflow import perform
from enterprises.models import Enterprise, Membership, Person
from enterprises.purposes import EXPORT
from subsidies.actions import application as applications
from subsidies.actions import backentry, ledger
from subsidies.enums import FundSource
from subsidies.models import Application, BackEntry, BudgetLine
from tests.factories import (
    awards,
    world_credentials,
    world_loans,
    world_placements,
    world_pledges,
    world_targets,
    world_training,
)
from tests.factories import subsidies as make
from tests.uploads import checked_here

#: Where the three administrators sit; the other roles sit in an office of side A.
AT_THE_BUREAU = (Role.SYSTEM, Role.SECURITY, Role.AUDITOR)


@dataclass(frozen=True)
class Canaries:
    """The words of one side, by kind."""

    shop: str
    owner: str
    operator: str
    payee: str
    owner_phone: str
    shop_phone: str
    identity: str
    account: str
    file: str
    row: str  # a cell of a list that somebody of the side imported

    def items(self):
        return vars(self).items()


A = Canaries("甲字楼面馆", "欧阳甲木", "司马甲火", "诸葛甲土", "13811110001", "13911110002", "632123198501015557",
             "6228480402564890018", "甲方的纸.jpg", "甲表里的话")
B = Canaries("乙字楼面馆", "欧阳乙木", "司马乙火", "诸葛乙土", "13822220001", "13922220002", "630224198501015531",
             "6217815635900000027", "乙方的纸.jpg", "乙表里的话")


@dataclass
class Side:
    """`cases` by what they are for: a state or step, or `behalf` and `office` (entered by county and outside office)."""

    words: Canaries
    county: Unit
    office: Unit
    owner: User
    clerk: User
    helper: User
    cases: dict[str, Application] = field(default_factory=dict)
    shops: list[Enterprise] = field(default_factory=list)
    free_shop: Enterprise | None = None
    claim: Membership | None = None
    back_entry: BackEntry | None = None
    pledges: dict = field(default_factory=dict)
    feedback: dict = field(default_factory=dict)
    pledge_files: dict = field(default_factory=dict)
    kept: dict[int, dict] = field(default_factory=dict)  # user → what is his alone
    more: dict[str, list] = field(default_factory=dict)  # "app/model" of the later rooms → rows, the opened one first
    credentials: dict[str, Any] = field(default_factory=dict)  # by how far they have come


@dataclass
class World:
    a: Side
    b: Side
    people: dict[Role, User]
    former: User
    home: awards.House
    reports: dict[str, Report]


@contextmanager
def opened():
    """A world in one transaction that is rolled back; for a fixture that lives as long as its module."""
    Remembered.forget_all()
    with checked_here(), transaction.atomic():
        made = build()
        connection.check_constraints()  # at once, or every savepoint that is taken back owes all these checks again
        yield made
        transaction.set_rollback(True)
    Remembered.forget_all()


def build() -> World:
    base = make.world()
    wuhan = make.unit("wuhan", "outside", "驻武汉办事处", "Wuhan office", region("420111"), base.bureau)
    home = awards.House(base.scheme.versions.get(), line(), makers(base.bureau), {
        "hualong": base.county, "ledu": base.other_county,
    })
    ledger.allot(line=home.line, amount=Decimal(1_000_000), by=home.people["finance"], key="world")
    a = side(A, base.county, base.guangzhou)
    b = side(B, base.other_county, wuhan)
    for one, code in ((a, "630224"), (b, "630202")):
        fill_side(one, home, code, base)
        world_pledges.fill(one, home.people)
        world_training.fill(one)
        world_placements.fill(one)
    people = {role: seat(role, a, base.bureau) for role in Role}
    former = make.staff("former", (Role.APPROVER, a.county))
    for user in (*people.values(), b.owner, b.clerk, b.helper):
        one = b if user in (b.owner, b.clerk, b.helper) else a
        one.kept[user.pk] = personal(user, one)
    CalendarDay.objects.get_or_create(date=date(2030, 1, 1), defaults={"is_workday": False, "name_zh": "元旦"})
    world = World(a, b, people, former, home, reports(home))
    world_credentials.add(world)
    world_loans.add(world)
    world_targets.add(world)
    return world


def region(code: str) -> Region:
    return Region.objects.by_code(code)


def line() -> BudgetLine:
    return BudgetLine.objects.create(
        fund_source=FundSource.PREFECTURE, fiscal_year=clock.today().year, name_zh="奖补资金", name_en="Award funds"
    )


def makers(bureau: Unit) -> dict[str, User]:
    """Who brought the cases to where they stand; nobody of the matrix."""
    roles = {"intake": Role.INTAKE, "county": Role.VERIFIER, "checker": Role.VERIFIER, "approver": Role.APPROVER,
             "finance": Role.FINANCE, "clerk": Role.CLERK, "editor": Role.EDITOR, "head": Role.CHECKER,
             "issuer": Role.ISSUER}
    return {name: make.staff(f"maker-{name}", (role, bureau)) for name, role in roles.items()}


def seat(role: Role, one: Side, bureau: Unit) -> User:
    if role == Role.OWNER:
        return one.owner
    unit = bureau if role in AT_THE_BUREAU else one.office if role == Role.HELPER else one.county
    return make.staff(f"the-{role.value}", (role, unit))


# --- a side ----------------------------------------------------------------------------------------------------------


def side(words: Canaries, county: Unit, office: Unit) -> Side:
    return Side(
        words, county, office, User.objects.create_owner(phone=words.owner_phone, name=words.owner),
        make.staff(f"clerk-{county.code}", (Role.CLERK, county)),
        make.staff(f"helper-{office.code}", (Role.HELPER, office)),
    )


def shop(one: Side, code: str, *, of: User | None = None) -> Enterprise:
    place, words = one.office.region, one.words
    row = Enterprise.objects.create(
        name=f"{words.shop}{len(one.shops)}号", kind="individual", home_county=region(code), registered_region=place,
        operating_region=place, operating_address="长街1号", phone=words.shop_phone, opened_on=date(2020, 7, 1),
        operator=Person.objects.create(name=words.operator, phone=words.shop_phone), entered_by=one.clerk,
    )
    one.shops.append(row)
    if of is not None:
        make.confirm(of, row)
    return row


def fill_side(one: Side, home: awards.House, code: str, base: make.World) -> None:
    """Cases at every step and in every state, a claim that waits, a list that waits for a second person."""
    people = home.people

    def case(at):
        return awards.application(
            home, at=at, county=one.county.code, enterprise=shop(one, code, of=one.owner), payee_name=one.words.payee,
            id_number=one.words.identity, account=one.words.account,
        )

    one.cases = {at: case(at) for at in ("accept", "first_review", "check", "approval", "payment")}
    returned, refused, withdrawn, paid = case("accept"), case("first_review"), case("accept"), case("payment")
    items = [{"kind": "field", "key": "seats", "note": "请更正"}, {"kind": "material", "key": "license", "note": "请补"},
             {"kind": "payees", "key": "", "note": "请核对"}]
    perform(returned, "ask_correction", by=people["intake"], data={"items": items, "note": "请核对"})
    perform(refused, "refuse", by=people["county"], data={"reason": "不符合条件"})
    perform(withdrawn, "withdraw", by=one.owner)
    perform(paid, "register_payment", by=people["finance"], data={"paid_on": clock.today(), "voucher": one.county.code})
    one.cases |= {"returned": returned, "refused": refused, "withdrawn": withdrawn, "paid": paid}
    draft = make.draft(base, enterprise=shop(one, code, of=one.owner), by=one.owner)
    one.cases["draft"] = filled(draft, one.owner, one)
    one.cases["behalf"] = behalf(one, base, one.clerk, one.county, code)
    one.cases["office"] = behalf(one, base, one.helper, one.office, code)
    for application in one.cases.values():
        application.refresh_from_db()
    one.free_shop = shop(one, code)
    claimed = shop(one, code)
    one.claim = Membership.objects.create(user=one.owner, enterprise=claimed, asked_at=clock.now())
    one.back_entry = backentry.propose(
        [backentry.Award(5, one.free_shop.pk, Decimal(3000), "某银行", one.words.account, clock.today(), "补-1")],
        version=home.version, line=home.line, unit=one.county, source=sheet(one.clerk, one), by=one.clerk,
    )


def behalf(one: Side, base: make.World, by: User, unit: Unit, code: str) -> Application:
    made, _created = applications.start(
        scheme=base.scheme, enterprise=shop(one, code, of=one.owner), by=by, phone=one.words.owner_phone,
        entry_unit=unit, source=make.photo(by, one.words.file),
    )
    return filled(made, by, one)


def filled(application: Application, by: User, one: Side) -> Application:
    made = make.fill(application, by, without=("payees",))
    Attachment.objects.filter(uploaded_by=by).update(name=one.words.file)
    made, _line = make.papers.save_payee(
        application=made, by=by, rev=made.rev,
        values={**make.PAYEE, "name": one.words.payee, "id_number": one.words.identity, "account": one.words.account},
    )
    return made


def sheet(by: User, one: Side, *, purpose: str = PURPOSE) -> Attachment:
    return files.make_private_file(one.words.row.encode(), f"{one.words.shop}.xlsx", purpose, by)


def personal(user: User, one: Side) -> dict:
    """A job with a fault that quotes a row, a message, an upload, an export and an import, of nobody else."""
    job = done_job("subsidies.batch", user, one)
    run = ImportRun.objects.create(
        importer=importer_of(user), file=sheet(user, one), asked_by=user, asked_at=clock.now(),
        trial=done_job("tabular.import", user, one),
    )
    files.claim(run.file, run)
    row_report = files.make_private_file(b"PK", "rows.xlsx", REPORT_PURPOSE, user, subject=run)
    export = files.make_private_file(b"PK", f"{one.words.shop}.xlsx", EXPORT, user, subject=job)
    audit.record("world.made", job, by=user)
    return {
        "job": job, "run": run, "report": row_report, "export": export, "upload": make.photo(user, one.words.file),
        "message": notify("subsidies.entered", to=user, subject=one.cases["behalf"]),
    }


def importer_of(user: User) -> str:
    """What the user may import; shops, where he may or where he may import nothing."""
    offered = [importer.key for importer in importers.for_user(user)]
    return "enterprises" if "enterprises" in offered or not offered else offered[0]


def done_job(kind: str, user: User, one: Side) -> Job:
    now = clock.now()
    job = Job.objects.create(
        kind=kind, asked_by=user, asked_at=now, state="done", started_at=now, finished_at=now,
        result={"rows": 2, "new": 1, "changed": 0, "unchanged": 0, "wrong": 1},
    )
    Fault.objects.create(job=job, row=7, column="电话", value=one.words.row, reason="不是电话号码", fence=job.fence)
    return job


# --- reports ---------------------------------------------------------------------------------------------------------


def reports(home: awards.House) -> dict[str, Report]:
    """One that is drafted and one that is issued."""
    steps = {"draft": (), "issued": (("submit", "editor"), ("check", "head"), ("issue", "issuer"))}
    for key in steps:
        ReportTemplate.objects.create(
            key=key, name_zh=f"工作月报{key}", name_en=f"Report {key}", cadence=Kind.MONTH, region=region("630200"),
            first_period=clock.today().replace(day=1) - timedelta(days=1), annex=["subsidies.new_shop.submitted"],
        )
    made = {report.template.key: report for report in ensure_due()}
    run_waiting("reports.generate")
    for key, moves in steps.items():
        made[key].refresh_from_db()
        for name, who in moves:
            made[key] = perform(made[key], name, by=home.people[who])
    return made
