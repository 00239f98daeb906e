"""Sending a file and getting it back."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bureau.accounts.access import SIGNED_IN, access
from bureau.accounts.chapters import chapter
from bureau.attachments import actions, storage
from bureau.attachments.enums import State
from bureau.attachments.messages import REASONS
from bureau.attachments.models import Attachment
from bureau.attachments.registry import PURPOSES
from bureau.common import clock

FIELD_NAME_LENGTH = 120


@require_POST
@access(SIGNED_IN)
@chapter("files")
def upload(request: HttpRequest, purpose: str) -> HttpResponse:
    """Check the files and answer with a tile for each; 422 when none of them could be kept."""
    rules = PURPOSES.get(purpose)
    if rules is None or not rules.may_upload(request.user):
        raise Http404
    kept, refused = [], []
    for file in request.FILES.getlist("upload"):
        try:
            kept.append(actions.store(file, purpose=purpose, by=request.user))
        except ValidationError as error:
            refused.append(((file.name or "")[:60], error.messages[0]))
    if not kept and not refused:
        refused.append(("", str(REASONS["empty"])))
    context = {"kept": kept, "refused": refused, "field": request.POST.get("field", "")[:FIELD_NAME_LENGTH]}
    return render(request, "attachments/answer.html", context, status=200 if kept else 422)


@require_POST
@access(SIGNED_IN)
@chapter("files")
def discard(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back one's own upload; the tile goes. One that is in use stays in the store: only its tile goes."""
    attachment = Attachment.objects.filter(pk=pk, uploaded_by=request.user).first()
    if attachment is not None and not attachment.is_claimed:
        actions.discard(attachment, by=request.user)
    return HttpResponse("")


@never_cache
@require_safe
@access(SIGNED_IN)
@chapter("files")
def download(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    attachment = readable(request, pk)
    return _serve(attachment.key, attachment.content_type, attachment.name, inline=False)


@never_cache
@require_safe
@access(SIGNED_IN)
@chapter("files")
def view(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A picture inside a page. Only pictures: they were written anew by ourselves."""
    attachment = readable(request, pk)
    if not attachment.is_image:
        raise Http404
    return _serve(attachment.key, attachment.content_type, attachment.name, inline=True)


@never_cache
@require_safe
@access(SIGNED_IN)
@chapter("files")
def thumbnail(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    attachment = readable(request, pk)
    if not attachment.thumbnail_key:
        raise Http404
    return _serve(attachment.thumbnail_key, "image/jpeg", "thumbnail.jpg", inline=True)


def published(attachment: Attachment, *, thumb: bool = False) -> HttpResponseBase:
    """The bytes of a file that the caller has found to be public, for a page of an app that everybody may open."""
    if attachment.state != State.CLEAN or (thumb and not attachment.thumbnail_key):
        raise Http404
    if thumb:
        return _serve(attachment.thumbnail_key, "image/jpeg", "thumbnail.jpg", inline=True)
    return _serve(attachment.key, attachment.content_type, attachment.name, inline=attachment.is_image)


def delivered(attachment: Attachment) -> HttpResponseBase:
    """The bytes of a file whose taker the caller has checked and noted, for a page of its own."""
    if attachment.state != State.CLEAN:
        raise Http404
    return _serve(attachment.key, attachment.content_type, attachment.name, inline=False)


def readable(request: HttpRequest, pk: uuid.UUID) -> Attachment:
    """The file if this user may read it: his own upload while it belongs to nothing, else as its purpose says. A result
    is gone when its time is over, also before its bytes are."""
    attachment = Attachment.objects.filter(pk=pk, state=State.CLEAN).first()
    if attachment is not None and attachment.expires_at is not None and attachment.expires_at < clock.now():
        raise Http404
    rules = PURPOSES.get(attachment.purpose) if attachment else None
    if attachment is None or rules is None:
        raise Http404
    own = not attachment.is_claimed and attachment.uploaded_by_id == request.user.pk
    if not own and not (attachment.is_claimed and rules.may_read(request.user, attachment)):
        raise Http404
    return attachment


def _serve(key: str, content_type: str, name: str, *, inline: bool) -> HttpResponseBase:
    """Bytes through nginx where it is configured, else from here; nothing in them may act."""
    response: HttpResponseBase
    if settings.X_ACCEL_PREFIX:
        response = HttpResponse(headers={"X-Accel-Redirect": f"{settings.X_ACCEL_PREFIX.rstrip('/')}/{key}"})
    else:
        path = storage.path_of(key)
        if not path.is_file():
            raise Http404
        response = FileResponse(path.open("rb"))
        response["Content-Length"] = str(path.stat().st_size)
    response["Content-Type"] = content_type
    response["Content-Disposition"] = _disposition(name, inline)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store, private"
    return response


def _disposition(name: str, inline: bool) -> str:
    """RFC 6266: a plain name for old clients, the true one in UTF-8."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name) or "file"
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
