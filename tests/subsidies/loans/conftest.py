"""A small bureau, one loan, a clerk who makes lists, and a shop with an owner."""

from dataclasses import dataclass

import pytest
from django.utils import translation

from bureau.accounts.models import User
from bureau.accounts.roles import Role
from bureau.common.remembered import Remembered
from enterprises.models import Enterprise
from subsidies.loans.models import LoanProduct
from tests.factories import loans
from tests.factories import subsidies as make


@dataclass
class Place:
    world: make.World
    product: LoanProduct
    clerk: User
    county_clerk: User
    other_clerk: User
    finance: User
    owner: User
    shop: Enterprise

    def new_shop(self, **fields):
        return loans.with_code(make.shop(**fields))


@pytest.fixture
def place(db):
    world = make.world()
    operator = world.shop.operator
    operator.set_id_number("632123198501015557")
    operator.save()
    return Place(
        world, loans.product(), make.staff("loan-clerk", (Role.CLERK, world.bureau)),
        make.staff("loan-county", (Role.CLERK, world.county)), make.staff("loan-other", (Role.CLERK, world.other_county)),
        make.staff("loan-finance", (Role.FINANCE, world.bureau)), world.owner, loans.with_code(world.shop),
    )


@pytest.fixture(autouse=True)
def english():
    """Reasons are compared in the language of the code, whatever has been translated."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def own_clock():
    """A clock that a test has set on is not that of the next one."""
    Remembered.forget_all()
    yield
    Remembered.forget_all()
