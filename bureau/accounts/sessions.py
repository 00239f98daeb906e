"""The session engine: Django's database sessions with the user beside them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> Any:
        from bureau.accounts.models import PortalSession

        return PortalSession

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        session = super().create_model_instance(data)
        session.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return session


def end_sessions(user: Any, *, but: str | None = None) -> int:
    """End every session of the user, except the one with key `but`; returns how many."""
    from bureau.accounts.models import PortalSession

    return PortalSession.objects.filter(user=user).exclude(session_key=but or "").delete()[0]
