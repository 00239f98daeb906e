"""Pages for strangers (verify, who holds what) and for owners (my credentials, the certificate)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bureau.accounts.access import PUBLIC, access, needs
from bureau.accounts.roles import Permission
from bureau.common import clock
from enterprises.credentials import qr, queries
from enterprises.credentials.forms import SearchForm
from enterprises.credentials.limits import mild
from enterprises.credentials.models import Credential

OWNER = needs(Permission.APPLY)
FOUND, PER_PAGE = 20, 30


def shown(credential: Credential) -> dict:
    """A credential with what it is worth today."""
    return {"credential": credential, "standing": credential.standing()}


def certificate(request: HttpRequest, credential: Credential) -> dict:
    """What the certificate shows, on a screen and on paper."""
    target = qr.address(credential, request)
    # Squares drawn by segno from our own address; nothing that a person typed is in it.
    return {**shown(credential), "address": target, "picture": mark_safe(qr.svg(target))}  # noqa: S308


@require_GET
@access(PUBLIC)
@mild
def verify_search(request: HttpRequest) -> HttpResponse:
    """By number, or by name: what was named at some time, and what it is worth today."""
    form = SearchForm(request.GET if "q" in request.GET else None)
    found = None
    if form.is_bound and form.is_valid():
        found = [shown(row) for row in queries.find_public(form.cleaned_data["q"])[: FOUND + 1]]
    context = {"form": form, "found": found and found[:FOUND], "searched": found is not None,
               "more": bool(found) and len(found) > FOUND}
    response = render(request, "enterprises/credentials/search.html", context,
                      status=422 if form.is_bound and form.errors else 200)
    response.missed = found == []  # type: ignore[attr-defined]
    return response


@require_GET
@access(PUBLIC)
@mild
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What a QR code leads to. A code that leads to nothing gets a calm page that says what to do."""
    rows = Credential.objects.public().select_related("kind", "region__county", "operating_region")
    credential = rows.filter(code=code.lower()).first()
    if credential is None:
        response = render(request, "enterprises/credentials/unknown.html", status=404)
        response.missed = True  # type: ignore[attr-defined]
        return response
    return render(request, "enterprises/credentials/verify.html", {**shown(credential), "now": clock.now()})


@require_GET
@access(PUBLIC)
def holders(request: HttpRequest) -> HttpResponse:
    """Who holds a valid credential, by kind and county."""
    kinds, counties = queries.kinds(), queries.counties()
    kind = next((one for one in kinds if one.key == request.GET.get("kind")), None)
    county = next((one for one in counties if one.code == request.GET.get("county")), None)
    form = SearchForm(request.GET if request.GET.get("q", "").strip() else None)
    form.fields["q"].min_length = None
    text = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    rows = queries.valid_holders(kind=kind.key if kind else "", county=county.code if county else "", text=text)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")), "kinds": kinds, "counties": counties,
        "kind": kind, "county": county, "text": text, "form": form,
    }
    return render(request, "enterprises/credentials/holders.html", context, status=422 if form.errors else 200)


@require_GET
@access(OWNER)
def my_credentials(request: HttpRequest) -> HttpResponse:
    """What my shops have been named for."""
    rows = [shown(row) for row in queries.owner_list(request.user)]
    return render(request, "enterprises/credentials/my.html", {"rows": rows})


def _mine(request: HttpRequest, number: str) -> Credential:
    rows = Credential.objects.of_owner(request.user).select_related("kind", "enterprise", "region__county")
    return get_object_or_404(rows, number=number)


@require_GET
@access(OWNER)
def my_credential(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate, to show, to forward and to print."""
    return render(request, "enterprises/credentials/mine.html", certificate(request, _mine(request, number)))


@require_GET
@access(OWNER)
def my_sheet(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate on A4."""
    credential = _mine(request, number)
    context = {**certificate(request, credential), "back": credential.get_absolute_url(), "back_label": _("Back")}
    return render(request, "enterprises/credentials/sheet.html", context)


@require_GET
@access(OWNER)
def my_picture(request: HttpRequest, number: str) -> HttpResponse:
    """The QR code as a picture."""
    return HttpResponse(qr.png(qr.address(_mine(request, number), request)), content_type="image/png")
