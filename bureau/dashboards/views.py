"""The officials' page, and the records behind every figure on it."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureau.accounts.access import access, needs
from bureau.accounts.chapters import chapter
from bureau.accounts.roles import Permission
from bureau.dashboards import queries
from bureau.dashboards.forms import RecordsForm
from bureau.dashboards.kept import SumKeeper
from bureau.dashboards.spans import SPANS, span_of
from bureau.metrics.drilling import Drill, drill
from bureau.metrics.registry import all_metrics
from bureau.regions.models import Region

OPENS_RECORDS = needs(Permission.DASHBOARD_VIEW, Permission.REPORT_VIEW, Permission.RECORDS_VIEW)
PER_PAGE = 50
MOST_PAGES = 200


@access(needs(Permission.DASHBOARD_VIEW))
@chapter("dashboard")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Key figures of all lines of work with their change, or one line of work in detail; targets; money."""
    span = span_of(request.GET.get("span"))
    board = queries.dashboard(span, request.GET.get("show"), request.GET.get("area"))
    return render(request, "dashboards/index.html", {
        "board": board, "spans": SPANS, "updated_at": board.as_of, "rows": range(8), "columns": range(9),
    })


@access(OPENS_RECORDS)
@chapter("dashboard")
@require_safe
def records(request: HttpRequest, key: str) -> HttpResponse:
    """The records behind a figure as they are known now, as far as the viewer may see them."""
    metric = next((one for one in all_metrics() if one.key == key), None)
    if metric is None:
        raise Http404
    form = RecordsForm(metric, request.GET)
    if not form.is_valid():
        return render(request, "dashboards/records.html", {"metric": metric, "form": form}, status=422)
    keeper = SumKeeper()
    found = drill(
        metric, form.window, read=keeper, viewer=request.user, region=form.cleaned_data["region"], unit=form.cleaned_data["unit"],
        **form.dims, **({"county": None} if form.cleaned_data["above"] else {}),
    )
    return render(request, "dashboards/records.html", {
        "metric": metric, "form": form, "drill": found, "scope": scope_labels(form),
        "moment": keeper.moment, "table": Table(found, form.cleaned_data["page"] or 1, keeper), "value": queries.split_value(found.figure),
    })


class Table:
    """One page of a drill-down."""

    def __init__(self, found: Drill, number: int, keeper: SumKeeper):
        self.seen = keeper.seen(found, PER_PAGE * MOST_PAGES) if found.columns else 0
        self.pages = max(1, -(-self.seen // PER_PAGE))
        self.number = min(number, self.pages)
        start = (self.number - 1) * PER_PAGE
        rows = found.rows(start, start + PER_PAGE) if found.columns else []
        numbers = [any(isinstance(row[n], int | Decimal) for row in rows) for n in range(len(found.columns))]
        self.columns = list(zip(found.columns, numbers, strict=True))
        self.rows = [list(zip(found.columns, row, numbers, strict=True)) for row in rows]
        self.hidden = found.total - self.seen
        self.cut = self.seen == PER_PAGE * MOST_PAGES  # counted no further: there may be more that the viewer may see


def scope_labels(form: RecordsForm) -> list[tuple[str, Any]]:
    """What the address narrows the figure to, in words; pairs of label and a configured object or text."""
    found: list[tuple[str, Any]] = []
    if region := form.cleaned_data["region"]:
        found.append((_("Region"), region))
    if unit := form.cleaned_data["unit"]:
        found.append((_("Office"), unit))
    if (place := form.dims.get(queries.PLACE)) and (row := Region.objects.filter(pk=place).first()):
        found.append((_("Place of operation"), row))
    return found
