"""A small bureau with one award scheme, and applications at any stage of it, made quickly and truthfully."""

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction

from bureau.accounts.enums import UserKind
from bureau.accounts.models import Grant, SiteProfile, Unit, User
from bureau.accounts.roles import Permission, Role
from bureau.common import clock
from bureau.formbuilder.models import FormVersion
from bureau.regions.models import Region
from enterprises.models import Enterprise, Person
from subsidies.actions import ledger, stages
from subsidies.enums import FundSource, Outcome, PayeeKind, State
from subsidies.models import (
    Application,
    ApplicationLog,
    BudgetLine,
    Declaration,
    PayeeLine,
    Review,
    Scheme,
    SchemeVersion,
    Stage,
)

SPEC = [
    {"kind": "section", "section_zh": "店铺", "section_en": "The shop"},
    {"key": "seats", "kind": "int", "label_zh": "餐位数", "label_en": "Seats", "required": True},
    {"key": "area", "kind": "decimal", "label_zh": "营业面积", "label_en": "Floor area", "required": True},
]
MATERIALS = [{"key": "license", "label_zh": "营业执照", "label_en": "License", "required": True}]
STAGES = [
    ("accept", "accept", "受理", "Acceptance", Permission.ACCEPT, "county", 5),
    ("first_review", "review", "县级初审", "First review", Permission.REVIEW, "county", 10),
    ("check", "review", "市级核查", "Check by the bureau", Permission.REVIEW, "bureau", 10),
    ("approval", "approval", "审批", "Approval", Permission.APPROVE, "bureau", 5),
    ("payment", "payment", "拨付登记", "Payment", Permission.REGISTER_PAYMENT, "bureau", 20),
]
#: What has been done, and in which state a case is, when it waits at a stage.
STATE_AT = {"accept": State.SUBMITTED, "payment": State.APPROVED}
#: Test people: user name → role and unit; "huang" may do everything, so that only the floor of duties holds him.
STAFF = {
    "intake": [(Role.INTAKE, "hualong")],
    "county": [(Role.VERIFIER, "hualong")],
    "checker": [(Role.VERIFIER, "haidong")],
    "approver": [(Role.APPROVER, "haidong")],
    "finance": [(Role.FINANCE, "haidong")],
    "clerk": [(Role.CLERK, "haidong")],
    "stranger": [(Role.VERIFIER, "ledu"), (Role.INTAKE, "ledu")],
    "huang": [(role, "haidong") for role in (Role.INTAKE, Role.VERIFIER, Role.APPROVER, Role.FINANCE, Role.CLERK)],
}
_serial = itertools.count(1)


@dataclass
class House:
    """The bureau, two counties, its staff by user name, one scheme and one budget line."""

    version: SchemeVersion
    line: BudgetLine
    people: dict[str, User]
    units: dict[str, Unit] = field(default_factory=dict)


def house(*, cap="1000000", duties=(), year=None) -> House:
    root, hualong, ledu = (Region.objects.by_code(code) for code in ("630200", "630224", "630202"))
    SiteProfile.objects.create(name_zh="海东市品牌局", name_en="Brand Bureau", root=root)
    units = {"haidong": Unit.objects.create(
        code="haidong", kind="bureau", name_zh="市品牌局", name_en="Bureau", region=root
    )}
    for code, region, zh, en in (("hualong", hualong, "化隆县服务中心", "Hualong office"),
                                 ("ledu", ledu, "乐都区服务中心", "Ledu office")):
        units[code] = Unit.objects.create(
            code=code, kind="county", name_zh=zh, name_en=en, region=region, parent=units["haidong"]
        )
    people = _staff(units)
    line = BudgetLine.objects.create(
        fund_source=FundSource.PREFECTURE, fiscal_year=year or clock.today().year, name_zh="奖补资金", name_en="Award funds"
    )
    ledger.allot(line=line, amount=Decimal(cap), by=people["finance"], key="allot:1")
    line.refresh_from_db()
    return House(_version(list(duties)), line, people, units)


def _staff(units):
    giver = User.objects.machine()
    people = {}
    for username, grants in STAFF.items():
        people[username] = User.objects.create(kind=UserKind.STAFF, username=username, name=username.title())
        for role, unit in grants:
            Grant.objects.create(
                user=people[username], role=role, unit=units[unit], valid_from=date(2020, 1, 1), given_by=giver
            )
    return people


