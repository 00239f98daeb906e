"""W7: forty payloads in every text that people type anywhere, then the pages of every role in a browser: they stand
there as text, and nothing of them is markup, runs, loads or is stopped by the policy that would be the last to stop it.
"""

import re
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import engines
from playwright.sync_api import Error

from bureau.accounts.models import User
from bureau.accounts.roles import Role
from bureau.common import clock
from bureau.common.periods import Kind
from bureau.jobs.testing import run_waiting
from bureau.regions.models import Region
from bureau.reports.actions import ensure_due
from bureau.reports.models import Report, ReportTemplate
from tests.harness import planting
from tests.harness.caller import Caller
from tests.harness.test_canaries import pages

pytestmark = pytest.mark.usefixtures("quiet")
PAYLOADS = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg/onload=alert(1)>", "<iframe src=javascript:alert(1)>",
    "<a href='javascript:alert(1)'>点我</a>", "<body onload=alert(1)>", "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<math><mtext></table><img src onerror=alert(1)>", "<style>@import 'http://x'</style>", "<link rel=stylesheet href=//x>",
    "<meta http-equiv=refresh content=0;url=//x>", "<base href=//x/>", "<object data=javascript:alert(1)>", "<embed src=//x>",
    "<form action=//x><button>ok</button></form>", "</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>", "<!--><script>alert(1)</script>-->", "<![CDATA[<script>alert(1)</script>]]>",
    "<img src=`x` onerror=alert(1)>", "<svg><script>alert&#40;1&#41;</script>", "<svg><animate onbegin=alert(1) attributeName=x>",
    "{{7*7}}", "{% load static %}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)",
    "\\u003cscript\\u003ealert(1)", "%3Cscript%3Ealert(1)%3C/script%3E", "＜script＞alert(1)＜/script＞", "<ScRiPt>alert(1)</sCrIpT>",
    "<img/src=x/onerror=alert(1)//", "<div style=position:fixed;inset:0>遮住", "<div hx-get=/admin/ hx-trigger=load>",
    "<x data-remove-tile onclick=alert(1)>",
    "javascript:alert(1)",
]
LANGUAGES = ("zh-hans", "en")
#: [what on the page could act and is none of ours, the payloads that stand there as text]; our pages have no handlers,
#: frames or inline scripts at all.
LOOK = """payloads => {
  const acts = [];
  for (const e of document.querySelectorAll("*")) {
    const tag = e.localName;
    if (["iframe", "object", "embed", "base", "x", "math", "animate"].includes(tag)) acts.push(tag);
    if (tag === "script" && !e.src && !e.type.includes("json")) acts.push(tag);
    for (const { name, value } of e.attributes) {
      if (name.startsWith("on") || (name === "hx-trigger" && value === "load" && e.getAttribute("hx-get") === "/admin/")) acts.push(name);
      if (["href", "src", "action", "data", "content"].includes(name) && /javascript:|\\/\\/x\\b/i.test(value)) acts.push(name);
    }
  }
  const fields = [...document.querySelectorAll("input, textarea")].map(e => e.value);
  const text = [document.documentElement.textContent, ...fields].join(" ");
  return [acts, payloads.map((one, n) => text.includes(one) ? n : -1).filter(n => n >= 0)];
}"""


@pytest.fixture(scope="module")
def planted(world):
    """How many columns and texts inside JSON took the payloads; a report is drafted of what stands there then."""
    columns = planting.plant_texts(planting.typed_columns(), PAYLOADS)
    inside = planting.plant_json(PAYLOADS)
    world.reports["draft"] = drafted()
    return columns, inside


def drafted() -> Report:
    ReportTemplate.objects.create(
        key="hostile", name_zh=PAYLOADS[0], name_en=PAYLOADS[1], cadence=Kind.MONTH, region=Region.objects.by_code("630200"),
        first_period=clock.today().replace(day=1) - timedelta(days=1), annex=["subsidies.new_shop.submitted"])
    ensure_due()
    run_waiting("reports.generate")
    return Report.objects.get(template__key="hostile")


