import pytest


@pytest.fixture(autouse=True)
def uploads_checked_here():
    """Not here: these tests are about the child process."""
