"""Public pages of the pledges: the list, one pledge with what citizens say, and the page that turns them off."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bureau.accounts.access import PUBLIC, access, needs
from bureau.accounts.addresses import client_address
from bureau.accounts.chapters import chapter
from bureau.accounts.roles import Permission
from bureau.attachments.models import Attachment
from bureau.attachments.views import published
from bureau.workflow import NotDone
from programs import actions, limits, queries
from programs.forms import FilterForm, RateForm
from programs.models import Feedback, Pledge, files_of, shows_pledges
from programs.purposes import PUBLIC_FILE, pledge_of

CITIZEN = needs(Permission.APPLY)
KEEPS_DISPLAY = needs(Permission.MODERATE, Permission.CONFIG_EDIT)
PER_PAGE = 20
COMMENTS_PER_PAGE = 10


@require_safe
@access(PUBLIC)
def pledges(request: HttpRequest) -> HttpResponse:
    """All public pledges, filtered by office, state, category and year, and searched."""
    if not shows_pledges():
        raise Http404
    form = FilterForm(request.GET, units=queries.public_units(), years=queries.public_years())
    form.is_valid()  # what is no choice filters nothing
    page = Paginator(queries.public_list(form.cleaned_data), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "filtered": any(form.cleaned_data.values())}
    return render(request, "programs/list.html", context)


@require_safe
@access(PUBLIC)
def pledge(request: HttpRequest, number: str) -> HttpResponse:
    """What was pledged, how it goes, and what citizens say about it."""
    return _page(request, _public(number), RateForm())


def _public(number: str) -> Pledge:
    rows = Pledge.objects.public().select_related("unit", "region")
    return get_object_or_404(queries.with_progress(rows), number=number)


def _page(request: HttpRequest, row: Pledge, form: RateForm, status: int = 200) -> HttpResponse:
    is_citizen = CITIZEN.allows(request.user)
    mine = Feedback.objects.of(request.user).filter(pledge=row).first() if is_citizen else None
    context = {
        "pledge": row,
        "dates": list(row.dates.exclude(old=None)),
        "notes": queries.notes_with_files(row),
        "papers": files_of(row, PUBLIC_FILE),
        "ratings": queries.ratings(row),
        "comments": Paginator(queries.public_comments(row), COMMENTS_PER_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "mine": mine,
        "may_rate": is_citizen and row.takes_feedback and mine is None,
        "login_url": f"{reverse('accounts:login')}?{urlencode({'next': row.get_absolute_url() + '#feedback'})}",
        "case_url": _case_url(request, row),
    }
    return render(request, "programs/pledge.html", context, status=status)


def _case_url(request: HttpRequest, row: Pledge) -> str:
    """For staff who see the pledge at their desk."""
    staff = request.user.is_authenticated and request.user.is_staff
    seen = staff and Pledge.objects.visible_to(request.user).filter(pk=row.pk).exists()
    return reverse("admin:programs_pledge_change", args=[row.pk]) if seen else ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@access(CITIZEN)
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Rate and comment; shown after review. One who comes back after logging in finds the form on the page."""
    row = _public(number)
    if request.method != "POST":
        return redirect(f"{row.get_absolute_url()}#feedback")
    form = RateForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    try:
        given = actions.give_feedback(by=request.user, pledge=row, address=client_address(request), **form.cleaned_data)
    except limits.TooMany as refusal:
        form.add_error(None, _too_many(refusal))
        response = _page(request, row, form, status=429)
        response["Retry-After"] = str(refusal.seconds)
        return response
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, row, form, status=422)
    text, hidden = _("Thank you. What you said is shown after review."), _("Numbers in it were hidden.")
    messages.success(request, f"{text} {hidden}" if given.is_masked else text)
    return redirect(f"{row.get_absolute_url()}#feedback")


def _too_many(refusal: limits.TooMany) -> str:
    return ngettext(
        "Too much was sent from here. Please wait %(minutes)s minute.",
        "Too much was sent from here. Please wait %(minutes)s minutes.",
        refusal.minutes,
    ) % {"minutes": refusal.minutes}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@access(CITIZEN)
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """One's own, always; it is nobody else's to change. Asked once more, for the office's answer goes with it."""
    row = _public(number)
    mine = get_object_or_404(Feedback.objects.of(request.user), pledge=row)
    if request.method != "POST":
        return render(request, "programs/take_back.html", {"pledge": row, "mine": mine})
    try:
        actions.take_back(feedback=mine, by=request.user)
    except NotDone as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. You may rate the pledge anew."))
    return redirect(f"{row.get_absolute_url()}#feedback")


def _public_file(number: str, pk: uuid.UUID) -> Attachment:
    """A public paper of the pledge, or public evidence of one of its notes."""
    row = _public(number)
    found = Attachment.objects.filter(pk=pk, purpose=PUBLIC_FILE).first()
    if found is None or pledge_of(found) != row:
        raise Http404
    return found


@require_safe
@access(PUBLIC)
def file(request: HttpRequest, number: str, pk: uuid.UUID) -> HttpResponseBase:
    return published(_public_file(number, pk))


@require_safe
@access(PUBLIC)
def thumbnail(request: HttpRequest, number: str, pk: uuid.UUID) -> HttpResponseBase:
    return published(_public_file(number, pk), thumb=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@access(KEEPS_DISPLAY)
@chapter("feedback")
def display(request: HttpRequest) -> HttpResponse:
    """Staff put the public pages up or take them down."""
    if request.method == "POST":
        shown = request.POST.get("shown") == "yes"
        actions.set_display(by=request.user, shown=shown)
        messages.success(request, _("The public pages are up.") if shown else _("The public pages are down."))
        return redirect("programs:display")
    context: dict[str, Any] = {
        **admin.site.each_context(request), "title": _("Public display of pledges"),
        "shown": shows_pledges(), "published": Pledge.objects.exclude(published_at=None).count(),
        "comments": Feedback.objects.shown().count(),
    }
    return render(request, "programs/display.html", context)
