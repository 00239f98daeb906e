"""What a visitor chooses for himself: language, size of type; and the bureau's color."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from bureau.accounts.access import PUBLIC, access
from bureau.accounts.models import SiteProfile
from bureau.desk.templatetags.chrome import LARGE_COOKIE

YEAR = 365 * 24 * 3600


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "/")
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed and target.startswith("/") else "/"


@require_POST
@access(PUBLIC)
def language(request: HttpRequest) -> HttpResponse:
    """Chinese or English, kept in a cookie; the address of the page stays the same."""
    chosen = request.POST.get("language", "")
    response = redirect(_back(request))
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure()
        )
        if request.user.is_authenticated and request.user.language != chosen:
            request.user.language = chosen
            request.user.save(update_fields=["language"])
    return response


@require_POST
@access(PUBLIC)
def large_type(request: HttpRequest) -> HttpResponse:
    """The large-type mode (关怀版), kept in a cookie."""
    response = redirect(_back(request))
    if request.POST.get("large") == "1":
        response.set_cookie(LARGE_COOKIE, "1", max_age=YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(LARGE_COOKIE, samesite="Lax")
    return response


@require_safe
@access(PUBLIC)
@cache_control(max_age=3600, public=True)
def theme(request: HttpRequest) -> HttpResponse:
    """The bureau's primary color as a style sheet; one too pale for white text on it is not taken."""
    profile = SiteProfile.objects.only("primary_color").first()
    color = (profile.primary_color if profile else "").lower()
    rules = ""
    if re.fullmatch(r"#[0-9a-f]{6}", color) and contrast_with_white(color) >= 4.5:
        deep, tint = _mix(color, 0, 0.25), _mix(color, 255, 0.9)
        rgb = ", ".join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5))
        rules = (
            f":root {{ --primary: {color}; --primary-deep: {deep}; --primary-tint: {tint}; --focus: {color};"
            f" --bs-primary: {color}; --bs-primary-rgb: {rgb}; --bs-link-color: {color};"
            f" --bs-link-color-rgb: {rgb}; }}\n"
        )
    return HttpResponse(rules, content_type="text/css; charset=utf-8")


def contrast_with_white(color: str) -> float:
    """WCAG contrast of "#rrggbb" against white, 1 to 21."""
    shares = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _mix(color: str, toward: int, share: float) -> str:
    parts = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(part + (toward - part) * share):02x}" for part in parts)
