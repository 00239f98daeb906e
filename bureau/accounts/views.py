"""Logging in by phone, confirming, the second factor, and one's own account."""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, user_login_failed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from bureau import audit
from bureau.accounts import codes, totp
from bureau.accounts.access import PUBLIC, SIGNED_IN, STAFF, access
from bureau.accounts.addresses import client_address
from bureau.accounts.chapters import chapter
from bureau.accounts.enums import UserKind
from bureau.accounts.errors import locked_out
from bureau.accounts.forms import CodeForm, ConfirmForm, PhoneForm, ProfileForm, SixDigitsField
from bureau.accounts.models import User
from bureau.accounts.sessions import SessionStore, end_sessions
from bureau.accounts.sudo import confirm as note_confirmation
from bureau.accounts.sudo import confirmed

OWNER_BACKEND = "bureau.accounts.backends.OwnerBackend"
GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """The address to go on to, if it is one of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed and target.startswith("/") else default


# --- owners: phone and code -----------------------------------------------------------------------


@never_cache
@GET_POST
@access(PUBLIC)
def phone(request: HttpRequest) -> HttpResponse:
    """Step one: the number. Every number is answered alike."""
    if request.user.is_authenticated:
        return redirect(safe_next(request))
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["phone"]
        try:
            codes.send_code(number, client_address(request))
        except codes.TooMany as refusal:
            form.add_error("phone", _too_many(refusal))
            return _page(request, "accounts/phone.html", form, status=429)
        request.session["login_phone"] = number
        request.session["login_next"] = safe_next(request, "")
        return redirect("accounts:code")
    return _page(request, "accounts/phone.html", form, next=safe_next(request, ""))


def _too_many(refusal: codes.TooMany) -> str:
    return ngettext(
        "Too many codes were asked for. Please wait %(minutes)s minute.",
        "Too many codes were asked for. Please wait %(minutes)s minutes.",
        refusal.minutes,
    ) % {"minutes": refusal.minutes}


@never_cache
@GET_POST
@sensitive_post_parameters("code")
@access(PUBLIC)
def code(request: HttpRequest) -> HttpResponse:
    """Step two: the code. Five wrong answers lock the number for ten minutes."""
    number = request.session.get("login_phone")
    if not number:
        return redirect("accounts:login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        credentials = {"username": number}
        if not AxesProxyHandler.is_allowed(request, credentials):
            return locked_out(request)
        user = codes.user_for(number, form.cleaned_data["code"])
        if user is not None:
            target = request.session.pop("login_next", "") or settings.LOGIN_REDIRECT_URL
            request.session.pop("login_phone", None)
            login(request, user, backend=OWNER_BACKEND)
            return _in_his_language(redirect(target), user)
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        form.add_error("code", _("This code is wrong or has expired. Please check it, or ask for a new one."))
    return _page(request, "accounts/code.html", form, phone=number, minutes=5, sent_messages=_sent_messages())


def _sent_messages() -> str:
    """The demo's page of messages, where the code is read that no phone receives; empty elsewhere."""
    try:
        return reverse("notifications:sent") if settings.DEMO else ""
    except NoReverseMatch:
        return ""


