"""Home pages by role, search, preferences of a visitor."""

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from bureau.accounts.access import PUBLIC, SIGNED_IN, STAFF, access
from bureau.accounts.models import SiteProfile
from bureau.accounts.roles import Permission
from bureau.common import shelves
from bureau.desk import gallery as specimens
from bureau.desk import navigation, queries
from bureau.desk.forms import SearchForm
from bureau.desk.templatetags.chrome import LARGE_COOKIE

YEAR = 365 * 24 * 3600


def home_of(user) -> str:
    """Where somebody who has just signed in belongs: his matters, the dashboard, or the staff desk."""
    if navigation.kind_of(user) == "owner":
        return navigation.address("desk:my")
    reads_only = user.permissions <= {Permission.DASHBOARD_VIEW, Permission.REPORT_VIEW}
    dashboard = navigation.address("dashboards:index")
    return dashboard if reads_only and user.permissions and dashboard else navigation.address("admin:index")


@require_safe
@access(PUBLIC)
def front(request: HttpRequest) -> HttpResponse:
    """For everybody: what is open for application, how it works, which reports were issued."""
    if request.user.is_authenticated:
        return redirect(home_of(request.user))
    sections = [(source, source.items(request.user)) for source in shelves.homes("public")]
    context = {"sections": sections, "schemes_url": navigation.address("subsidies:schemes")}
    return render(request, "desk/front.html", context)


@require_safe
@access(SIGNED_IN)
def my(request: HttpRequest) -> HttpResponse:
    """An owner's page: what waits for him, then his matters."""
    if navigation.kind_of(request.user) != "owner":
        return redirect(home_of(request.user))
    context = {
        "waiting": queries.groups(request.user, "owner"),
        "sections": [(source, source.items(request.user)) for source in shelves.homes("owner")],
        "schemes_url": navigation.address("subsidies:schemes"),
    }
    return render(request, "desk/my.html", context)


@require_safe
@access(STAFF)
def search(request: HttpRequest) -> HttpResponse:
    """By number, name, pinyin, code or phone, over all that apps have put on the shelf."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = queries.search(request.user, text) if text else []
    return render(request, "desk/search.html", {"form": form, "q": text, "found": found})


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "/")
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed else "/"


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
            f" --bs-primary: {color}; --bs-primary-rgb: {rgb}; --bs-link-color: {color}; --bs-link-color-rgb: {rgb}; }}\n"
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


@require_safe
@access(PUBLIC)
def gallery(request: HttpRequest) -> HttpResponseBase:
    """Every component, for those who build pages: in a demo, or to staff."""
    if not (settings.DEMO or getattr(request.user, "is_staff", False)):
        raise Http404
    return render(request, "desk/gallery.html", specimens.context())
