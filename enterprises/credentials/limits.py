"""A mild limit on look-ups that find nothing: a person hardly meets it, a program that tries codes does."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bureau.accounts.addresses import client_address
from bureau.common import clock

MISSES_PER_MINUTE = 120


def mild(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """At most so many misses per address, minute and worker. Whole offices and streets share an address, so what
    finds something costs nothing. A view says of its answer `missed = True`."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        minute = int(clock.real_now().timestamp()) // 60
        key = f"verify:{client_address(request)}:{minute}"
        if cache.get(key, 0) >= MISSES_PER_MINUTE:
            response = render(request, "enterprises/credentials/too_many.html", status=429)
            response["Retry-After"] = "60"
            return response
        response = view(request, *args, **kwargs)
        if getattr(response, "missed", False):
            cache.add(key, 0, timeout=120)
            cache.incr(key)
        return response

    return limited
