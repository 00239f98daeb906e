"""Calls the portal as one person through every middleware, thousands of times: without the test client's copies of
contexts, without logging in, and with whatever a call wrote taken back.

Sessions are kept in the cookie here, so that a page that only reads writes nothing at all, and a person with his
grants is read once. That both are read anew with each request is shown in tests/bureau/accounts/test_sessions.py.
"""

import sys
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.handlers.base import BaseHandler
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.test import RequestFactory, override_settings

from bureau.accounts.middleware import HOUR
from bureau.common import clock

BACKEND = "bureau.accounts.backends.StaffBackend"
#: Read-only is what a request meets that must not write; the database says no, whatever the code means to do.
READ_ONLY = "set local transaction_read_only = on"


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str
    error: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    seen: object = None


class Caller:
    """One person's browser; `user` None is nobody. `known`: he and his grants are as they are now."""

    factory = RequestFactory()

    def __init__(self, user=None, *, known=True):
        self.handler = handler()
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session_of(user)}" if user else ""
        self.user = user if known else None
        assert not self.user or self.user.permissions is not None  # grants are read

    def get(self, address, **headers) -> Answer:
        """Answered in a transaction that cannot write."""
        return self.call(self.factory.get(address, headers=headers), may_write=False)

    def post(self, address, data=None, *, may_write=True, token=False, look=None, **headers) -> Answer:
        """`token`: the check against forged requests is on, and the request brings none. `look()` is asked before what
        was written is taken back; its answer is `seen`."""
        request = self.factory.post(address, data or {}, headers=headers)
        return self.call(request, may_write=may_write, token=token, look=look)

    def call(self, request, *, may_write, token=False, look=None) -> Answer:
        request._dont_enforce_csrf_checks = not token
        if self.cookie:
            request.META["HTTP_COOKIE"] = self.cookie
        if self.user:
            request._cached_user = copy(self.user)
        errors = []

        def note(sender, **kwargs):
            errors.append(describe_error())

        got_request_exception.connect(note)
        try:
            with transaction.atomic():
                if not may_write:
                    with connection.cursor() as cursor:
                        cursor.execute(READ_ONLY)
                response = self.handler.get_response(request)
                text = body(response)
                seen = look() if look else None
                transaction.set_rollback(True)
        finally:
            got_request_exception.disconnect(note)
        headers = response.headers
        return Answer(response.status_code, headers.get("Location", ""), text, "; ".join(errors), headers, seen)


_handler = None


def handler() -> BaseHandler:
    global _handler
    if _handler is None:
        _handler = BaseHandler()
        with override_settings(SESSION_ENGINE=SessionStore.__module__):
            _handler.load_middleware()
    return _handler


def describe_error() -> str:
    kind, error, _trace = sys.exc_info()
    return f"{kind.__name__}: {error}".splitlines()[0][:200] if kind else ""


def session_of(user) -> str:
    """A live session, as after a login a moment ago; it is not touched while the calls last."""
    now = int(clock.real_now().timestamp())
    session = SessionStore()
    session.update({
        SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: BACKEND, HASH_SESSION_KEY: user.get_session_auth_hash(),
        "begun": now, "seen": now + HOUR, "confirmed": now,
    })
    session.save()
    return session.session_key


def body(response) -> str:
    """What came, as text; files that were opened for it are closed."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    for close in response._resource_closers:
        close()
    return content.decode("utf-8", "replace")
