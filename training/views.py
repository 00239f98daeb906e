"""Public pages of sessions, and an owner's own enrollments."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bureau.accounts.access import PUBLIC, access, needs
from bureau.accounts.enums import UserKind
from bureau.accounts.roles import Permission
from bureau.workflow import NotDone
from bureau.workflow.engine import why_not
from training import permissions, queries
from training.actions import enrollments
from training.enums import Place
from training.forms import EnrollForm
from training.models import Session
from training.workflow import enrollment_workflow

OWNER = needs(Permission.APPLY)
PER_PAGE = 12


@require_GET
@access(PUBLIC)
def sessions(request: HttpRequest) -> HttpResponse:
    """Sessions to enroll for, those in session, and the latest that have ended."""
    context = {
        "coming": [(row, queries.seat_text(row)) for row in queries.coming()],
        "running": queries.in_session(), "livestreams": queries.livestreams(),
        "ended": Paginator(queries.ended(), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "training/sessions.html", context)


@require_GET
@access(PUBLIC)
def session(request: HttpRequest, number: str) -> HttpResponse:
    """One session as the public sees it; an owner sees his own place in it."""
    found = _session(number)
    owner = is_owner(request.user)
    mine = None
    if owner:
        mine = queries.enrollments_of(request.user).filter(session=found, state__in=(Place.ENROLLED, Place.WAITING)).first()
    reasons = permissions.enroll_reasons(found, request.user) if owner else []
    context = {
        "session": found, "seats": queries.seat_text(found), "mine": mine, "is_owner": owner, "reasons": reasons,
        "login_url": f"{reverse('accounts:login')}?next={reverse('training:enroll', args=[found.number])}",
    }
    return render(request, "training/session.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access(OWNER)
def enroll(request: HttpRequest, number: str) -> HttpResponse:
    """An owner enrolls himself: three answers on one screen."""
    found = _session(number)
    user = request.user
    shops = queries.shops_of(user)
    form = EnrollForm(
        request.POST or None, shops=shops, initial={"name": user.name, "phone": user.phone, "enterprise": shops.first()}
    )
    reasons = permissions.enroll_reasons(found, user)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = enrollments.enroll(
                    session=found, person=form.person(), by=user, user=user, phone=form.cleaned_data["phone"],
                    enterprise=form.cleaned_data.get("enterprise"),
                )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("You are enrolled.") if made.state == Place.ENROLLED else _("You are on the waiting list."))
            return redirect("training:mine")
    status = 422 if form.errors or (request.method == "POST" and not form.is_bound) else 200
    return render(request, "training/enroll.html", {
        "session": found, "form": form, "reasons": reasons, "seats": queries.seat_text(found),
    }, status=status)


@require_GET
@access(OWNER)
def mine(request: HttpRequest) -> HttpResponse:
    """My enrollments."""
    rows = [
        {"row": row,
         "may_cancel": not why_not(enrollment_workflow, enrollment_workflow["cancel"], row, request.user)}
        for row in queries.enrollments_of(request.user)[:50]
    ]
    return render(request, "training/mine.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@access(OWNER)
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask once, then give the seat back."""
    enrollment = get_object_or_404(queries.enrollments_of(request.user), ref=ref)
    reasons = why_not(enrollment_workflow, enrollment_workflow["cancel"], enrollment, request.user)
    status = 200
    if request.method == "POST":
        try:
            enrollments.cancel(enrollment, by=request.user)
        except NotDone as refusal:
            reasons, status = refusal.reasons, 409
        else:
            messages.success(request, _("Your enrollment is canceled."))
            return redirect("training:mine")
    return render(request, "training/cancel.html", {"enrollment": enrollment, "reasons": reasons}, status=status)


def is_owner(user) -> bool:
    return user.is_authenticated and user.kind == UserKind.OWNER


def _session(number: str) -> Session:
    return get_object_or_404(Session.objects.shown().select_related("place", "unit", "region"), number=number)


