"""Where each kind of user may go. Pages are named by string; those that are not built are left out."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.common import shelves


@dataclass(frozen=True)
class Entry:
    """`needs`: any of these permissions; `kinds`: empty for everybody, else "anonymous", "owner", "staff".
    `setting`: only where this field of the site profile is on."""

    label: str | Promise
    view: str
    kinds: tuple[str, ...] = ()
    needs: tuple[Permission, ...] = ()
    setting: str = ""


SITE = (
    Entry(_("Home"), "desk:front", ("anonymous",)),
    Entry(_("My matters"), "desk:my", ("owner",)),
    Entry(_("Awards and policies"), "subsidies:schemes", ("anonymous", "owner")),
    Entry(_("Loans"), "loans:products", ("anonymous", "owner")),
    Entry(_("Training"), "training:sessions", ("anonymous", "owner")),
    Entry(_("My shops"), "enterprises:my", ("owner",)),
    Entry(_("Public pledges"), "programs:pledges", ("anonymous", "owner"), setting="shows_pledges"),
    Entry(_("Messages"), "notifications:inbox", ("owner",)),
    Entry(_("Dashboard"), "dashboards:index", ("staff",), (Permission.DASHBOARD_VIEW,)),
    Entry(_("Targets"), "targets:index", ("staff",), (Permission.DASHBOARD_VIEW, Permission.TARGET_VIEW)),
    Entry(_("Reports"), "reports:index"),
    Entry(_("Verify a credential"), "enterprises:verify_search", ("anonymous",)),
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


def site_links(user: Any, path: str, site: Any = None) -> list[Link]:
    """The entries `user` may open; the one with the longest address that starts `path` is current. `site`: the profile."""
    kind = kind_of(user)
    found = []
    for entry in SITE:
        if entry.kinds and kind not in entry.kinds:
            continue
        if entry.needs and not set(entry.needs) & user.permissions:
            continue
        if entry.setting and not getattr(site, entry.setting, False):
            continue
        if url := address(entry.view):
            found.append((entry.label, url))
    here = max((u for _label, u in found if path == u or (u != "/" and path.startswith(u))), key=len, default="")
    return [Link(label, url, url == here) for label, url in found]


# --- the staff's desk: by work, not by app --------------------------------------------------------

GROUPS: dict[str, str | Promise] = {
    "inbox": _("To do"),
    "enterprises": _("Enterprises"),
    "money": _("Policies and money"),
    "programs": _("Programs and visits"),
    "training": _("Training"),
    "reports": _("Reports"),
    "settings": _("Settings"),
}
APP_GROUPS = {
    "jobs": "inbox",
    "notifications": "settings",
    "enterprises": "enterprises",
    "formbuilder": "enterprises",
    "subsidies": "money",
    "programs": "programs",
    "training": "training",
    "targets": "reports",
    "reports": "reports",
    "dashboards": "reports",
}
DESK = (
    shelves.WorkLink("inbox", "inbox", _("Waits for me"), "admin:index"),
    shelves.WorkLink("search", "inbox", _("Search"), "desk:search"),
    shelves.WorkLink("dashboard", "reports", _("Dashboard"), "dashboards:index", (Permission.DASHBOARD_VIEW,)),
    shelves.WorkLink("audit", "settings", _("Audit log"), "desk:audit", (Permission.AUDIT_VIEW,)),
    shelves.WorkLink("system", "settings", _("System status"), "desk:system", (Permission.CONFIG_EDIT,)),
)


@dataclass(frozen=True)
class Group:
    key: str
    label: str | Promise
    links: list[Link]

    @property
    def is_inbox(self) -> bool:
        return self.key == "inbox"


def work_groups(user: Any, app_list: list[dict[str, Any]], path: str) -> list[Group]:
    """Groups of pages that `user` may open: the desk's, the apps' own, then the admin lists."""
    found: dict[str, list[tuple[Any, str]]] = {key: [] for key in GROUPS}
    for link in (*DESK, *shelves.work_links()):
        allowed = not link.needs or set(link.needs) & user.permissions
        if allowed and (url := address(link.view)):
            found[link.group].append((link.label, url))
    for app in app_list:
        if app["app_label"] == "audit":
            continue  # the desk's own page also checks the chain
        group = APP_GROUPS.get(app["app_label"], "settings")
        for model in app["models"]:
            if model["admin_url"]:
                found[group].append((model["name"], model["admin_url"]))
    index = address("admin:index")
    addresses = [url for links in found.values() for _label, url in links]
    here = max((u for u in addresses if path == u or (u != index and path.startswith(u))), key=len, default="")
    return [
        Group(key, GROUPS[key], [Link(label, url, url == here) for label, url in links])
        for key, links in found.items()
        if links
    ]
