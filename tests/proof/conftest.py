import pytest


@pytest.fixture(autouse=True)
def _quiet(quiet):
    """Refusals are what these tests are about."""
