import pytest

from bureau.accounts.roles import Role
from bureau.common import shelves
from tests.factories import accounts


@pytest.fixture
def site(db):
    return accounts.site()


@pytest.fixture
def clerk(site):
    return accounts.staff(Role.CLERK)


@pytest.fixture
def owner(site):
    return accounts.owner("13800138000")


@pytest.fixture
def shelf(monkeypatch):
    """An empty shelf; what a test registers is gone after it."""
    monkeypatch.setattr(shelves, "_sources", {})
    return shelves


@pytest.fixture
def enter(client, settings):
    """Sign in as somebody, in English."""
    settings.STAFF_TOTP_REQUIRED = False

    def go(user, language="en"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        if user is not None:
            client.force_login(user, backend="bureau.accounts.backends.StaffBackend")
        return client

    return go