class Window:
    """A browser of one page after the other, and what happened there. The page itself is answered here, in the
    transaction of the world; the browser fetches it from a server that has nothing else."""

    def __init__(self, page, policy: bool = True):
        self.page, self.policy = page, policy
        self.ran, self.broken, self.stopped, self.strayed, self.languages = [], [], [], [], Counter()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
        self.server.daemon_threads, self.server.window = True, self
        self.host = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()
        page.set_default_navigation_timeout(10_000)
        page.on("dialog", self._dialog)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.broken.append(f"{page.url}: {error}"))
        page.on("request", self._request)

    def _dialog(self, dialog):
        self.ran.append(self.page.url)
        dialog.dismiss()

    def _console(self, message):
        if "Content Security Policy" in message.text:
            self.stopped.append(f"{self.page.url}: {message.text}")

    def _request(self, request):
        if not request.url.startswith((self.host, "data:")):
            self.strayed.append(request.url)

    def open(self, caller, address, language="zh-hans"):
        """What acts there and which payloads stand there; None: it is no page for this person."""
        answer = caller.get(address, **{"Accept-Language": language})
        if answer.status != 200 or "html" not in answer.headers.get("Content-Type", ""):
            return None
        self.address, self.answer = address, answer
        assert self.page.goto(self.host + address).ok
        self.languages[(self.page.evaluate("document.documentElement.lang") or language)[:2]] += 1  # a part of a page says none
        return self.page.evaluate(LOOK, PAYLOADS)

    @property
    def opened(self):
        return self.languages.total()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Served(BaseHTTPRequestHandler):
    """The page, and our scripts; how it looks is no part of this."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        window, static = self.server.window, f"/{settings.STATIC_URL}"
        if self.path.startswith(static):
            script = self.path.endswith(".js")
            body = Path(finders.find(self.path.removeprefix(static))).read_bytes() if script else b""
            self.answer({"Content-Type": "text/javascript" if script else "text/css", "Cache-Control": "max-age=600"}, body)
        elif unquote(self.path) == unquote(window.address):
            headers = dict(window.answer.headers)
            if not window.policy:
                headers.pop("Content-Security-Policy")
            self.answer(headers, window.answer.text.encode())
        else:
            self.send_error(404)

    def answer(self, headers, body):
        self.send_response(200)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Says nothing."""


@pytest.fixture
def window(new_context):
    made = []

    def opened(**options):
        made.append(Window(new_context().new_page(), **options))
        return made[-1]

    yield opened
    for one in made:
        one.close()


def sights(world):
    """(caller, role, address, language): each page in both languages, by whoever of those who may has opened least."""
    people = {role: User.objects.get(pk=user.pk) for role, user in world.people.items()} | {None: None}
    callers = {role: Caller(user) for role, user in people.items()}
    seen: dict[str, list] = {}
    for role, user in people.items():
        for route, address in pages(world, user, role):
            seen.setdefault(f"{route.name}{route.path}{'?q=' in address}", []).append((role, address))
    load = Counter()
    for found in seen.values():
        for language in LANGUAGES:
            role, address = min(found, key=lambda one: load[one[0]])
            load[role] += 1
            yield callers[role], role, address, language


@pytest.mark.proof("W7", "held")
def test_what_people_typed_is_text_on_every_page(world, planted, window, proof):
    columns, inside = planted
    looked, acting, shown, roles, with_some = window(), [], set(), set(), 0
    for caller, role, address, language in sights(world):
        if (found := looked.open(caller, address, language)) is None:
            continue
        acts, texts = found
        acting += [f"{address} as {role}: {act}" for act in acts]
        shown |= set(texts)
        with_some += bool(texts)
        roles.add(role)
    assert not acting, "\n".join(acting)
    assert not looked.ran + looked.broken + looked.stopped + looked.strayed
    assert len(shown) == len(set(PAYLOADS)) == 40
    assert len(roles) == len(world.people) + 1
    assert set(looked.languages) == {"zh", "en"}
    assert min(looked.languages.values()) > looked.opened / 3
    proof("W7").held(
        f"40 payloads in {len(columns)} columns and {inside} texts inside JSON of all lines of work; {looked.opened} pages in both "
        f"languages of {len(roles)} kinds of people in a browser, {with_some} of them with planted text: 0 scripts run, 0 dialogs, "
        "0 requests elsewhere, 0 stopped by the policy, 0 tags, handlers or links of theirs")


def without_escaping(world, looked, monkeypatch):
    """Templates write what they are given as it is."""
    monkeypatch.setattr(engines["django"].engine, "autoescape", False)
    clerk = User.objects.get(pk=world.people[Role.CLERK].pk)
    caller = Caller(clerk)
    addresses = [address for route, address in pages(world, clerk, Role.CLERK) if route.name.endswith("_change")]
    for address in addresses:
        with suppress(Error, AssertionError):  # what was planted may lead the page elsewhere
            looked.open(caller, address)
    return looked


@pytest.mark.proof("W7", "removed")
def test_without_escaping_the_policy_stops_them(world, planted, window, monkeypatch, proof):
    looked = without_escaping(world, window(), monkeypatch)
    assert looked.stopped
    assert not looked.ran
    proof("W7").removed("escaping in templates", f"{len(looked.stopped)} scripts and files of theirs on {looked.opened} pages of "
                                                 f"a clerk, all stopped by the policy: {len(looked.ran)} run")


@pytest.mark.proof("W7", "removed")
def test_without_escaping_and_policy_they_run(world, planted, window, monkeypatch, proof):
    looked = without_escaping(world, window(policy=False), monkeypatch)
    assert looked.ran
    proof("W7").removed("escaping and the policy", f"{len(looked.ran)} scripts run on {looked.opened} pages of a clerk")


def test_no_template_of_ours_says_that_text_is_safe():
    ours = [path for name in (*planting.OURS, "templates") for path in Path(settings.BASE_DIR, name).rglob("*.html")]
    assert len(ours) > 200
    assert [str(path) for path in ours if re.search(r"\|\s*safe\b|autoescape", path.read_text("utf-8"))] == []
