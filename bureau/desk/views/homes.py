"""Home pages by role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from bureau.accounts.access import PUBLIC, SIGNED_IN, access
from bureau.accounts.chapters import chapter
from bureau.accounts.roles import Permission
from bureau.common import shelves
from bureau.desk import navigation, queries


def home_of(user) -> str:
    """Where somebody who has just signed in belongs: his matters, the dashboard, or the staff desk."""
    if navigation.kind_of(user) == "owner":
        return navigation.address("desk:my")
    reads_only = user.permissions <= {Permission.DASHBOARD_VIEW, Permission.REPORT_VIEW}
    dashboard = navigation.address("dashboards:index")
    return dashboard if reads_only and user.permissions and dashboard else navigation.address("admin:index")


def _sections(audience: str, user) -> list[tuple[shelves.HomeSource, list[shelves.HomeItem], str]]:
    """(source, items, address of all of them) of each home source that has a place there now."""
    found = [(source, source.items(user)) for source in shelves.homes(audience)]
    return [
        (source, items, navigation.address(source.more_url) if source.more_url else "")
        for source, items in found if items is not None
    ]


@require_safe
@access(PUBLIC)
def front(request: HttpRequest) -> HttpResponse:
    """For everybody: what is open for application, how it works, which reports were issued."""
    if request.user.is_authenticated:
        return redirect(home_of(request.user))
    context = {"sections": _sections("public", request.user), "schemes_url": navigation.address("subsidies:schemes")}
    return render(request, "desk/front.html", context)


@require_safe
@access(SIGNED_IN)
@chapter("desk")
def my(request: HttpRequest) -> HttpResponse:
    """An owner's page: what waits for him, then his matters."""
    if navigation.kind_of(request.user) != "owner":
        return redirect(home_of(request.user))
    context = {
        "waiting": queries.groups(request.user, "owner"),
        "sections": _sections("owner", request.user),
        "schemes_url": navigation.address("subsidies:schemes"),
    }
    return render(request, "desk/my.html", context)
