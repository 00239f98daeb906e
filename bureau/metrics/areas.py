"""Lines of work: the first word of a key says which one a figure belongs to. Dashboard and report are ordered by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Area:
    """`words`: the first words of the keys that belong to it."""

    key: str
    label: str | Promise
    order: int
    words: tuple[str, ...]


AREAS = (
    Area("awards", _("Awards"), 10, ("subsidies", "budget")),
    Area("placements", _("Placements"), 20, ("placements",)),
    Area("loans", pgettext_lazy("line of work", "Loans"), 30, ("loans",)),
    Area("training", pgettext_lazy("line of work", "Training"), 40, ("training",)),
    Area("credentials", _("Honors and brands"), 50, ("honors", "credentials")),
    Area("pledges", pgettext_lazy("line of work", "Pledges"), 60, ("pledges", "feedback")),
    Area("register", _("Register"), 70, ("enterprises", "register")),
    Area("stated", _("Statistics"), 90, ("stated",)),
)
#: What no line of work claims; also the place of paragraphs that somebody wrote without saying where they belong.
OTHER = Area("other", _("Other work"), 80, ())
_BY_WORD = {word: area for area in AREAS for word in area.words}
_BY_KEY = {area.key: area for area in (*AREAS, OTHER)}


def area_of(key: str) -> Area:
    return _BY_WORD.get(key.partition(".")[0], OTHER)


def area(key: str) -> Area:
    """The area of this name; what is not known any more counts as other work."""
    return _BY_KEY.get(key, OTHER)


def areas_of(keys: Iterable[str]) -> list[Area]:
    """The areas that these keys belong to, in their order."""
    return sorted({area_of(key) for key in keys}, key=lambda one: one.order)
