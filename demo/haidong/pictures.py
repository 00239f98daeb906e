"""Which pictures are taken of the running demo: for the README in both languages, for the staff handbook in Chinese."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.core.management.base import CommandError

PHONE, DESK = (390, 844), (1280, 860)
LANGUAGES = {"zh": "zh-hans", "en": "en"}


@dataclass(frozen=True)
class Shot:
    """`who`: nobody (""), a staff user name, or "owner"; `then` walks on from `path` before the picture.

    `clip` names the part of the page that is taken, else all of the window; `handbook`: one for the staff handbook.
    """

    name: str
    path: str
    who: str = ""
    size: tuple[int, int] = DESK
    then: Callable[[Any], None] | None = None
    clip: str = ""
    handbook: bool = False

    def files(self) -> dict[str, str]:
        """{path below the folder of pictures: language}."""
        if self.handbook:
            return {f"handbook/{self.name}.png": LANGUAGES["zh"]}
        return {f"{self.name}-{suffix}.png": language for suffix, language in LANGUAGES.items()}


def first(selector: str, on: str = "") -> Callable[[Any], None]:
    """Follow the first link that matches, then to the page `on` beside it ("step/accept/")."""

    def follow(page: Any) -> None:
        if not page.locator(selector).count():
            raise CommandError(f"{page.url} has nothing to open yet; are worker and beat running?")
        address = page.locator(selector).first.get_attribute("href")
        page.goto(urljoin(page.url, address.replace("change/", on) if on else address))

    return follow


def asked_again(page: Any) -> None:
    """A correction being asked for, of the photo of the license."""
    first(WAITS, "step/ask_correction/")(page)
    note = page.get_by_label("营业执照照片", exact=True).first
    note.fill("照片反光，看不清信用代码，请重拍。")
    note.evaluate("field => field.scrollIntoView({block: 'center'})")


def whole_class(page: Any) -> None:
    """The attendance of the class that is in session."""
    first(ROW)(page)
    first("#content a[href*='/attendance/']")(page)


WAITS, ROW = ".inbox__rows a", "#result_list tbody a"
REPORT = "main a[href^='/reports/'][href$='/']:not([href='/reports/'])"
README = [
    Shot("front", "/", size=PHONE),
    Shot("award", "/apply/new_shop/", size=PHONE),
    Shot("owner", "/my/", "owner", PHONE),
    Shot("owner-case", "/my/", "owner", PHONE, first("main a.row-link[href^='/my/applications/']")),
    Shot("inbox", "/admin/", "hualong.review"),
    Shot("cases", "/admin/subsidies/application/?desk=mine", "hualong.review"),
    Shot("case", "/admin/", "hualong.review", then=first(WAITS)),
    Shot("register", "/admin/enterprises/enterprise/", "hualong.clerk"),
    Shot("dashboard", "/dashboard/", "official"),
    Shot("dashboard-phone", "/dashboard/", "official", PHONE),
    Shot("report", "/reports/", "editor", then=first(REPORT)),
]


def page_of(name: str, path: str, who: str, then: Callable[[Any], None] | None = None, clip: str = "") -> Shot:
    return Shot(name, path, who, DESK, then, clip, handbook=True)


HANDBOOK = [
    page_of("desk", "/admin/", "hualong.intake"),
    page_of("case", "/admin/", "hualong.intake", first(WAITS)),
    page_of("correction", "/admin/", "hualong.intake", asked_again),
    page_of("entry", "/entry/new_shop/", "hualong.intake"),
    page_of("review", "/admin/", "hualong.review", first(WAITS), "#case-panel"),
    page_of("budget", "/admin/subsidies/budgetline/", "finance", clip="#content"),
    page_of("payment", "/admin/", "finance", first(WAITS, "step/register_payment/"), "#case-panel"),
    page_of("approve", "/admin/", "approve", first(WAITS, "step/approve/"), "#case-panel"),
    page_of("report", "/reports/", "editor", first(REPORT)),
    page_of("paragraph", "/reports/", "editor", lambda page: (first(REPORT)(page), first("main a[href*='/paragraphs/']")(page))),
    page_of("dashboard", "/dashboard/", "official"),
    page_of("clerk-desk", "/admin/", "hualong.clerk"),
    page_of("register", "/admin/enterprises/enterprise/", "hualong.clerk"),
    page_of("imports", "/admin/formbuilder/importrun/add/", "hualong.clerk"),
    page_of("month", "/admin/", "hualong.clerk", first(f"{WAITS}[href*='/monthsheet/']")),
    page_of("feedback", "/admin/", "hualong.clerk", first(f"{WAITS}[href*='/feedback/']", "step/answer/")),
    page_of("loans", "/admin/subsidies/loanrequest/?state__exact=requested", "hualong.clerk"),
    page_of("round", "/admin/enterprises/credentialround/", "clerk", first(ROW)),
    page_of("attendance", "/admin/training/session/?desk=running", "clerk", whole_class),
]
SHOTS = README + HANDBOOK
