"""Asks a web server of the portal how it is: `python -m bureau.launcher.healthy http://127.0.0.1:8000/readyz`."""

import os
import sys
import urllib.request


def answers(url, hosts=None):
    """Whether it answers 200. Speaks as the proxy in front does: with an allowed host, over HTTPS."""
    name = (hosts or os.environ.get("ALLOWED_HOSTS", "")).split(",")[0].strip().lstrip(".")
    headers = {"X-Forwarded-Proto": "https"}
    if name and name != "*":
        headers["Host"] = name
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5) as answer:  # noqa: S310
        return answer.status == 200


if __name__ == "__main__":
    try:
        sys.exit(0 if answers(sys.argv[1]) else 1)
    except OSError as error:
        sys.exit(str(error))
