"""The staff handbook inside the portal."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bureau.accounts.access import STAFF, access
from bureau.accounts.chapters import chapter
from bureau.common import clock
from bureau.desk.handbook import PICTURES, first_week, handbook


@require_safe
@access(STAFF)
@chapter("desk")
def show(request: HttpRequest) -> HttpResponse:
    """The whole handbook on one page, so that the browser's search finds everything."""
    return render(request, "desk/help.html", {"book": handbook(), "own_week": first_week(request.user.roles)})


@require_safe
@access(STAFF)
@chapter("desk")
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture that the handbook shows; no other file."""
    if name not in handbook().pictures or not (PICTURES / name).is_file():
        raise Http404
    return FileResponse((PICTURES / name).open("rb"), content_type="image/png")


@require_POST
@access(STAFF)
@chapter("desk")
def close_guide(request: HttpRequest) -> HttpResponse:
    """Take the hint to the first week off one's desk, for good."""
    if request.user.guide_closed_at is None:
        request.user.guide_closed_at = clock.now()
        request.user.save(update_fields=["guide_closed_at"])
    messages.success(request, _("The guide to the first week stays under “Help”."))
    return redirect("admin:index")
