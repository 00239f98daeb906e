"""Staff log in by name, password and, once they have set it up, a code of their authenticator."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from bureau.accounts import totp
from bureau.accounts.enums import UserKind
from bureau.accounts.models import User


class StaffBackend(ModelBackend):
    """All three must be right at once; which one was wrong is never told."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None,
        totp_token: str = "", **kwargs: Any,
    ) -> User | None:
        user = super().authenticate(request, username=username, password=password)
        if user is None or user.kind != UserKind.STAFF:
            return None
        if user.totp_confirmed and not totp.verify(user, user.totp_secret.reveal(), totp_token):
            return None
        return user


class OwnerBackend(ModelBackend):
    """Loads owners from their session; they never log in by password."""

    def authenticate(self, request: HttpRequest | None, **kwargs: Any) -> None:  # type: ignore[override]
        return None
