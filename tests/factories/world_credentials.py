"""The titles of the two sides: each has one in every state."""

from datetime import date
from typing import Any

from enterprises.credentials.enums import State
from enterprises.credentials.models import CredentialKind, CredentialRound
from tests.factories import credentials as make

STATES = (State.NOMINATED, State.SELECTED, State.PLAQUE, State.REVOKED)


def add(world: Any) -> None:
    kind = make.kind()
    made = world.home.people
    round = make.round_of(kind, quota=50, by=made["clerk"])
    for side in (world.a, world.b):
        who = make.People(side.clerk, made["clerk"], made["approver"], made["checker"])
        shops = [case.enterprise for case in side.cases.values() if case.enterprise_id]
        own = {state: make.credential(who, state=state, round=round, of=kind, shop=shop)
               for state, shop in zip(STATES, shops, strict=False)}
        own[State.PROPOSED] = make.back_entered(
            who, named_on=date(2019, 6, 18), shop=shops[len(STATES)], of=kind, confirmed=False
        )
        side.credentials = own


def rows(route: Any, side: Any) -> list:
    """Only what was named has a certificate; the others are tried too where they are another's."""
    found = side.credentials
    first = State.PLAQUE if route.name.endswith("_sheet") else State.NOMINATED
    return [found[first], *(row for state, row in found.items() if state != first)]


def of_owner(world: Any) -> tuple[list[dict], list[dict]]:
    """Owners see what was named of their own shops, and nothing before that."""
    a, b = world.a.credentials, world.b.credentials
    foreign = [b[State.PLAQUE], b[State.REVOKED], a[State.NOMINATED], a[State.SELECTED], a[State.PROPOSED]]
    return [{"number": a[State.PLAQUE].number}], [{"number": row.number} for row in foreign]


def verified(world: Any) -> tuple[list[dict], list[dict]]:
    """Anybody may ask about what was named; the rest is not there for anybody."""
    own = [side.credentials[state] for side in (world.a, world.b) for state in (State.PLAQUE, State.REVOKED)]
    hidden = [world.a.credentials[state] for state in (State.NOMINATED, State.SELECTED, State.PROPOSED)]
    return [{"code": row.code} for row in own], [*({"code": row.code} for row in hidden), {"code": "nothing"}]


OF_ALL = {
    "enterprises/credentialkind": lambda world: CredentialKind.objects.first(),
    "enterprises/credentialround": lambda world: CredentialRound.objects.first(),
}
ADMIN = {"enterprises/credential": rows}
STEPS = {"enterprises/credential": "withdraw"}
PAGES = {
    "enterprises:verify": verified,
    "enterprises:credential": of_owner,
    "enterprises:credential_sheet": of_owner,
    "enterprises:credential_picture": of_owner,
}
