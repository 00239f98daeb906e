"""Proving once more who one is, before something that a stolen session must not do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from bureau.accounts.middleware import redirect_whole
from bureau.common import clock

MINUTES = 15


def is_confirmed(request: HttpRequest, minutes: int = MINUTES) -> bool:
    """He logged in or confirmed within the last `minutes`."""
    return int(clock.real_now().timestamp()) - request.session.get("confirmed", 0) <= minutes * 60


def confirm(request: HttpRequest) -> None:
    request.session["confirmed"] = int(clock.real_now().timestamp())


def confirmed(minutes: int = MINUTES) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator for views: without a recent confirmation it asks for one and comes back."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if is_confirmed(request, minutes):
                return view(request, *args, **kwargs)
            back = request.get_full_path() if request.method == "GET" else "/"
            return redirect_whole(request, f"{reverse('accounts:confirm')}?{urlencode({'next': back})}")

        return inner

    return decorate
