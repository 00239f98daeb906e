"""Small answers that forms ask for while they are being filled in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bureau.accounts.access import PUBLIC, access
from bureau.common.i18n import is_chinese
from bureau.formbuilder.fields import place_name
from bureau.regions.models import Region

SUGGESTIONS = 12


@access(PUBLIC)
@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Options for the list below an input of a region: names that begin with what was typed.

    Public, as the names are: a suggestion must not throw somebody out of a form when his session has ended."""
    text = request.GET.get(request.GET.get("name", ""), "").replace("\x00", "").strip()[:40]
    column = "name_zh" if is_chinese() or not text.isascii() else "name_en"
    found = Region.objects.current().filter(**{f"{column}__istartswith": text}) if text else Region.objects.none()
    regions = found.select_related("province", "prefecture", "county").order_by("path")[:SUGGESTIONS]
    return render(request, "formbuilder/places.html", {"names": [place_name(region) for region in regions]})
