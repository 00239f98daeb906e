"""Two small pages for machines: `/healthz` says that the web server lives, `/readyz` that it can work."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from redis import Redis, RedisError

from bureau.accounts.access import PUBLIC, access


@access(PUBLIC)
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as a process answers; asks nothing else, so a slow database restarts no web server."""
    return HttpResponse("ok", content_type="text/plain")


@access(PUBLIC)
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when database and queue answer, else 503; names what fails, never why."""
    state = {"database": _database_answers(), "queue": _queue_answers()}
    return JsonResponse(state, status=200 if all(state.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return False
    return True


def _queue_answers() -> bool:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False
