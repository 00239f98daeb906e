"""Pictures of the running demo for the README and the staff handbook: `manage.py screenshots --address http://127.0.0.1:8000`."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from PIL import Image

from demo.haidong.hard_case import NEPHEW
from demo.haidong.people import PASSWORD
from demo.haidong.pictures import SHOTS, Shot


class Command(BaseCommand):
    help = "Take the pictures of the README, in both languages, and of the handbook."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default="http://127.0.0.1:8000")
        parser.add_argument("--to", type=Path, default=Path(settings.BASE_DIR) / "docs" / "pictures")
        parser.add_argument("--chromium", default="/usr/bin/chromium")
        parser.add_argument("names", nargs="*", help="only these pictures; `handbook` for all of the handbook")

    def handle(self, *args: Any, address: str, to: Path, chromium: str, names: list[str], **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Pictures are taken of the demo only: set DEMO=1.")
        wanted = [
            shot for shot in SHOTS if not names or shot.name in names or (shot.handbook and "handbook" in names)
        ]
        (to / "handbook").mkdir(parents=True, exist_ok=True)
        with browser(chromium) as chrome:
            sessions = {who: sign_in(chrome, address, who) for who in {shot.who for shot in wanted}}
            for shot in wanted:
                for name, language in shot.files().items():
                    (to / name).write_bytes(take(chrome, address, shot, language, sessions[shot.who]))
                    self.stdout.write(f"{name}  {(to / name).stat().st_size // 1024} kB")


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
    taken = page.locator(shot.clip).screenshot() if shot.clip else page.screenshot()
    picture = Image.open(io.BytesIO(taken)).convert("RGB").quantize(256)
    context.close()
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
