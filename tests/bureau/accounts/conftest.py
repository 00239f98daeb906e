import pytest
from django.conf import settings

from tests.factories import accounts


@pytest.fixture
def sent(monkeypatch):
    """What login codes would have sent: a list of (phone, code)."""
    found = []

    def notify(kind, *, phone, context, **kwargs):
        assert kind == "accounts.login_code"
        found.append((phone, context["code"]))

    real = __import__("bureau.accounts.codes", fromlist=["import_string"]).import_string
    monkeypatch.setattr(
        "bureau.accounts.codes.import_string", lambda name: notify if name == settings.NOTIFY else real(name)
    )
    return found


@pytest.fixture
def site(db):
    return accounts.site()
