"""Forty payloads through every text of a pledge: on each page they stand as text, and nothing of them is markup."""

import pytest
from django.urls import reverse
from lxml import html

from bureau.workflow import perform
from programs.models import Feedback, Pledge
from tests.factories import pledges as make
from tests.harness.pages import browser

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
ACTIVE = {"script", "iframe", "object", "embed", "svg", "math", "style", "base", "meta", "link", "form", "img", "a", "body", "input",
          "details", "x", "animate"}
FIELDS = ("text_zh", "measure_zh", "occasion")


@pytest.fixture
def everywhere(desk):
    """The payload in what was pledged, the notes, the dates, the end, the comment, the reason and the answer."""

    def put(payload: str) -> tuple[Pledge, Feedback]:
        pledge = make.published(desk, made_by="person", person_name=payload[:60], person_post=payload[:60],
                                **dict.fromkeys(FIELDS, payload))
        make.note(pledge, desk, text=payload)
        perform(pledge, "change_due", by=desk.clerk, data={"due_on": pledge.due_on.replace(year=2030), "reason": payload})
        said = make.said(pledge, comment=payload)
        perform(said, "show", by=desk.moderator)
        perform(said, "answer", by=desk.clerk, data={"text": payload})
        return pledge, said

    return put


def marks(page: bytes) -> list[tuple]:
    """Everything on the page that could act, in order: tags that load or run, handlers, addresses, htmx."""
    tree = html.document_fromstring(page.decode())
    found = []
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        acts = {name for name in element.attrib if name.startswith(("on", "hx-")) or name == "style"}
        if element.tag in ACTIVE or acts:
            found.append((element.tag, tuple(sorted(element.attrib))))
        assert not any("javascript:" in str(value).lower() for name, value in element.attrib.items() if name in ("href", "src", "action"))
    return found


def pages(desk, pledge, said):
    """(client, address) of each page of one pledge."""
    yield browser(), pledge.get_absolute_url()
    yield browser(desk.clerk), reverse("admin:programs_pledge_change", args=[pledge.pk])
    yield browser(desk.moderator), reverse("admin:programs_feedback_change", args=[said.pk])


def lists(desk):
    yield browser(), reverse("programs:pledges")
    yield browser(), "/"
    yield browser(desk.clerk), reverse("admin:programs_pledge_changelist")
    yield browser(desk.moderator), reverse("admin:programs_feedback_changelist")


@pytest.mark.proof("W7", "held")
def test_forty_payloads_stand_as_text(desk, everywhere, proof):
    assert len(set(PAYLOADS)) == 40
    # what looks like advertising is pointed out to the moderator, by a mark of our own
    plain = {}
    for text in ("没有坏心的话", "请看 http://guanggao.example"):
        pledge, said = everywhere(text)
        plain[said.is_suspect] = [marks(client.get(address).content) for client, address in pages(desk, pledge, said)]
    seen = 0
    for payload in PAYLOADS:
        pledge, said = everywhere(payload)
        for number, (client, address) in enumerate(pages(desk, pledge, said)):
            page = client.get(address).content
            assert marks(page) == plain[said.is_suspect][number], (payload, address)
            shown = html.document_fromstring(page.decode()).text_content()
            assert " ".join(payload.split()) in " ".join(shown.split()), (payload, address)
            seen += 1
    for client, address in lists(desk):
        page = client.get(address).content
        acting = {"onerror", "onload", "onfocus", "ontoggle", "onclick"}
        assert not [mark for mark in marks(page) if mark[0] in ("iframe", "x", "math") or acting & set(mark[1])]
        seen += 1
    proof("W7").held(f"40 payloads in 8 texts of a pledge on {seen} pages: each stands as text, 0 tags, handlers or links of theirs")


@pytest.mark.proof("W7", "removed")
def test_without_escaping_they_would_act(desk, everywhere, proof, monkeypatch):
    """The filter that shows what people typed, without its escaping."""
    from django.utils.safestring import SafeString

    plain = marks(browser().get(everywhere("没有坏心的话")[0].get_absolute_url()).content)
    monkeypatch.setattr("bureau.common.templatetags.ui.register.filters", {
        **__import__("bureau.common.templatetags.ui", fromlist=["register"]).register.filters, "typed": lambda value: SafeString(value),
    })
    pledge, _said = everywhere(PAYLOADS[1])
    from django.template import engines

    for loader in engines["django"].engine.template_loaders:
        loader.reset()
    try:
        found = marks(browser().get(pledge.get_absolute_url()).content)
    finally:
        for loader in engines["django"].engine.template_loaders:
            loader.reset()
    acting = [mark for mark in found if "onerror" in mark[1]]
    assert acting and found != plain
    proof("W7").removed("escaping of what people typed", f"{len(acting)} handlers of one comment on the page")


def test_no_template_of_ours_says_that_text_is_safe():
    from pathlib import Path

    from django.conf import settings

    ours = [*Path(settings.BASE_DIR, "templates", "programs").rglob("*.html")]
    assert len(ours) > 8
    assert not [path.name for path in ours if "|safe" in path.read_text("utf-8") or "autoescape" in path.read_text("utf-8")]
