"""Who may call a route. A route that does not say so fails the build and is refused at run time.

Function views say `@access(rule)`, class-based views `access = rule`, model admins `access = {"view": …}`; the
pages of the admin site itself stand in `SITE_PAGES`, views of other packages in `THIRD_PARTY`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib.admin import ModelAdmin
from django.contrib.admin.sites import AdminSite
from django.urls import URLPattern, URLResolver, get_resolver

from bureau.accounts.roles import Permission, Role, roles_with

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """Everybody (`public`), nobody (`closed`), anyone signed in, any staff, or holders of one of `permissions`."""

    name: str
    public: bool = False
    staff: bool = False
    closed: bool = False
    permissions: frozenset[Permission] = field(default_factory=frozenset)

    def allows(self, user: Any) -> bool:
        if self.closed:
            return False
        if self.public:
            return True
        if not user.is_authenticated or not user.is_active:
            return False
        if self.staff and not user.is_staff:
            return False
        return not self.permissions or bool(self.permissions & user.permissions)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that pass; a public rule passes everybody, also nobody's."""
        if self.closed:
            return frozenset()
        if self.permissions:
            return roles_with(*self.permissions)
        return frozenset(Role) - ({Role.OWNER} if self.staff else frozenset())


PUBLIC = Rule("public", public=True)
SIGNED_IN = Rule("signed in")
STAFF = Rule("staff", staff=True)
CLOSED = Rule("closed", closed=True)


def needs(*permissions: Permission) -> Rule:
    """Holders of any of the permissions."""
    return Rule("needs " + " or ".join(sorted(permissions)), permissions=frozenset(permissions))


def access(rule: Rule) -> Callable[[V], V]:
    """Declare who may call a function view; the middleware enforces it."""

    def declare(view: V) -> V:
        view.__access__ = rule  # type: ignore[attr-defined]
        return view

    return declare


def as_rule(value: Rule | Permission | Iterable[Permission] | None) -> Rule:
    """What a model admin wrote in `access`: a rule, a permission, several, or None for closed."""
    if value is None:
        return CLOSED
    if isinstance(value, Rule):
        return value
    return needs(value) if isinstance(value, Permission) else needs(*value)


#: Pages of the admin site by the name of their method.
SITE_PAGES = {
    "login": PUBLIC,
    "logout": SIGNED_IN,
    "index": STAFF,
    "app_index": STAFF,
    "password_change": STAFF,
    "password_change_done": STAFF,
    "autocomplete_view": STAFF,
    "i18n_javascript": STAFF,
    "catch_all_view": STAFF,
    "shortcut": CLOSED,  # r/<type>/<id>/ tells which objects exist
}
#: Pages of a model admin → key of its `access`; the rest of the door is asked by ModelAdmin itself.
MODEL_PAGES = {
    "changelist_view": "view",
    "add_view": "add",
    "change_view": "view",
    "delete_view": "delete",
    "history_view": "view",
    "user_change_password": "change",
    "RedirectView": "view",
    "view": "view",
}
#: Views of other packages by dotted path.
THIRD_PARTY: dict[str, Rule] = {}


def wrappers(view: Callable[..., Any]) -> Iterator[Any]:
    """The view as it is routed, then what it wraps, inwards.

    A bound method comes before its function, since it forwards `__wrapped__` and would lose its owner.
    """
    found: Any = view
    seen = 0
    while found is not None and seen < 20:
        seen += 1
        yield found
        found = getattr(found, "__wrapped__", None)


def declared(view: Callable[..., Any]) -> Rule | None:
    """The rule of a view, found through its wrappers; None when nobody declared one."""
    for found in wrappers(view):
        if rule := _declared_here(found):
            return rule
    return THIRD_PARTY.get(f"{view.__module__}.{getattr(view, '__qualname__', '')}")


def _declared_here(view: Any) -> Rule | None:
    if rule := getattr(view, "__access__", None):
        return rule
    view_class = getattr(view, "view_class", None)
    if view_class is not None and (rule := getattr(view_class, "access", None)):
        return rule
    name = getattr(view, "__name__", "")
    owner = getattr(view, "__self__", None)
    model_admin = owner if isinstance(owner, ModelAdmin) else getattr(view, "model_admin", None)
    if model_admin is not None:
        table = getattr(model_admin, "access", None)
        if table is not None and name in MODEL_PAGES:
            return as_rule(table.get(MODEL_PAGES[name]))
        return None
    if isinstance(owner, AdminSite) or hasattr(view, "admin_site"):
        return SITE_PAGES.get(name)
    return None


@dataclass(frozen=True)
class Route:
    """One address: `path` with its parameters as written ("/files/<uuid:pk>/"), and who may call it."""

    name: str
    path: str
    parameters: tuple[str, ...]
    view: Callable[..., Any]
    rule: Rule | None

    def rule_for(self, method: str) -> Rule | None:
        """The rule of a request by "GET" or "POST": on the page of one object a POST is a change."""
        model_admin = getattr(self.view, "model_admin", None)
        if method == "POST" and model_admin is not None and self.view.__name__ == "change_view":
            return as_rule(model_admin.access.get("change"))
        return self.rule

    def __str__(self) -> str:
        return f"{self.path} ({self.name or 'unnamed'})"


def routes(urlconf: str | None = None) -> list[Route]:
    """Every route of the project with its declaration, in the order of the addresses."""
    return list(_walk(get_resolver(urlconf), "/", ()))


def _walk(resolver: URLResolver, prefix: str, namespaces: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry, path, inner)
        elif isinstance(entry, URLPattern):
            parameters = tuple(entry.pattern.converters) or tuple(entry.pattern.regex.groupindex)
            name = ":".join((*namespaces, entry.name)) if entry.name else ""
            yield Route(name, path, parameters, entry.callback, declared(entry.callback))
