"""The bureau itself: profile, offices, people and their roles, reports that come round, budget lines."""

from datetime import date
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from bureau.accounts.enums import ScopeBasis, UserKind
from bureau.accounts.models import Grant, SiteProfile, Unit, User
from bureau.common.periods import Kind
from bureau.regions.models import Region
from bureau.reports.models import ReportTemplate
from demo.haidong.people import PASSWORD, UNITS, staff

GRANTED_FROM = date(2020, 6, 1)
#: What the annex tells by county: the key figures of every line of work.
ANNEX = [
    "subsidies.new_shop.submitted",
    "subsidies.new_shop.preliminarily_reviewed",
    "subsidies.new_shop.approved",
    "subsidies.new_shop.paid_shops",
    "subsidies.new_shop.paid",
    "placements.trainees_paid",
    "placements.hosts_paid",
    "placements.paid",
    "loans.disbursed",
    "loans.borrowers",
    "training.sessions",
    "training.person_times",
    "training.livestreams",
    "honors.selected",
    "honors.named",
    "pledges.published",
]
#: key, cadence, Chinese name, English name, a day of the first period
TEMPLATES = [
    ("ten-day", Kind.TEN_DAYS, "海东市品牌局工作旬报", "Ten-day progress report", date(2021, 5, 11)),
    ("monthly", Kind.MONTH, "海东市品牌局工作月报", "Monthly progress report", date(2021, 5, 1)),
    ("quarterly", Kind.QUARTER, "海东市品牌局工作季报", "Quarterly progress report", date(2021, 4, 1)),
    ("half-year", Kind.HALF_YEAR, "海东市品牌局半年工作总结", "Half-year report", date(2021, 1, 1)),
    ("annual", Kind.YEAR, "海东市品牌局年度工作总结", "Annual report", date(2021, 1, 1)),
    ("weekly", Kind.WEEK, "海东市品牌局工作周报", "Weekly progress report", date(2021, 5, 17)),
]
#: fiscal year, allotted yuan
BUDGETS = [(2020, Decimal("1000000")), (2021, Decimal("6000000"))]


def build_profile() -> SiteProfile:
    profile, _created = SiteProfile.objects.get_or_create(
        pk=1,
        defaults={
            "name_zh": "海东市品牌局",
            "name_en": "Haidong Municipal Brand Bureau",
            "industry_zh": "拉面产业",
            "industry_en": "hand-pulled noodle shops",
            "root": Region.objects.by_code("630200"),
            "scope_basis": ScopeBasis.HOME,
            "phone": "0972-0000000",
            "supervision_phone": "0972-0000001",
            "address_zh": "青海省海东市（示例地址）",
            "address_en": "Haidong, Qinghai (sample address)",
        },
    )
    return profile


def build_units() -> dict[str, Unit]:
    """Units by code; the first one is the bureau, all others stand under it."""
    units: dict[str, Unit] = {}
    for code, kind, territory, name_zh, name_en in UNITS:
        units[code], _created = Unit.objects.get_or_create(
            code=code,
            defaults={
                "kind": kind,
                "name_zh": name_zh,
                "name_en": name_en,
                "parent": units.get("haidong"),
                "region": Region.objects.by_code(territory),
            },
        )
    return units


def build_staff(units: dict[str, Unit]) -> dict[str, User]:
    """Everybody by user name, each with his role at his unit."""
    hashed = make_password(PASSWORD)  # one hash for all: hashing is slow on purpose
    giver = User.objects.machine()
    people: dict[str, User] = {}
    for username, name, role, unit in staff():
        user, _created = User.objects.get_or_create(
            username=username, defaults={"kind": UserKind.STAFF, "name": name, "password": hashed}
        )
        Grant.objects.get_or_create(
            user=user, role=role, unit=units[unit], defaults={"valid_from": GRANTED_FROM, "given_by": giver}
        )
        people[username] = user
    return people


def build_templates() -> None:
    root = Region.objects.by_code("630200")
    for key, cadence, name_zh, name_en, first in TEMPLATES:
        ReportTemplate.objects.get_or_create(
            key=key,
            defaults={
                "cadence": cadence, "name_zh": name_zh, "name_en": name_en, "first_period": first,
                "region": root, "annex": ANNEX, "active": key != "weekly",
            },
        )
