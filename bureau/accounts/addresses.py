"""Where a request comes from, behind as many proxies as the settings say."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 - a value for records, nothing is bound to it


def client_address(request: HttpRequest) -> str:
    """The client's IP address. Each of our proxies appends the address it was called from to X-Forwarded-For, so the
    client's stands PROXY_COUNT places from the right; what he wrote himself stands further left and does not count."""
    found = request.META.get("REMOTE_ADDR", "")
    if settings.PROXY_COUNT:
        passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(passed) >= settings.PROXY_COUNT:
            found = passed[-settings.PROXY_COUNT]
    try:
        return str(ip_address(found))
    except ValueError:
        return UNKNOWN