def _version(duties):
    scheme = Scheme.objects.create(key="new_shop", name_zh="新开店奖补", name_en="New shop award", number_prefix="XKD")
    declaration = Declaration.objects.create(
        key="truth", number=1, title_zh="真实性承诺书", title_en="Declaration of truth", text_zh="属实。",
        text_en="It is true.", digest="0" * 64,
    )
    version = SchemeVersion.objects.create(
        scheme=scheme, number=1, form=FormVersion.publish("new_shop", SPEC), declaration=declaration,
        summary_zh="一次性奖补", summary_en="One-off award", basis_zh="细则", basis_en="Rules",
        rules={"is": ["enterprise.kind", "known", True]}, amounts={"cap": "5000.00", "rates": []}, duties=duties,
        materials=MATERIALS, opens_on=date(2020, 1, 1), digest="1" * 64, published_at=clock.now(),
    )
    for order, (key, kind, zh, en, permission, level, days) in enumerate(STAGES, start=1):
        Stage.objects.create(
            version=version, key=key, kind=kind, label_zh=zh, label_en=en, permission=permission, level=level,
            order=order, limit_days=days,
        )
    return version


def second_scheme(home: House, *, key="brand_shop", zh="品牌示范店奖补", en="Award for brand shops", cap="20000.00"):
    """Another award of the same shape; its version."""
    scheme = Scheme.objects.create(key=key, name_zh=zh, name_en=en, number_prefix="PPD")
    version = SchemeVersion.objects.get(pk=home.version.pk)
    version.pk, version.scheme, version.digest, version.amounts = None, scheme, "2" * 64, {"cap": cap, "rates": []}
    version.save(force_insert=True)
    return version


def shop(*, name="化隆拉面馆", county="630224", phone="13900000000") -> Enterprise:
    region = Region.objects.by_code(county)
    guangzhou = Region.objects.by_code("440106")
    operator = Person.objects.create(name="马·优素福", phone=phone)
    return Enterprise.objects.create(
        name=f"{name}{next(_serial)}", kind="individual", home_county=region, registered_region=guangzhou,
        operating_region=guangzhou, operating_address="天河路1号", operator=operator, phone=phone,
        opened_on=date(2020, 6, 1), entered_by=User.objects.machine(),
    )


@transaction.atomic
def application(home: House, *, at="accept", amount="5000", enterprise=None, entered_by=None, county="hualong", **who):
    """An application that waits at a stage; the steps before it were done by the usual people. `who`: the payee."""
    enterprise = enterprise or shop(county=home.units[county].region.code)
    stage = home.version.stages.get(key=at)
    now, number = clock.now(), next(_serial)
    accepted = None if at == "accept" else now
    row = Application.objects.create(
        number=f"XKD{number:08d}", scheme=home.version.scheme, scheme_version=home.version, enterprise=enterprise,
        contact_phone=enterprise.phone, state=STATE_AT.get(at, State.IN_REVIEW), stage=stage,
        answers={"seats": 20, "area": "60"}, amount_requested=Decimal(amount), amount_cap=Decimal("5000"),
        amount_approved=Decimal(amount) if at == "payment" else None, region=enterprise.region,
        operating_region=enterprise.operating_region, unit=home.units[county], submitted_at=now, accepted_at=accepted,
        decided_at=now if at == "payment" else None, submit_key=uuid.uuid4(),
        decided_by=home.people["approver"] if at == "payment" else None,
        entered_by=entered_by or home.people["clerk"],
    )
    _log(row, stage)
    payee(row, amount, **who)
    _steps_before(home, row, stage)
    stages._open(row, at=now, days=stage.limit_days)
    return row


#: The move that leads to a stage: name, state before.
MOVES = {
    "accept": ("submit", State.DRAFT), "first_review": ("accept", State.SUBMITTED),
    "check": ("pass_stage", State.IN_REVIEW), "approval": ("pass_stage", State.IN_REVIEW),
    "payment": ("approve", State.IN_REVIEW),
}


def _log(row, stage):
    """The database wants every state but a draft to have a move behind it."""
    name, before = MOVES[stage.key]
    ApplicationLog.objects.create(
        subject=row, name=name, before=before, after=row.state, version=row.version, by=row.entered_by, unit=row.unit,
        at=row.submitted_at, effective_date=row.effective_date,
    )


def payee(row, amount, *, payee_name="马·优素福", id_number="630224198501015531", account=""):
    line = PayeeLine(
        application=row, kind=PayeeKind.CARD, name=payee_name, relation="本人", bank="青海农商银行",
        amount=Decimal(amount),
    )
    line.set_secrets(id_number=id_number, account=account or f"62178156359{next(_serial):05d}")
    line.save()
    return line


def _steps_before(home, row, stage):
    usual = {"accept": "intake", "first_review": "county", "check": "checker", "approval": "approver"}
    for earlier in home.version.stages.filter(order__lt=stage.order):
        Review.objects.create(
            application=row, step=earlier.step, outcome=Outcome.PASSED, by=home.people[usual[earlier.key]],
            unit=row.unit, scheme_id=row.scheme_id, region_id=row.region_id,
            operating_region_id=row.operating_region_id,
        )
    if stage.key == "payment":
        ledger.reserve(application=row, line=home.line, by=home.people["approver"], on=clock.today())
