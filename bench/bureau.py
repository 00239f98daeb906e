"""The bureau of the bench: Qiannan with its twelve counties, somebody in every role, three awards, an allowance, budget lines."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bureau.accounts.enums import UserKind
from bureau.accounts.models import Grant, SiteProfile, Unit, User
from bureau.accounts.roles import Role
from bureau.common import clock
from bureau.common.periods import Kind
from bureau.launcher.paths import ROOT
from bureau.regions.models import Region
from bureau.reports.models import ReportTemplate
from subsidies.enums import FundSource
from subsidies.loading import load
from subsidies.models import BudgetLine, SchemeVersion

PREFECTURE = "522700"
#: key, prefix of numbers, Chinese name, English name
SCHEMES = [
    ("new_shop", "XKD", "新开店奖补", "Award for new shops"),
    ("brand_shop", "PPD", "品牌示范店奖补", "Award for brand shops"),
    ("first_loan", "DKX", "创业贷款贴息", "Interest subsidy"),
]
#: Who acts on cases: user name → role, and whether at the bureau or in each county.
COUNTY_ROLES = (Role.INTAKE, Role.VERIFIER, Role.CLERK)


@dataclass
class Bureau:
    """What the rows refer to. `offices`: unit by county code; `people`: user by role, or by "role.county"."""

    root: Region
    unit: Unit
    counties: list[Region]
    offices: dict[str, Unit]
    people: dict[str, User]
    versions: list[SchemeVersion]
    placement: SchemeVersion
    lines: list[BudgetLine] = field(default_factory=list)


def build() -> Bureau:
    root = Region.objects.by_code(PREFECTURE)
    SiteProfile.objects.create(
        name_zh="黔南州特色产业促进局", name_en="Qiannan Industry Bureau", root=root, phone="0854-0000000"
    )
    counties = list(Region.objects.current().filter(parent=root).order_by("code"))
    unit = Unit.objects.create(code="qiannan", kind="bureau", name_zh="州局", name_en="Bureau", region=root)
    offices = {
        region.code: Unit.objects.create(
            code=f"office-{region.code}", kind="county", name_zh=f"{region.name_zh}办事处",
            name_en=f"{region.name_en} office", region=region, parent=unit,
        )
        for region in counties
    }
    bureau = Bureau(root, unit, counties, offices, people(unit, offices), schemes(), placement_scheme())
    bureau.lines = lines()
    build_templates(root)
    return bureau


def people(unit: Unit, offices: dict[str, Unit]) -> dict[str, User]:
    """One of each role at the bureau, and in each county those that counties need."""
    giver, found = User.objects.machine(), {}

    def somebody(name: str, role: Role, at: Unit) -> None:
        found[name] = User(kind=UserKind.STAFF, username=f"bench.{name}", name=name)
        found[name].set_unusable_password()
        found[name].save()
        Grant.objects.create(user=found[name], role=role, unit=at, valid_from=date(2020, 1, 1), given_by=giver)

    for role in Role:
        if role != Role.OWNER:
            somebody(role.value, role, unit)
    for code, office in offices.items():
        for role in COUNTY_ROLES:
            somebody(f"{role.value}.{code}", role, office)
    return found


def schemes() -> list[SchemeVersion]:
    data = _demo("new_shop")
    return [
        load({**data, "key": key, "number_prefix": prefix, "name_zh": name_zh, "name_en": name_en})[0]
        for key, prefix, name_zh, name_en in SCHEMES
    ]


def placement_scheme() -> SchemeVersion:
    return load(_demo("placement"))[0]


def _demo(name: str) -> dict[str, Any]:
    return json.loads((ROOT / "demo" / "schemes" / f"{name}.json").read_text(encoding="utf-8"))


def lines() -> list[BudgetLine]:
    """Two sources for each of four years; how much they hold is worked out from the entries."""
    year = clock.today().year
    return [
        BudgetLine.objects.create(fund_source=source, fiscal_year=year - back, name_zh="奖补资金", name_en="Award funds")
        for back in range(4) for source in (FundSource.PREFECTURE, FundSource.COUNTY)
    ]


def build_templates(root: Region) -> None:
    annex = [f"subsidies.new_shop.{what}" for what in ("submitted", "approved", "paid_shops", "paid")]
    for key, cadence in (("monthly", Kind.MONTH), ("annual", Kind.YEAR)):
        ReportTemplate.objects.create(
            key=key, cadence=cadence, name_zh=f"工作报告{key}", name_en=f"Report {key}", annex=annex, region=root,
            first_period=clock.today().replace(day=1),
        )