def _in_his_language(response: HttpResponse, user: User) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, user.language, max_age=365 * 86_400, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@require_POST
@access(PUBLIC)
def leave(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("/")


# --- one's own account ----------------------------------------------------------------------------


@never_cache
@GET_POST
@access(SIGNED_IN)
@chapter("account")
def profile(request: HttpRequest) -> HttpResponse:
    """Name, roles, sessions."""
    user: User = request.user  # type: ignore[assignment]
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    if request.method == "POST":
        user.refresh_from_db(fields=["name"])
    return _page(
        request, "accounts/profile.html", form,
        sessions=_sessions(request, user), grants=user.current_grants, is_staff=user.kind == UserKind.STAFF,
    )


def _sessions(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """His live sessions, the present one first. A session is named by a part of its key that opens nothing."""
    found = []
    for row in user.sessions.order_by("-expire_date"):
        data = row.get_decoded()
        found.append({
            "name": session_name(row.session_key), "begun": data.get("begun"), "seen": data.get("seen"),
            "address": data.get("address", ""), "device": data.get("device", ""),
            "is_this": row.session_key == request.session.session_key,
        })
    return sorted(found, key=lambda s: not s["is_this"])


def session_name(key: str) -> str:
    from django.utils.crypto import salted_hmac

    return salted_hmac("bureau.accounts.session_name", key, algorithm="sha256").hexdigest()[:16]


@require_POST
@access(SIGNED_IN)
@chapter("account")
def end_session(request: HttpRequest) -> HttpResponse:
    """End one other session of one's own, or all others."""
    user: User = request.user  # type: ignore[assignment]
    name = request.POST.get("session", "")
    if name == "others":
        end_sessions(user, but=request.session.session_key)
    else:
        keys = [row.session_key for row in user.sessions.all() if session_name(row.session_key) == name]
        if not keys:
            raise Http404
        SessionStore(keys[0]).delete()
    messages.success(request, _("Logged out there."))
    return redirect("accounts:profile")


@never_cache
@GET_POST
@sensitive_post_parameters()
@access(SIGNED_IN)
@chapter("account")
def confirm(request: HttpRequest) -> HttpResponse:
    """Staff give their password once more, owners a new code."""
    user: User = request.user  # type: ignore[assignment]
    if user.kind == UserKind.OWNER:
        return _confirm_by_code(request, user)
    credentials = {"username": user.username}
    if request.method == "POST" and not AxesProxyHandler.is_allowed(request, credentials):
        return locked_out(request)
    form = ConfirmForm(user, request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            note_confirmation(request)
            return redirect(safe_next(request))
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    return _page(request, "accounts/confirm.html", form, next=safe_next(request))


def _confirm_by_code(request: HttpRequest, user: User) -> HttpResponse:
    form = CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST" and "code" not in request.POST:
        try:
            codes.send_code(user.phone or "", client_address(request))
        except codes.TooMany as refusal:
            messages.error(request, _too_many(refusal))
    elif request.method == "POST" and form.is_valid():
        if codes.user_for(user.phone or "", form.cleaned_data["code"]) == user:
            note_confirmation(request)
            return redirect(safe_next(request))
        form.add_error("code", _("This code is wrong or has expired. Please check it, or ask for a new one."))
    sent = request.method == "POST"
    return _page(request, "accounts/confirm.html", form, next=safe_next(request), by_code=True, sent=sent)


@never_cache
@GET_POST
@sensitive_post_parameters("code")
@access(STAFF)
@chapter("account")
@confirmed()
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator: scan, then prove it with one code."""
    user: User = request.user  # type: ignore[assignment]
    if user.totp_confirmed:
        return render(request, "accounts/totp_done.html")
    secret = totp.offer(user, request.session.session_key)
    form = CodeForm(request.POST or None)
    form.fields["code"].label = SixDigitsField(label=_("Code of your authenticator")).label
    if request.method == "POST" and form.is_valid():
        if totp.verify(user, secret, form.cleaned_data["code"]):
            user.totp_secret, user.totp_confirmed = secret, True
            user.save(update_fields=["totp_secret", "totp_confirmed"])
            end_sessions(user, but=request.session.session_key)
            audit.record("accounts.totp_confirmed", user, by=user)
            messages.success(request, _("Your authenticator is set up. From now on its code is asked at each login."))
            return redirect("/")
        form.add_error("code", _("This code does not fit. Please check the clock of your phone and try the next one."))
    # segno draws from our own text; nothing a person typed is in it but the escaped user name, as squares.
    picture = mark_safe(totp.qr_svg(totp.address(user, secret)))  # noqa: S308
    return _page(request, "accounts/totp.html", form, picture=picture, secret=secret)


def _page(
    request: HttpRequest, template: str, form: Any, status: int = 0, **context: Any
) -> HttpResponse:
    """The page with its form; 422 when the form came back with errors."""
    return render(request, template, {"form": form, **context}, status=status or (422 if form.errors else 200))
