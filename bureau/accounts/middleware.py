"""What every request passes: clean addresses, live sessions, declared access, safe headers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from bureau.accounts.access import Rule, declared
from bureau.accounts.addresses import client_address
from bureau.accounts.enums import UserKind
from bureau.accounts.roles import Role
from bureau.common import clock

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]

#: Seconds without a request, and seconds in all, after which a session ends.
MINUTE, HOUR, DAY = 60, 3600, 86_400
IDLE = {UserKind.STAFF: 30 * MINUTE, UserKind.OWNER: 30 * DAY}
ABSOLUTE = {UserKind.STAFF: 12 * HOUR, UserKind.OWNER: 90 * DAY}
#: Reachable while a second factor or a new password is still owed.
WHILE_OWED = {
    "accounts:totp", "desk:language", "accounts:logout", "admin:logout", "admin:password_change",
    "admin:password_change_done", "accounts:confirm", "admin:jsi18n",
}


class CleanAddressMiddleware:
    """NUL reaches no database: an address that holds one is answered with 400."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path_info or "\0" in query or "%00" in query:
            raise SuspiciousOperation("NUL in the address")
        return self.get_response(request)


class SessionMiddleware:
    """Ends sessions that idled or lasted too long, by kind of user; touches the row at most once a minute."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            self._check(request, user)
        return self.get_response(request)

    def _check(self, request: HttpRequest, user: Any) -> None:
        now = int(clock.real_now().timestamp())
        begun, seen = request.session.get("begun", now), request.session.get("seen", now)
        if now - seen > IDLE.get(user.kind, 0) or now - begun > ABSOLUTE.get(user.kind, 0):
            logout(request)
        elif "begun" not in request.session or now - seen >= MINUTE:
            request.session["begun"], request.session["seen"] = begun, now


class AccessMiddleware:
    """Enforces the declarations of `access`: undeclared is refused, anonymous people are shown the right door."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        rule = declared(view)
        if rule is None:
            logger.error("undeclared route refused: %s", request.resolver_match and request.resolver_match.route)
            raise PermissionDenied
        if rule.public:
            return None
        if rule.closed:
            raise Http404
        if not request.user.is_authenticated:
            return to_login(request, rule)
        if owed := what_is_owed(request):
            return redirect_whole(request, owed)
        if not rule.allows(request.user):
            raise PermissionDenied
        return None


def what_is_owed(request: HttpRequest) -> str | None:
    """Where staff must go first: to a new password, then to a second factor; None when nothing is owed."""
    user, match = request.user, request.resolver_match
    if not user.is_staff or (match and match.view_name in WHILE_OWED):
        return None
    if user.must_change_password:
        return reverse("admin:password_change")
    if settings.STAFF_TOTP_REQUIRED and not user.totp_confirmed:
        return reverse("accounts:totp")
    return None


def to_login(request: HttpRequest, rule: Rule) -> HttpResponse:
    """Owners' pages lead to the phone login (which shows the way to the other), staff pages to theirs."""
    name = "accounts:login" if Role.OWNER in rule.roles else "admin:login"
    target = request.get_full_path() if request.method in ("GET", "HEAD") and not _is_htmx(request) else ""
    query = f"?{urlencode({'next': target})}" if target else ""
    return redirect_whole(request, reverse(name) + query)


def redirect_whole(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect of the whole page, also when only a fragment was asked for."""
    if _is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


class HeadersMiddleware:
    """Pages of people who are signed in are never stored; devices and sensors stay off."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated or response.status_code in (401, 403):
            response["Cache-Control"] = "no-store, private"
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


def begin_session(request: HttpRequest, user: Any) -> None:
    """After `login()`: the marks that SessionMiddleware reads, and the cookie's age by kind."""
    now = int(clock.real_now().timestamp())
    device = request.headers.get("User-Agent", "")[:200]
    marks = {"begun": now, "seen": now, "confirmed": now, "address": client_address(request), "device": device}
    request.session.update(marks)
    request.session.set_expiry(IDLE[UserKind.OWNER] if user.kind == UserKind.OWNER else ABSOLUTE[UserKind.STAFF])
