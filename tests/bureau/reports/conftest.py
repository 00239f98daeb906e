import pytest

from bureau.accounts.models import User
from bureau.reports.models import Report


@pytest.fixture
def people():
    """Staff of the demo by user name."""
    return {user.username: user for user in User.objects.filter(kind="staff")}


@pytest.fixture
def report(db):
    """The report of the demo; `demo(report=True)` finds it written."""
    return Report.objects.get()
