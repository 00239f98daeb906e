"""Where a request comes from, behind as many proxies as the settings say."""

from axes.helpers import get_client_ip_address
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The client's IP address; what he wrote into X-Forwarded-For himself does not count."""
    return get_client_ip_address(request) or "0.0.0.0"  # noqa: S104
