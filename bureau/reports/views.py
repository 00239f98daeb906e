"""Reports for everybody: the public reads issued ones, staff write them, each figure opens its records."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bureau.accounts.access import PUBLIC, access, needs
from bureau.accounts.chapters import chapter
from bureau.accounts.roles import Permission
from bureau.common import clock
from bureau.common.i18n import is_chinese
from bureau.reports import actions, papers, queries
from bureau.reports.forms import OpenForm, ParagraphForm, RevisionForm
from bureau.reports.models import FrozenFigure, Paragraph, Report
from bureau.workflow import NotDone, perform, steps
from bureau.workflow.table import workflow_of

WRITES = needs(Permission.REPORT_DRAFT)
WORKS = needs(Permission.REPORT_DRAFT, Permission.REPORT_CHECK, Permission.REPORT_ISSUE)
PER_PAGE = 20


def language() -> str:
    return "zh" if is_chinese() else "en"


def seen(request: HttpRequest, pk: int) -> Report:
    reports = Report.objects.visible_to(request.user).select_related("template", "region")
    return get_object_or_404(reports, pk=pk)


@access(PUBLIC)
@chapter("reports")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Reports, newest period first; whoever writes them sees where each stands."""
    reports = Report.objects.visible_to(request.user).select_related("template", "region").newest_first()
    page = Paginator(reports, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/index.html", {
        "page": page, "works": WORKS.allows(request.user), "writes": WRITES.allows(request.user),
        "open_form": OpenForm(initial={"day": clock.today()}),
    })


@access(PUBLIC)
@chapter("reports")
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as the paper it becomes; its steps beside it for those who take them."""
    report = seen(request, pk)
    if request.htmx:  # the page of one that is being written asks whether it stands
        return HttpResponse(status=204, headers={"HX-Refresh": "true"} if report.is_written else {})
    return render(request, "reports/detail.html", page_of(request, report))


def page_of(request: HttpRequest, report: Report, **more) -> dict:
    works = WORKS.allows(request.user)
    return {
        "report": report,
        "sections": queries.sections(report, language()),
        "annex": queries.annex(report),
        "goals": queries.goals(report),
        "works": works,
        "steps": steps(report, request.user) if works else [],
        "timeline_entries": timeline_of(report) if works else [],
        "drafting": report.state == "draft" and WRITES.allows(request.user),
        "job": report_job(report) if report.state == "due" else None,
        "revisable": report.state == "issued" and not report.superseded and WRITES.allows(request.user),
        "revision_form": RevisionForm(),
        **more,
    }


def timeline_of(report: Report) -> list[dict]:
    table = workflow_of(report)
    log = report.log.select_related("by").order_by("-version")
    return [
        {"title": _("Figures read again") if row.name == "write" and row.before == "draft" else table[row.name].label,
         "who": str(row.by) if row.by else _("The portal"), "at": row.at, "note": row.comment}
        for row in log
    ]


def report_job(report: Report):
    from bureau.jobs.models import Job

    return Job.objects.filter(key=f"{actions.GENERATE}:{report.pk}:{report.version}").first()


@access(PUBLIC)
@chapter("reports")
@require_safe
def figure(request: HttpRequest, pk: int, figure_id: int) -> HttpResponse:
    """The records behind a figure: a side panel by htmx, else a page of its own."""
    report = seen(request, pk)
    found = get_object_or_404(
        FrozenFigure.objects.select_related("source", "county", "report__region"), pk=figure_id, report=report
    )
    try:
        number = int(request.GET.get("page", "1"))
    except ValueError:
        number = 1
    context = {
        "report": report, "figure": found, "text": queries.value_text(found, language()),
        "page": queries.frozen_page(found, request.user, number), "now": now_beside(found, request.user),
    }
    template = "reports/figure_panel.html" if request.htmx else "reports/figure.html"
    return render(request, template, context)


def now_beside(found: FrozenFigure, viewer) -> dict | None:
    """How the figure would read today, for those who may open records."""
    if not queries.sensitivities(viewer):
        return None
    present = queries.now(found)
    if present is None:
        return None
    return {"value": present[0], "records": present[1], "change": present[0] - found.value}


@access(PUBLIC)
@chapter("reports")
@require_safe
def docx(request: HttpRequest, pk: int) -> HttpResponse:
    """The official document; a draft can be read by those who work on it."""
    report = seen(request, pk)
    if not report.is_written:
        raise Http404
    response = HttpResponse(papers.build(report), content_type=papers.CONTENT_TYPE)
    name = f"{report.template.name_zh}（{report.period.label('zh')}）.docx"
    response["Content-Disposition"] = content_disposition_header(True, name) or f"attachment; filename={slugify(name)}"
    return response


@access(WRITES)
@chapter("reports")
@require_POST
def open_on_demand(request: HttpRequest) -> HttpResponse:
    """Open the report on a period: the one that exists, or a new one."""
    form = OpenForm(request.POST)
    if form.is_valid():
        try:
            report = actions.open_report(form.cleaned_data["template"], form.cleaned_data["day"], by=request.user)
            return redirect("reports:detail", pk=report.pk)
        except ValidationError as error:
            form.add_error("day", error)
    reports = Report.objects.visible_to(request.user).select_related("template", "region").newest_first()
    page = Paginator(reports, PER_PAGE).get_page(1)
    context = {"page": page, "works": True, "writes": True, "open_form": form}
    return render(request, "reports/index.html", context, status=422)


@access(WORKS)
@chapter("reports")
@require_POST
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of 拟稿 → 核稿 → 签发."""
    report = seen(request, pk)
    table = workflow_of(report)
    if name not in table or name == "write":
        raise Http404
    data = {}
    if table[name].form:
        form = table[name].form()(request.POST)
        if not form.is_valid():
            context = page_of(request, report, comment_form=form, refused_step=name)
            return render(request, "reports/detail.html", context, status=422)
        data = form.cleaned_data
    try:
        perform(report, name, by=request.user, data=data, version=version_of(request))
        messages.success(request, _("Done: %(step)s.") % {"step": table[name].label})
    except NotDone as refusal:
        messages.error(request, " ".join(refusal.reasons))
    return redirect("reports:detail", pk=report.pk)


