"""The time a dashboard speaks of: from a period's beginning to today, beside the equal part of the one before."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.common.periods import Kind, Period

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Span:
    key: str
    kind: Kind
    label: str | Promise
    compared: str | Promise

    def window(self, today: date) -> Period:
        return Period.of(self.kind, today).to(today)

    def before(self, today: date) -> Period:
        return Period.of(self.kind, today).equal_part_of_previous(today)


SPANS = (
    Span("year", Kind.YEAR, _("This year"), _("against the same part of last year")),
    Span("quarter", Kind.QUARTER, _("This quarter"), _("against the same part of last quarter")),
    Span("month", Kind.MONTH, _("This month"), _("against the same part of last month")),
    Span("ten_days", Kind.TEN_DAYS, _("These ten days"), _("against the same part of the ten days before")),
)


def span_of(key: str | None) -> Span:
    return next((span for span in SPANS if span.key == key), SPANS[0])


def months(today: date) -> list[Period]:
    """The last twelve months, oldest first; the present one up to today."""
    found = [Period.of(Kind.MONTH, today)]
    while len(found) < MONTHS_SHOWN:
        found.append(found[-1].previous())
    return [month.to(today) for month in reversed(found)]
