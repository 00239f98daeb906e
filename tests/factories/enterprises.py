"""Shops, people and claims for tests."""

from datetime import date
from itertools import count

from bureau.accounts.models import User
from bureau.attachments.enums import Channel
from bureau.common import clock
from bureau.common.identity import uscc_check_character
from bureau.regions.models import Region
from enterprises.enums import Kind, MembershipState, State
from enterprises.models import Enterprise, Membership, Person
from tests.factories import accounts

_serial = count(1)


def uscc(number: int | None = None) -> str:
    """A code that passes its check, different on each call."""
    first = f"92440106MA5{number or next(_serial):06d}"
    return first + uscc_check_character(first)


def person(name: str = "马文明", **fields) -> Person:
    number = fields.pop("id_number", "")
    made = Person(name=name, **fields)
    if number:
        made.set_id_number(number)
    made.save()
    return made


def enterprise(name: str = "", *, home: str = "630224", operating: str = "440106", **fields) -> Enterprise:
    """A shop in Guangzhou (Tianhe) whose operator comes from Hualong; regions by code."""
    accounts.site()
    number = next(_serial)
    values = {
        "uscc": uscc(number), "kind": Kind.INDIVIDUAL, "state": State.ACTIVE, "opened_on": date(2020, 10, 1),
        "phone": f"139{number:08d}", "operating_address": "测试路1号", "channel": Channel.ONLINE,
        "registered_region": Region.objects.by_code(operating), "operating_region": Region.objects.by_code(operating),
        "home_county": Region.objects.by_code(home),
    }
    values |= fields
    values.setdefault("effective_date", values["opened_on"] or clock.today())
    if "operator" not in values:
        values["operator"] = person(home_county=values["home_county"])
    if "entered_by" not in values:
        values["entered_by"] = User.objects.filter(username="giver").first() or accounts.staff(username=f"entry{number}")
    made = Enterprise(name=name or f"天河测试拉面馆{number}", **values)
    made.save()
    return made


def membership(user: User, shop: Enterprise, state: MembershipState = MembershipState.CONFIRMED, **fields) -> Membership:
    """A claim; a decided one was decided by some member of staff."""
    fields.setdefault("asked_at", clock.now())
    if state in (MembershipState.CONFIRMED, MembershipState.REFUSED):
        fields.setdefault("decided_by", accounts.staff())
        fields.setdefault("decided_at", clock.now())
    if state == MembershipState.REFUSED:
        fields.setdefault("reason", "与执照不符")
    if state == MembershipState.ENDED:
        fields.setdefault("ended_at", clock.now())
    return Membership.objects.create(user=user, enterprise=shop, state=state, **fields)