def version_of(request: HttpRequest) -> int:
    """The version that the page showed; one that is missing or garbled matches nothing."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


@access(WRITES)
@chapter("reports")
@require_POST
def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    report = seen(request, pk)
    try:
        actions.refresh(report, by=request.user)
        messages.success(request, _("The figures are being read again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("reports:detail", pk=report.pk)


@access(WRITES)
@chapter("reports")
@require_http_methods(["GET", "POST"])
def paragraph(request: HttpRequest, pk: int, paragraph_id: int | None = None) -> HttpResponse:
    """Edit a paragraph of a draft, or add one."""
    report = seen(request, pk)
    row = get_object_or_404(Paragraph, pk=paragraph_id, report=report) if paragraph_id else None
    initial = {name: getattr(row, name) for name in ("section", "area", "body_zh", "body_en")} if row else {
        "section": request.GET.get("section", "progress"), "area": request.GET.get("area", ""),
    }
    form = ParagraphForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_paragraph(report, by=request.user, paragraph=row, **form.cleaned_data)
            return redirect("reports:detail", pk=report.pk)
        except ValidationError as error:
            form.add_error(None, error)
    context = {"report": report, "form": form, "paragraph": row, "figures": queries.vocabulary(report, language())}
    return render(request, "reports/paragraph.html", context, status=422 if form.is_bound else 200)


@access(WRITES)
@chapter("reports")
@require_POST
def remove_paragraph(request: HttpRequest, pk: int, paragraph_id: int) -> HttpResponse:
    report = seen(request, pk)
    row = get_object_or_404(Paragraph, pk=paragraph_id, report=report)
    try:
        actions.remove_paragraph(report, by=request.user, paragraph=row)
        messages.success(request, _("The paragraph has been removed."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("reports:detail", pk=report.pk)


@access(WRITES)
@chapter("reports")
@require_POST
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next revision of an issued report."""
    report = seen(request, pk)
    form = RevisionForm(request.POST)
    if form.is_valid():
        try:
            revision = actions.revise(report, by=request.user, reason=form.cleaned_data["reason"])
            return redirect("reports:detail", pk=revision.pk)
        except ValidationError as error:
            form.add_error("reason", error)
    return render(request, "reports/detail.html", page_of(request, report, revision_form=form), status=422)
