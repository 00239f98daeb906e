"""Pages of the staff's desk: search, audit log, state of the system; and the gallery of components."""

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from bureau import audit
from bureau.accounts.access import PUBLIC, STAFF, access, needs
from bureau.accounts.chapters import chapter
from bureau.accounts.roles import Permission
from bureau.audit import chain
from bureau.desk import gallery as specimens
from bureau.desk import queries, system_state
from bureau.desk.forms import AuditForm, SearchForm

PER_PAGE = 50


def _desk(request: HttpRequest, **context) -> dict:
    """What the admin's base page needs around a page of ours."""
    return {**admin.site.each_context(request), **context}


@require_safe
@access(STAFF)
@chapter("desk")
def search(request: HttpRequest) -> HttpResponse:
    """By number, name, pinyin, code or phone, over all that apps have put on the shelf."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = queries.search(request.user, text) if text else []
    return render(request, "desk/search.html", _desk(request, form=form, q=text, found=found))


@require_http_methods(["GET", "HEAD", "POST"])
@access(needs(Permission.AUDIT_VIEW))
@chapter("audit")
def audit_log(request: HttpRequest) -> HttpResponse:
    """Events, newest first, paged by number; a POST walks the whole chain and says whether it is intact."""
    form = AuditForm(request.GET)
    events = queries.audit_events(form.cleaned_data if form.is_valid() else {})
    rows = list(events[: PER_PAGE + 1]) if form.is_valid() else []
    query = request.GET.copy()
    if len(rows) > PER_PAGE:
        query["before"] = str(rows[PER_PAGE - 1].pk)
    problems = None
    if request.method == "POST":
        problems = chain.problems()
        audit.record("audit.chain_checked", by=request.user, problems=len(problems))
    context = _desk(
        request, form=form, rows=rows[:PER_PAGE], head=chain.head(), problems=problems,
        older=f"?{query.urlencode()}" if len(rows) > PER_PAGE else "",
    )
    return render(request, "desk/audit.html", context, status=200 if form.is_valid() else 422)


@require_safe
@access(needs(Permission.CONFIG_EDIT))
@chapter("settings")
def system(request: HttpRequest) -> HttpResponse:
    """Versions, queue, scanner, calendar: what needs a hand, in words."""
    return render(request, "desk/system.html", _desk(request, groups=system_state.groups()))


@require_safe
@access(PUBLIC)
def gallery(request: HttpRequest) -> HttpResponseBase:
    """Every component, for those who build pages: in a demo, or to staff."""
    if not (settings.DEMO or getattr(request.user, "is_staff", False)):
        raise Http404
    return render(request, "desk/gallery.html", specimens.context())
