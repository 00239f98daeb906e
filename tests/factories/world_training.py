"""The training of a side: a class in session with somebody in it, one that is only planned, one open for its owner."""

from datetime import timedelta

from bureau.common import clock
from bureau.regions.models import Region
from bureau.workflow import perform
from enterprises.models import Person
from training.actions import enrollments, sessions
from training.enums import Kind


def fill(one) -> None:
    running, planned, open_one = (plan(one, days) for days in (0, 20, 30))
    person = Person(name=one.words.operator, phone=one.words.shop_phone, home_county=one.county.region)
    person.set_id_number(one.words.identity)
    person.save()
    for session in (running, open_one):
        perform(session, "open", by=one.clerk)
    seat = enrollments.enroll(session=open_one, person=person, by=one.owner, user=one.owner)
    running.refresh_from_db()
    enrollments.enroll(session=running, person=person, by=one.clerk)
    perform(running, "begin", by=one.clerk)
    one.more["training/session"] = [running, planned]
    one.more["training/enrollment"] = [seat]
    one.more["training/open"] = [open_one]


def plan(one, days):
    first = clock.today() + timedelta(days=days)
    return sessions.plan(by=one.clerk, data={
        "kind": Kind.CLASS, "title": "拉面匠技能培训班", "begins_on": first, "ends_on": first + timedelta(days=1),
        "place": Region.objects.by_code("630100"), "region": one.county.region, "unit": one.county, "capacity": 30,
        "enroll_until": first,
    })


def targets(places, route, name, address, Targets):
    """Addresses of the public pages and of an owner's own."""
    mine, other = places.world.a.more, places.world.b.more
    if name in ("session", "enroll"):
        return Targets(
            (address(route, number=mine["training/open"][0].number),),
            (address(route, number=other["training/session"][1].number), address(route, number="PX9999999999")),
        )
    if name == "cancel":
        seats = [side["training/enrollment"][0].ref for side in (mine, other)]
        return Targets((address(route, ref=seats[0]),), (address(route, ref=seats[1]),))
    return None
