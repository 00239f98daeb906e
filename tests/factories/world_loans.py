"""The loans of the two sides: requests in every state, a list each, a payment, a roster that waits."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from bureau.common import clock
from bureau.workflow import perform
from enterprises.models import Person
from subsidies.loans.actions import earlier, lists
from subsidies.loans.models import LoanProduct
from tests.factories import loans

PRODUCT = "world-loan"
SHOPS = ("accept", "first_review", "check", "approval", "payment", "returned")


def add(world: Any) -> None:
    product = loans.product(key=PRODUCT)
    for side in (world.a, world.b):
        side.more |= rows_of(side, product)


def rows_of(side: Any, product: LoanProduct, *, at: tuple = SHOPS) -> dict[str, list]:
    """By model, the opened one first."""
    shops = [loans.with_code(side.cases[key].enterprise) for key in at]
    known = Person.objects.by_id_number(side.words.identity).first()
    if known is None:
        shops[0].operator.set_id_number(side.words.identity)
        shops[0].operator.save()
    else:
        shops[0].operator = known
        shops[0].save()
    return loans_of(product, shops, owner=side.owner, clerk=side.clerk, unit=side.county, free=side.free_shop)


def loans_of(product, shops, *, owner, clerk, unit, free) -> dict[str, list]:
    """One request in each state, of `owner`'s shops, moved by `clerk`."""
    listed, waiting, drawn, declined, withdrawn, closed = (
        loans.asked(product, shop, owner, amount=100_000) for shop in shops
    )
    listing = lists.make(requests=[listed, drawn, declined, closed], by=clerk)
    for request in (listed, drawn, declined, closed):
        request.refresh_from_db()
    perform(declined, "decline", by=clerk, data={"reason": "流水不足", "decided_on": clock.today()})
    perform(withdrawn, "withdraw", by=owner)
    for request in (drawn, closed):
        perform(request, "accept", by=clerk, data={"amount": Decimal(100_000), "decided_on": clock.today()})
        loans.drawn(request, clerk, amount=60_000)
    perform(closed, "close", by=clerk, data={"closed_on": clock.today()})
    roster = earlier.propose(
        [earlier.Loan(5, loans.with_code(free).pk, Decimal(80_000), clock.today() - timedelta(days=300), "")],
        product=product, unit=unit, source=loans.bank_file(clerk), by=clerk,
    )
    return {
        "subsidies/loanrequest": [listed, waiting, drawn, declined, withdrawn, closed],
        "subsidies/referrallist": [listing], "subsidies/drawdown": list(drawn.drawdowns.all()),
        "subsidies/loanbackentry": [roster],
    }


def of_model(route: Any, side: Any) -> list:
    return side.more[re_model(route)]


def re_model(route: Any) -> str:
    return "/".join(route.path.split("/")[2:4])


def of_owner(world: Any) -> tuple[list[dict], list[dict]]:
    own, foreign = (side.more["subsidies/loanrequest"] for side in (world.a, world.b))
    return [{"ref": own[0].ref}], [{"ref": row.ref} for row in foreign]


def to_ask(world: Any) -> tuple[list[dict], list[dict]]:
    own = world.a.cases["draft"].enterprise
    foreign = (world.a.free_shop, world.b.free_shop, world.b.cases["draft"].enterprise)
    return [{"key": PRODUCT, "number": own.number}], [{"key": PRODUCT, "number": shop.number} for shop in foreign]


OF_ALL = {"subsidies/loanproduct": lambda world: LoanProduct.objects.get(key=PRODUCT)}
ADMIN = dict.fromkeys(
    ("subsidies/loanrequest", "subsidies/referrallist", "subsidies/drawdown", "subsidies/loanbackentry"), of_model
)
STEPS = {"subsidies/loanrequest": "decline"}
PAGES = {
    "loans:product": lambda world: ([{"key": PRODUCT}], [{"key": "nothing-here"}]),
    "loans:ask": to_ask,
    "loans:my_detail": of_owner,
    "loans:my_withdraw": of_owner,
}
