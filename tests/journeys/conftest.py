"""People in front of a real browser: `phone` (390 px) and `desk` (1280 px), in Chinese, in Shanghai.

`new_phone()` and `new_desk()` give further people, each with cookies of their own. A page that reports a script
error or a violation of the content security policy fails its test.
"""

import os
from pathlib import Path

import pytest

from bureau.launcher.installation import CHROMIUM

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
# Chromium looks for nobody outside: the only server in a journey is ours.
QUIET = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if not os.access(CHROMIUM, os.X_OK):
        pytest.skip(f"LEFT OUT: no {CHROMIUM}, so no journey runs; `make test` installs it where it may")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET + sandbox}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def _new_person(new_context, live_server):
    """Opens pages of one size; at the end no page may have complained."""
    complaints = []

    def open_page(size):
        page = new_context(base_url=live_server.url, **size).new_page()
        page.set_default_timeout(30_000)  # a busy machine may stop a browser for seconds
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _note(complaints, page, message))
        return page

    yield open_page
    assert not complaints


def _note(complaints, page, message):
    """An answer of 4xx is part of many journeys; everything else in red is a fault."""
    if message.type == "error" and not message.text.startswith("Failed to load resource"):
        complaints.append(f"{page.url}: {message.text}")


@pytest.fixture
def new_phone(_new_person):
    return lambda: _new_person(PHONE)


@pytest.fixture
def new_desk(_new_person):
    return lambda: _new_person(DESK)


@pytest.fixture
def phone(new_phone):
    return new_phone()


@pytest.fixture
def desk(new_desk):
    return new_desk()
