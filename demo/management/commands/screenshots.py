"""Pictures of the running demo for the README: `manage.py screenshots --address http://127.0.0.1:8000`."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from PIL import Image

from demo.haidong.hard_case import NEPHEW
from demo.haidong.people import PASSWORD

PHONE, DESK = (390, 844), (1280, 860)
LANGUAGES = {"zh": "zh-hans", "en": "en"}


@dataclass(frozen=True)
class Shot:
    """`who`: nobody (""), a staff user name, or "owner"; `then` walks on from `path` before the picture."""

    name: str
    path: str
    who: str = ""
    size: tuple[int, int] = DESK
    then: Callable[[Any], None] | None = None


def first(selector: str) -> Callable[[Any], None]:
    """Follow the first link that matches."""

    def follow(page: Any) -> None:
        if not page.locator(selector).count():
            raise CommandError(f"{page.url} has nothing to open yet; are worker and beat running?")
        page.goto(urljoin(page.url, page.locator(selector).first.get_attribute("href")))

    return follow


SHOTS = [
    Shot("front", "/", size=PHONE),
    Shot("award", "/apply/new_shop/", size=PHONE),
    Shot("owner", "/my/", "owner", PHONE),
    Shot("owner-case", "/my/", "owner", PHONE, first("main a.row-link[href^='/my/applications/']")),
    Shot("inbox", "/admin/", "hualong.review"),
    Shot("cases", "/admin/subsidies/application/?desk=mine", "hualong.review"),
    Shot("case", "/admin/", "hualong.review", then=first(".inbox__rows a")),
    Shot("register", "/admin/enterprises/enterprise/", "hualong.clerk"),
    Shot("dashboard", "/dashboard/", "official"),
    Shot("dashboard-phone", "/dashboard/", "official", PHONE),
    Shot("report", "/reports/", "editor", then=first("main a[href^='/reports/'][href$='/']:not([href='/reports/'])")),
]


class Command(BaseCommand):
    help = "Take the README's pictures of the running demo, in both languages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default="http://127.0.0.1:8000")
        parser.add_argument("--to", type=Path, default=Path(settings.BASE_DIR) / "docs" / "pictures")
        parser.add_argument("--chromium", default="/usr/bin/chromium")
        parser.add_argument("names", nargs="*", help="only these pictures")

    def handle(self, *args: Any, address: str, to: Path, chromium: str, names: list[str], **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Pictures are taken of the demo only: set DEMO=1.")
        wanted = [shot for shot in SHOTS if not names or shot.name in names]
        to.mkdir(parents=True, exist_ok=True)
        with browser(chromium) as chrome:
            sessions = {who: sign_in(chrome, address, who) for who in {shot.who for shot in wanted}}
            for shot in wanted:
                for suffix, language in LANGUAGES.items():
                    path = to / f"{shot.name}-{suffix}.png"
                    path.write_bytes(take(chrome, address, shot, language, sessions[shot.who]))
                    self.stdout.write(f"{path.name}  {path.stat().st_size // 1024} kB")


@contextmanager
def browser(chromium: str) -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright  # for developers only: `make test` installs it
    except ImportError as error:
        raise CommandError("Playwright is not installed; `make test` sets it up.") from error
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium)
        yield chrome
        chrome.close()


def sign_in(chrome: Any, address: str, who: str) -> list[dict]:
    """Cookies of somebody who has logged in by the same pages as everybody."""
    context = chrome.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    if who == "owner":
        page.goto(f"{address}/login/")
        page.fill("[name=phone]", NEPHEW.phone)
        page.locator("main form button").first.click()
        page.wait_for_selector("[name=code]")
        page.fill("[name=code]", code_sent_to(context, address))
        page.locator("main form button").first.click()
        page.wait_for_url(f"{address}/my/")
    elif who:
        page.goto(f"{address}/admin/login/")
        page.fill("[name=username]", who)
        page.fill("[name=password]", PASSWORD)
        page.locator("#login-form button").click()
        page.wait_for_url(lambda url: "/login/" not in url)
    cookies = context.cookies()
    context.close()
    return cookies


def code_sent_to(context: Any, address: str) -> str:
    """The newest login code on the demo's page of sent messages."""
    page = context.new_page()
    page.goto(f"{address}/sent-messages/")
    found = re.search(r"(?<!\d)\d{6}(?!\d)", page.locator("main .rows li").first.inner_text().split("\n", 1)[1])
    page.close()
    if not found:
        raise CommandError("No login code has been sent.")
    return found.group()


def take(chrome: Any, address: str, shot: Shot, language: str, cookies: list[dict]) -> bytes:
    width, height = shot.size
    context = chrome.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    chosen = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": address}
    context.add_cookies([c for c in cookies if c["name"] != chosen["name"]] + [chosen])
    page = context.new_page()
    page.goto(address + shot.path)
    if shot.then:
        shot.then(page)
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(256)
    context.close()
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
