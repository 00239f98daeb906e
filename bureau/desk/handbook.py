"""The staff handbook: `docs/handbook.zh.md` as a page. One source, read by people on the shelf and in the portal.

A chapter bears its anchor in its heading: `## Title <a id="cases"></a>`. No other markup than Markdown is let through.
"""

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bureau.accounts.roles import Role

SOURCE = Path(settings.BASE_DIR) / "docs" / "handbook.zh.md"
PICTURES = Path(settings.BASE_DIR) / "docs" / "pictures" / "handbook"
IN_SOURCE = "pictures/handbook/"  # how the source names its pictures
_ANCHOR = re.compile(r'<a id="([a-z0-9-]+)">')
#: Where somebody with this role begins; whoever holds several starts with the first of them.
FIRST_WEEKS = {
    Role.INTAKE: "week-intake",
    Role.VERIFIER: "week-verifier",
    Role.FINANCE: "week-finance",
    Role.EDITOR: "week-editor",
    Role.CHECKER: "week-editor",
    Role.APPROVER: "week-head",
    Role.ISSUER: "week-head",
    Role.OFFICIAL: "week-head",
    Role.CLERK: "week-clerk",
    Role.HELPER: "on-behalf",
    Role.MODERATOR: "feedback",
    Role.SYSTEM: "settings",
    Role.SECURITY: "settings",
    Role.AUDITOR: "audit",
}


@dataclass(frozen=True)
class Heading:
    level: int  # 2 or 3
    title: str
    anchor: str


@dataclass(frozen=True)
class Handbook:
    title: str
    headings: tuple[Heading, ...]
    body: SafeString
    pictures: frozenset[str]

    @property
    def anchors(self) -> frozenset[str]:
        return frozenset(heading.anchor for heading in self.headings)

    @property
    def contents(self) -> list[tuple[Heading, list[Heading]]]:
        """Parts with their chapters."""
        found: list[tuple[Heading, list[Heading]]] = []
        for heading in self.headings:
            if heading.level == 2:
                found.append((heading, []))
            elif found:
                found[-1][1].append(heading)
        return found


def handbook() -> Handbook:
    """As it stands in the file now. Raises OSError where the file was left out of an installation."""
    return _read(SOURCE.stat().st_mtime_ns)


def first_week(roles: Iterable[Role]) -> str:
    """The anchor of the chapter somebody with these roles begins with; empty for none."""
    held = set(roles)
    return next((anchor for role, anchor in FIRST_WEEKS.items() if role in held), "")


@lru_cache(maxsize=1)
def _read(changed: int) -> Handbook:
    return parsed(SOURCE.read_text(encoding="utf-8"))


def parsed(text: str) -> Handbook:
    """Title, headings of chapters, and the page's HTML. `text` is Markdown as in `docs/handbook.zh.md`."""
    markdown = MarkdownIt("commonmark").enable("table")
    for kind in ("html_inline", "html_block"):
        markdown.renderer.rules[kind] = _as_text
    markdown.renderer.rules["table_open"] = lambda *_: '<div class="handbook__table"><table>\n'
    markdown.renderer.rules["table_close"] = lambda *_: "</table></div>\n"
    tokens, headings, pictures, title = markdown.parse(text), [], set(), ""
    for token, following in zip(tokens, [*tokens[1:], Token("", "", 0)], strict=True):
        if token.type == "heading_open":
            heading = _heading(int(token.tag[1]), following)
            title = heading.title if heading.level == 1 else title
            if heading.anchor:
                token.attrSet("id", heading.anchor)
                headings.append(heading)
        for image in (child for child in token.children or () if child.type == "image"):
            name = str(image.attrGet("src")).removeprefix(IN_SOURCE)
            pictures.add(name)
            _place(image, name)
    body = SafeString(markdown.renderer.render(_without_title(tokens), markdown.options, {}))
    return Handbook(title, tuple(headings), body, frozenset(pictures))


def _heading(level: int, inline: Token) -> Heading:
    """Takes the anchor out of the heading's text, since it becomes the heading's own."""
    children = inline.children or []
    anchor = next((found[1] for child in children if (found := _ANCHOR.fullmatch(child.content))), "")
    inline.children = kept = [child for child in children if child.type != "html_inline"]
    if kept:
        kept[-1].content = kept[-1].content.rstrip()
    return Heading(level, "".join(child.content for child in kept), anchor)


def _without_title(tokens: list[Token]) -> list[Token]:
    """The page shows the title itself."""
    return tokens[3:] if tokens and tokens[0].tag == "h1" else tokens


def _place(image: Token, name: str) -> None:
    """A picture of the handbook with its size, so that the text does not jump when it arrives."""
    image.attrSet("src", reverse("desk:help_picture", args=[name]))
    image.attrSet("loading", "lazy")
    path = PICTURES / name
    if path.is_file():
        width, height = struct.unpack(">II", path.read_bytes()[16:24])  # of a PNG
        image.attrSet("width", str(width))
        image.attrSet("height", str(height))


def _as_text(tokens: list[Token], index: int, *_: Any) -> str:
    return escape(tokens[index].content)
