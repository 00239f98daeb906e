"""A mild limit on the public look-ups: a person never meets it, a program that tries codes does."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bureau.accounts.addresses import client_address
from bureau.common import clock

PER_MINUTE = 120


def mild(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """At most so many look-ups per address, minute and worker; whole offices share an address."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        minute = int(clock.real_now().timestamp()) // 60
        key = f"verify:{client_address(request)}:{minute}"
        cache.add(key, 0, timeout=120)
        if cache.incr(key) > PER_MINUTE:
            response = render(request, "enterprises/credentials/too_many.html", status=429)
            response["Retry-After"] = "60"
            return response
        return view(request, *args, **kwargs)

    return limited
