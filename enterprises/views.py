"""Owners' pages: my shops, find and claim one, enter one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bureau.accounts.access import access, needs
from bureau.accounts.roles import Permission
from enterprises import actions, permissions, queries
from enterprises.enums import OPEN_MEMBERSHIPS
from enterprises.forms import ClaimForm, FindForm, ShopForm
from enterprises.inbox import TONES
from enterprises.models import Enterprise

OWNER = needs(Permission.APPLY)
FOUND = 20


@require_GET
@access(OWNER)
def my_shops(request: HttpRequest) -> HttpResponse:
    """Shops I act for or have asked for."""
    claims = [(claim, TONES[claim.state]) for claim in queries.shops_of(request.user)]
    return render(request, "enterprises/my.html", {"claims": claims})


@require_GET
@access(OWNER)
def find(request: HttpRequest) -> HttpResponse:
    """Look for a shop by its code or by part of its name."""
    form = FindForm(request.GET if "q" in request.GET else None)
    found = None
    if form.is_bound and form.is_valid():
        mine = set(request.user.memberships.filter(state__in=OPEN_MEMBERSHIPS).values_list("enterprise_id", flat=True))
        rows = queries.claimable(form.cleaned_data["q"])[: FOUND + 1]
        found = [(shop, shop.pk in mine) for shop in rows]
    context = {"form": form, "found": found and found[:FOUND], "searched": found is not None,
               "more": bool(found) and len(found) > FOUND}
    return render(request, "enterprises/find.html", context, status=422 if form.is_bound and form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@access(OWNER)
def claim(request: HttpRequest, number: str) -> HttpResponse:
    """Ask to act for a shop of the register."""
    shop = get_object_or_404(
        Enterprise.objects.listed().select_related("operating_region", "home_county"), number=number
    )
    form = ClaimForm(request.POST or None)
    reasons = permissions.may_claim(request.user, shop)
    if request.method == "POST" and form.is_valid():
        try:
            actions.claim(by=request.user, enterprise=shop, note=form.cleaned_data["note"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("We have told the county office. You will get a message when it is confirmed."))
            return redirect("enterprises:my")
    context = {"form": form, "shop": shop, "reasons": reasons}
    return render(request, "enterprises/claim.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@access(OWNER)
def new_shop(request: HttpRequest) -> HttpResponse:
    """Enter a shop that is not in the register yet."""
    form = ShopForm(request.POST or None, initial={"phone": request.user.phone, "operator": request.user.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.register_shop(by=request.user, data=form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("We have told the county office. You will get a message when it is confirmed."))
            return redirect("enterprises:my")
    return render(request, "enterprises/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@access(OWNER)
def shop(request: HttpRequest, number: str) -> HttpResponse:
    """One of my shops, as the register has it."""
    found = get_object_or_404(queries.enterprises_of(request.user), number=number)
    membership = found.memberships.get(user=request.user, state__in=OPEN_MEMBERSHIPS)
    return render(request, "enterprises/shop.html", {"shop": found, "membership": membership})


@require_POST
@access(OWNER)
def leave(request: HttpRequest, number: str) -> HttpResponse:
    """I no longer act for this shop, or take my claim back."""
    membership = get_object_or_404(
        request.user.memberships.select_related("enterprise"), enterprise__number=number, state__in=OPEN_MEMBERSHIPS
    )
    actions.end(membership=membership, by=request.user)
    messages.success(request, _("%(shop)s is no longer in your list.") % {"shop": membership.enterprise.name})
    return redirect("enterprises:my")
