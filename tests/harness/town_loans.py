"""Loans of the town: a product, requests in every state, a list, payments, a roster that waits."""

from tests.factories import loans, world_loans
from tests.factories import subsidies as make


def build(town) -> None:
    world, clerk = town.world, town.people["clerk"]
    shops = [loans.with_code(make.shop(world.owner)) for _n in range(6)]
    world_loans.loans_of(
        loans.product(), shops, owner=world.owner, clerk=clerk, unit=world.bureau, free=make.shop(name="名册里的店"),
    )
