"""What a login, a logout and a failure leave behind."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from bureau import audit
from bureau.accounts.addresses import client_address
from bureau.accounts.middleware import begin_session


@receiver(user_logged_in)
def note_login(sender: Any, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    if request is None:
        return
    begin_session(request, user)
    audit.record("accounts.logged_in", user, by=user, address=client_address(request))


@receiver(user_logged_out)
def note_logout(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if user is not None:
        audit.record("accounts.logged_out", user, by=user, address=client_address(request))


@receiver(user_login_failed)
def note_failure(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """The name is kept as it was typed, cut short; a phone only by its last four digits."""
    name = str(credentials.get("username") or "")[:60]
    if name.isdigit() and len(name) > 6:
        name = f"…{name[-4:]}"
    address = client_address(request) if request is not None else ""
    audit.record("accounts.login_failed", None, by=None, name=name, address=address)
