"""Who may call a route. A route that does not say so fails the build and is refused at run time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bureau.accounts.roles import Permission, Role, roles_with

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """Everybody (`public`), anyone signed in, any staff, or holders of one of `permissions`."""

    name: str
    public: bool = False
    staff: bool = False
    permissions: frozenset[Permission] = field(default_factory=frozenset)

    def allows(self, user: Any) -> bool:
        if self.public:
            return True
        if not user.is_authenticated or not user.is_active:
            return False
        if self.staff and not user.is_staff:
            return False
        return not self.permissions or bool(self.permissions & user.permissions)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that pass; empty for `public` means everybody."""
        if self.permissions:
            return roles_with(*self.permissions)
        return frozenset(Role) - ({Role.OWNER} if self.staff else frozenset())


PUBLIC = Rule("public", public=True)
SIGNED_IN = Rule("signed in")
STAFF = Rule("staff", staff=True)


def needs(*permissions: Permission) -> Rule:
    """Holders of any of the permissions."""
    return Rule("needs " + " or ".join(sorted(permissions)), permissions=frozenset(permissions))


def access(rule: Rule) -> Callable[[V], V]:
    """Declare who may call a function view; the middleware enforces it."""

    def declare(view: V) -> V:
        view.__access__ = rule  # type: ignore[attr-defined]
        return view

    return declare
