"""Head and foot of every page: the bureau's name, navigation, language, type size, the demo's clock."""

from typing import Any

from django import template
from django.conf import settings
from django.db import Error as DatabaseError
from django.urls import reverse
from django.utils.translation import gettext as _

from bureau.accounts.chapters import chapter_of
from bureau.accounts.models import SiteProfile
from bureau.common import clock
from bureau.common.i18n import localized
from bureau.desk import navigation

register = template.Library()
LARGE_COOKIE = "large"


def _profile(request: Any) -> SiteProfile | None:
    """Read once per request; a page of errors must still stand when the database does not answer."""
    if request is not None and hasattr(request, "_site_profile"):
        return request._site_profile
    try:
        profile = SiteProfile.objects.first()
    except DatabaseError:
        profile = None
    if request is not None:
        request._site_profile = profile
    return profile


def help_url(request: Any) -> str:
    """The chapter of the handbook that explains the page, or the handbook where the page names none."""
    match = getattr(request, "resolver_match", None)
    anchor = chapter_of(match.func) if match else ""
    return reverse("desk:help") + (f"#{anchor}" if anchor else "")


@register.simple_tag(takes_context=True)
def chrome(context: template.Context) -> dict[str, Any]:
    request = context.get("request")
    user = getattr(request, "user", None)
    site = _profile(request)
    signed_in = user is not None and user.is_authenticated
    staff = navigation.kind_of(user) == "staff"
    color = site.primary_color.lstrip("#") if site else "default"
    return {
        "site": site,
        "name": localized(site, "name") if site else _("Industry promotion portal"),
        "address": localized(site, "address") if site else "",
        "nav": navigation.site_links(user, request.path if request else "/", site),
        "user": user if signed_in else None,
        "account_url": navigation.address("accounts:profile"),
        "login_url": navigation.address("accounts:login"),
        "logout_url": navigation.address("admin:logout" if staff else "accounts:logout"),
        "help_url": help_url(request) if staff else "",
        "large": bool(request) and request.COOKIES.get(LARGE_COOKIE) == "1",
        "demo_now": clock.now() if settings.DEMO else None,
        "theme_url": f"{reverse('desk:theme')}?c={color}",
    }
