"""Where each kind of user may go. Pages are named by string; those that are not built are left out."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission


@dataclass(frozen=True)
class Entry:
    """`needs`: any of these permissions; `kinds`: empty for everybody, else "anonymous", "owner", "staff"."""

    label: str | Promise
    view: str
    kinds: tuple[str, ...] = ()
    needs: tuple[Permission, ...] = ()


SITE = (
    Entry(_("Home"), "desk:front", ("anonymous",)),
    Entry(_("My matters"), "desk:my", ("owner",)),
    Entry(_("Awards and policies"), "subsidies:schemes", ("anonymous", "owner")),
    Entry(_("My shops"), "enterprises:my", ("owner",)),
    Entry(_("Messages"), "notifications:inbox", ("owner",)),
    Entry(_("Dashboard"), "dashboards:index", ("staff",), (Permission.DASHBOARD_VIEW,)),
    Entry(_("Reports"), "reports:index"),
    Entry(_("Staff desk"), "admin:index", ("staff",)),
)


@dataclass(frozen=True)
class Link:
    label: Any
    url: str
    current: bool


def kind_of(user: Any) -> str:
    if user is None or not user.is_authenticated:
        return "anonymous"
    return "staff" if user.is_staff else "owner"


def address(view: str) -> str:
    """The address of a page, or nothing where its room has not been built."""
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""


def site_links(user: Any, path: str) -> list[Link]:
    """The entries `user` may open; the one with the longest address that starts `path` is current."""
    kind = kind_of(user)
    found = []
    for entry in SITE:
        if entry.kinds and kind not in entry.kinds:
            continue
        if entry.needs and not set(entry.needs) & user.permissions:
            continue
        if url := address(entry.view):
            found.append((entry.label, url))
    here = max((u for _label, u in found if path == u or (u != "/" and path.startswith(u))), key=len, default="")
    return [Link(label, url, url == here) for label, url in found]
