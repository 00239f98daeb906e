"""Large bodies are refused before they are read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from bureau.attachments.registry import PURPOSES

#: The multipart wrapping around a file.
WRAPPING = 64 * 1024


class BodySizeMiddleware:
    """Only the upload address, and pages that take a purpose's file in a form of their own, take large bodies, each
    purpose its own size; everything else takes forms.

    Stands before anything that reads the body. A body without a length is empty to Django.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        size = int(length) if length.isascii() and length.isdigit() else 0
        if size > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and size > self._limit(request):
            # The rest is not read; the server closes the connection.
            return HttpResponse(status=413, headers={"Connection": "close"})
        return self.get_response(request)

    @staticmethod
    def _limit(request: HttpRequest) -> int:
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return 0
        if match.view_name == "attachments:upload":
            purpose = PURPOSES.get(match.kwargs.get("purpose", ""))
        else:
            purpose = next((rules for rules in PURPOSES.values() if match.view_name in rules.doors), None)
        return purpose.max_bytes + WRAPPING if purpose else 0
