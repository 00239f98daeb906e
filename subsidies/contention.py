"""Two people at the same row: try again a little later, and say so where that does not help."""

import time
from functools import wraps

from django.db import OperationalError
from django.http import HttpRequest
from django.shortcuts import render

RETRIED = ("40001", "40P01")  # serialization failure, deadlock: the whole transaction starts over
BUSY = (*RETRIED, "55P03")  # lock_timeout: somebody holds the row for too long
ATTEMPTS = 3
PAUSE = 0.03  # seconds, longer each time


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code of a database error, through Django's wrapper."""
    return getattr(error.__cause__, "pgcode", None) or getattr(error.__cause__, "sqlstate", None) or ""


def constraint_of(error: BaseException) -> str:
    """The name of the constraint, or of what a trigger gives as one, that refused."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def patient(view):
    """A view whose POST is retried after a deadlock; what stays locked answers 503, "busy, try again"."""

    @wraps(view)
    def wrapped(*args, **kwargs):  # (request, …) of a function, (self, request, …) of a method
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return view(*args, **kwargs)
            except OperationalError as error:
                if sqlstate(error) not in BUSY:
                    raise
                if sqlstate(error) in RETRIED and attempt < ATTEMPTS:
                    time.sleep(PAUSE * attempt)
                    continue
                return _busy(args)

    return wrapped


def _busy(args):
    request = next(arg for arg in args if isinstance(arg, HttpRequest))
    response = render(request, "subsidies/busy.html", status=503)
    response["Retry-After"] = "3"
    return response
