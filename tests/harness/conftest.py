import pytest

from tests.harness.caller import Caller


@pytest.fixture(autouse=True)
def _quiet(quiet):
    """Refusals are what these tests are about."""


@pytest.fixture(scope="module")
def callers(world):
    return {role: Caller(user) for role, user in world.people.items()}
