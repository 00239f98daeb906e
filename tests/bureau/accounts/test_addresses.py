"""The client's address is what our own proxy saw, whatever he writes into the header."""

import pytest
from django.test import RequestFactory

from bureau.accounts.addresses import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "", "10.0.0.9"), (0, "1.2.3.4", "10.0.0.9"), (1, "1.2.3.4", "1.2.3.4"), (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.8", "1.2.3.4"), (1, "", "10.0.0.9"), (2, "1.2.3.4", "10.0.0.9"),
        (1, "<script>", "0.0.0.0"), (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_address_our_proxy_saw(settings, proxies, forwarded, expected):
    settings.PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == expected
