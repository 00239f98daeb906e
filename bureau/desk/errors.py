"""Pages for what went wrong: what happened, what to do now, never a code alone."""

import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from bureau.workflow import AlreadyMoved, NotDone

GetResponse = Callable[[HttpRequest], HttpResponse]
BUSY = (OperationalError, InterfaceError)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 with a time to come back when the database did not answer or a lock took too long.

    Rendered without context processors: these pages must stand when nothing else does.
    """
    busy = isinstance(_current_exception(), BUSY)
    status = 503 if busy else 500
    response = HttpResponse(loader.get_template(f"{status}.html").render(), status=status)
    if busy:
        response["Retry-After"] = "30"
    return response


def _current_exception() -> BaseException | None:
    """Django calls the handler while the exception is being handled."""
    return sys.exc_info()[1]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was opened too long ago, or cookies are off."""
    return render(request, "403_csrf.html", {}, status=403)


class NotDoneMiddleware:
    """A refusal of the one door that no view has answered becomes a page, 409, never a 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, NotDone):
            return None
        moved = isinstance(exception, AlreadyMoved)
        return render(request, "409.html", {"reasons": exception.reasons, "moved": moved}, status=409)
