"""Units, staff and owners for tests. Regions come with the migrations."""

from itertools import count

from bureau.accounts.enums import UnitKind
from bureau.accounts.models import Grant, SiteProfile, Unit, User
from bureau.accounts.roles import Role
from bureau.common import clock
from bureau.regions.models import Region

PASSWORD = "a-long-test-password"
_serial = count(1)


def bureau() -> Unit:
    """The root unit, for Haidong."""
    found = Unit.objects.filter(parent=None).first()
    return found or Unit.objects.create(
        code="bureau", kind=UnitKind.BUREAU, name_zh="海东市测试局", name_en="Test bureau",
        region=Region.objects.by_code("630200"),
    )


def county(code: str = "630224") -> Unit:
    """The office of a county, by the county's code (Hualong by default)."""
    region = Region.objects.by_code(code)
    found = Unit.objects.filter(code=f"county-{code}").first()
    return found or Unit.objects.create(
        code=f"county-{code}", kind=UnitKind.COUNTY, name_zh=region.name_zh, name_en=region.name_en,
        parent=bureau(), region=region,
    )


def site() -> SiteProfile:
    profile = SiteProfile.objects.first()
    return profile or SiteProfile.objects.create(
        name_zh="海东市测试局", name_en="Test bureau", root=Region.objects.by_code("630200")
    )


def staff(*roles: Role, unit: Unit | None = None, username: str = "", **fields) -> User:
    """A member of staff who holds the roles at `unit` (the bureau by default)."""
    number = next(_serial)
    username = username or f"staff{number}"
    user = User.objects.create_staff(username=username, name=f"Staff {number}", password=PASSWORD)
    for role in roles:
        grant(user, role, unit or bureau())
    if fields:
        User.objects.filter(pk=user.pk).update(**fields)
    return User.objects.get(pk=user.pk)


def grant(user: User, role: Role, unit: Unit | None = None, **fields) -> Grant:
    giver = User.objects.exclude(pk=user.pk).filter(username="giver").first() or User.objects.create_staff(
        username="giver", name="Giver", password=None
    )
    start = fields.pop("valid_from", clock.today())
    return Grant.objects.create(
        user=user, role=role, unit=unit or bureau(), valid_from=start, given_by=giver, **fields
    )


def owner(phone: str = "") -> User:
    return User.objects.create_owner(phone=phone or f"138{next(_serial):08}", name="马某某")
