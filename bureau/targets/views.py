"""How far the year's targets are, the grid that sets them, and statistics as somebody enters them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from bureau.accounts.access import access, needs
from bureau.accounts.chapters import chapter
from bureau.accounts.roles import Permission
from bureau.attachments.actions import claim
from bureau.common import clock
from bureau.targets import actions, export, queries
from bureau.targets.forms import Grid, StatedForm

READS = needs(Permission.DASHBOARD_VIEW, Permission.TARGET_VIEW)
WRITES = needs(Permission.TARGET_EDIT)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def chosen_year(request: HttpRequest, offered: list[int]) -> int:
    """The year of the address if it is offered, else the present one."""
    text = request.GET.get("year", "")
    this = clock.today().year
    return int(text) if text in map(str, offered) else this


@access(READS)
@chapter("targets")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Target, done, completion, time passed, rank; each number opens its records."""
    offered = queries.years()
    year = chosen_year(request, offered)
    found = queries.boards(clock.today(), year=year, user=request.user)
    return render(request, "targets/index.html", {
        "areas": queries.by_area(found), "year": year, "years": offered, "today": clock.today(),
        "edits": WRITES.allows(request.user),
    })


@access(READS)
@chapter("targets")
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    year = chosen_year(request, queries.years())
    title = _("Completion of the targets of %(year)s") % {"year": year}
    found = queries.boards(clock.today(), year=year, user=request.user)
    response = HttpResponse(export.workbook(found, title), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{title}.xlsx") or "attachment"
    return response


@access(WRITES)
@chapter("targets")
@require_http_methods(["GET", "POST"])
def grid(request: HttpRequest) -> HttpResponse:
    """Figure × county: type or paste the targets of a year."""
    offered = queries.years()
    year = chosen_year(request, offered)
    found = Grid(year, request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not found.errors:
        changed = actions.set_targets(found.changes(), by=request.user)
        messages.success(
            request,
            ngettext("%(count)s target has been changed.", "%(count)s targets have been changed.", changed)
            % {"count": changed},
        )
        return redirect(f"{request.path}?year={year}")
    status = 422 if found.errors else 200
    return render(request, "targets/grid.html", {"grid": found, "year": year, "years": offered}, status=status)


@access(WRITES)
@chapter("stated")
@require_http_methods(["GET", "POST"])
def state(request: HttpRequest) -> HttpResponse:
    """A statistic with its document; another person confirms it."""
    form = StatedForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        files = form.cleaned_data["source"]
        unit = request.user.granted_units(Permission.TARGET_EDIT)[0]
        try:
            row = actions.propose(form.statement(), by=request.user, unit=unit, source=files[0] if files else None)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            for file in files:
                claim(file, row)
            messages.success(request, _("Entered. It counts when a second person has confirmed it."))
            return redirect("admin:targets_statedvalue_change", row.pk)
    return render(request, "targets/state.html", {"form": form}, status=422 if form.is_bound else 200)
