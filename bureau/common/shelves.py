"""What apps put on the desk: work waiting for somebody, things to search, cards for the home pages.

The registry lies on the lowest floor so that apps can fill it and the desk can read it without an arrow
pointing up. Apps register in their `inbox.py`; the desk finds these modules by autodiscovery.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils.functional import Promise

Text = str | Promise


def _nothing(obj: Any) -> str:
    return ""


@dataclass(frozen=True)
class InboxSource:
    """Rows that wait for `user`. `due` names a date or datetime attribute of a row; None: no deadline."""

    key: str
    label: Text
    queryset: Callable[[Any], QuerySet | list]
    url: Callable[[Any], str]
    due: str | None = None
    title: Callable[[Any], Text] = str
    note: Callable[[Any], Text] = _nothing
    paused: Callable[[Any], bool] | None = None
    audience: Literal["staff", "owner"] = "staff"
    all_url: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class SearchSource:
    """Finds at most `limit` rows that `user` may see, by number, name, pinyin, code or phone."""

    key: str
    label: Text
    find: Callable[[Any, str, int], Iterable]
    url: Callable[[Any], str]
    title: Callable[[Any], Text] = str
    note: Callable[[Any], Text] = _nothing


@dataclass(frozen=True)
class HomeItem:
    """One row of a home page; `pill` is (label, tone)."""

    title: Text
    url: str
    note: Text = ""
    pill: tuple[Text, str] | None = None
    due: date | datetime | None = None
    action: Text = ""


@dataclass(frozen=True)
class HomeSource:
    """A section of the public front page or of an owner's page; it is left out where `items` gives None."""

    key: str
    label: Text
    items: Callable[[Any], list[HomeItem] | None]
    audience: Literal["public", "owner"] = "public"
    order: int = 0
    empty: Text = ""
    more_url: str | None = None
    first_step: Text = ""  # on the button to `more_url` where there is nothing yet


@dataclass(frozen=True)
class WorkLink:
    """A page of the staff's navigation beside the admin lists. `view` is a URL name, `needs` any of these rights.

    Groups: "inbox", "enterprises", "money", "programs", "training", "reports", "settings".
    """

    key: str
    group: str
    label: Text
    view: str
    needs: tuple[str, ...] = ()


Source = InboxSource | SearchSource | HomeSource | WorkLink
_sources: dict[tuple[type, str], Source] = {}


def register(*sources: Source) -> None:
    """Put sources on the shelf; a key taken twice is a mistake in the code."""
    for source in sources:
        place = (type(source), source.key)
        if place in _sources and _sources[place] != source:
            raise ValueError(f"{place[0].__name__} {source.key!r} is registered twice")
        _sources[place] = source


def inbox(audience: str) -> list[InboxSource]:
    return [s for s in _sources.values() if isinstance(s, InboxSource) and s.audience == audience]


def searches() -> list[SearchSource]:
    return [s for s in _sources.values() if isinstance(s, SearchSource)]


def work_links() -> list[WorkLink]:
    return [s for s in _sources.values() if isinstance(s, WorkLink)]


def homes(audience: str) -> list[HomeSource]:
    found = [s for s in _sources.values() if isinstance(s, HomeSource) and s.audience == audience]
    return sorted(found, key=lambda source: (source.order, source.key))
