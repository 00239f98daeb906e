"""Answers to requests that no view sees."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, rendered without the request: it may have been refused before anybody was recognized."""
    return HttpResponse(loader.get_template("accounts/bad_request.html").render(), status=400)


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None,
    *args: Any, **kwargs: Any,
) -> HttpResponse:
    """429 after too many failed logins; the same words whether the account exists or not."""
    seconds = int(settings.AXES_COOLOFF_TIME * 3600)
    answer = render(request, "accounts/locked.html", {"minutes": seconds // 60}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
