"""Which chapter of the staff handbook explains a page; a page says so where it says who may call it.

Function views say `@chapter("reports")`, class-based views and model admins `chapter = "reports"`. A chapter is named
by its anchor in `docs/handbook.zh.md`. `manage.py check` fails on a staff page that names none, or one that is not there.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from bureau.accounts.access import Route, wrappers
from bureau.accounts.roles import Role

V = TypeVar("V", bound=Callable[..., Any])


def chapter(anchor: str) -> Callable[[V], V]:
    """Declare which chapter explains a function view."""

    def declare(view: V) -> V:
        view.__chapter__ = anchor  # type: ignore[attr-defined]
        return view

    return declare


def chapter_of(view: Callable[..., Any]) -> str:
    """The anchor that a view declares itself, through its class or through its admin; empty when there is none."""
    for found in wrappers(view):
        for place, name in ((found, "__chapter__"), (getattr(found, "view_class", None), "chapter")):
            if anchor := getattr(place, name, ""):
                return anchor
    owners = [getattr(found, name, None) for name in ("model_admin", "__self__", "admin_site") for found in wrappers(view)]
    return next((owner.chapter for owner in owners if getattr(owner, "chapter", "")), "")


def is_for_staff(route: Route) -> bool:
    """May anybody of the staff call it, and not the public as well?"""
    rule = route.rule
    return rule is not None and not rule.public and bool(rule.roles - {Role.OWNER})
