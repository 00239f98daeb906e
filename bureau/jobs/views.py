import csv

from django.core.paginator import Paginator
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bureau.accounts.access import SIGNED_IN, access
from bureau.accounts.chapters import chapter
from bureau.common.export import csv_safe
from bureau.jobs import actions
from bureau.jobs.models import Job
from bureau.jobs.registry import KINDS

FAULTS_PER_PAGE = 50


def _job(request, pk) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user).select_related("asked_by", "result_file"), pk=pk)


@access(SIGNED_IN)
@chapter("jobs")
@require_GET
def detail(request, pk):
    """The progress page; asked by htmx it answers with the moving part alone."""
    job = _job(request, pk)
    faults = Paginator(job.faults.all(), FAULTS_PER_PAGE).get_page(request.GET.get("page"))
    done_url = KINDS[job.kind].done_url if job.kind in KINDS else None
    context = {
        "job": job,
        "faults": faults,
        "next_url": done_url(job) if done_url and job.state == "done" else "",
    }
    return render(request, "jobs/progress.html" if request.htmx else "jobs/detail.html", context)


@access(SIGNED_IN)
@chapter("jobs")
@require_POST
def cancel(request, pk):
    actions.cancel(_job(request, pk), by=request.user)
    return redirect("jobs:detail", pk=pk)


@access(SIGNED_IN)
@chapter("jobs")
@require_GET
def faults(request, pk):
    """All faults as CSV that Excel opens (UTF-8 with a mark), formulas made harmless."""
    job = _job(request, pk)
    if not job.faults.exists():
        raise Http404
    head = [[_("Row"), _("Column"), _("Found"), _("What is wrong")]]
    rows = job.faults.values_list("row", "column", "value", "reason").iterator(chunk_size=1000)

    def lines():
        yield "\ufeff"
        writer = csv.writer(Echo())
        for row in (*head, *rows):
            yield writer.writerow([csv_safe(cell) for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="faults-{job.pk}.csv"'
    return response


class Echo:
    def write(self, value):
        return value
