"""What later lines of work add to the pages of an agreement: links for the host, and earlier allowances of people.
They fill these lists; the arrows of the floors stay as they are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Link:
    """One thing the host can do next; `note` says what it would bring, or why there is no `url` now, `pill` is (label,
    tone). Is it under way, the office has it and the host only looks."""

    title: Any
    url: str
    note: Any = ""
    pill: tuple[Any, str] | None = None
    is_under_way: bool = False


#: (agreement, user) -> links
link_sources: list[Callable[[Any, Any], Iterable[Link]]] = []
#: {person: words about what he has received or somebody has applied for}, for staff
history_sources: list[Callable[[Iterable[int]], dict[int, str]]] = []


def links(agreement: Any, user: Any) -> list[Link]:
    return [link for source in link_sources for link in source(agreement, user)]


def histories(people: Iterable[int]) -> dict[int, str]:
    people, found = list(people), {}
    for source in history_sources:
        found |= source(people)
    return found
