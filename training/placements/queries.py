"""What can be read about agreements: which months are open, who was there, what ends soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.attachments.enums import Channel
from bureau.common import clock
from training.placements.enums import BINDING, AgreementState, SheetState
from training.placements.models import Agreement, MonthRow, MonthSheet, Placement, month_is_over

ENDING_DAYS = 30


def next_month(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def days_there(placement: Placement, month: date) -> int:
    """Calendar days of the month on which the trainee was placed."""
    first = max(placement.starts_on, month)
    last = min(placement.ends_on, next_month(month) - timedelta(days=1))
    return max((last - first).days + 1, 0)


def trainees_of(agreement: Agreement, month: date) -> list[Placement]:
    """Who was there in this month."""
    rows = agreement.placements.standing().filter(starts_on__lt=next_month(month), ends_on__gte=month)
    return list(rows.select_related("person").order_by("person__name", "id"))


def confirmed_months(rows, *, days: int = 1):
    """Placements with `months`: how many confirmed months with at least so many days worked they have."""
    counted = Q(months__sheet__state=SheetState.CONFIRMED, months__days__gte=days)
    return rows.annotate(months_confirmed=Count("months", filter=counted))


def number_of(rows: QuerySet, link: str) -> Coalesce:
    """How many of `rows` point at a row by `link`; asked for the rows of a page, where a join would group the table."""
    mine = rows.filter(**{link: OuterRef("pk")}).order_by().values(link)
    return Coalesce(Subquery(mine.annotate(count=Count("pk")).values("count")), 0)


@dataclass(frozen=True)
class Month:
    """One month of an agreement as its pages show it. `due`: it is over and waits for the shop."""

    first: date
    sheet: MonthSheet | None
    due: bool
    people: int = 0
    wages: object = 0

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"


def months(agreement: Agreement) -> list[Month]:
    """Newest first, up to the one that runs."""
    sheets = {
        sheet.month: sheet
        for sheet in agreement.sheets.annotate(people=Count("rows"), wages=Sum("rows__wage"))
    }
    today = clock.today()
    found = []
    for first in agreement.months():
        if first > today:
            break
        sheet = sheets.get(first)
        over = month_is_over(first) or agreement.last_day < today
        waits = sheet is None or sheet.state == SheetState.RETURNED
        due = over and waits and agreement.state != AgreementState.DRAFT
        found.append(Month(first, sheet, due, getattr(sheet, "people", 0), getattr(sheet, "wages", None) or 0))
    return found[::-1]


@dataclass(frozen=True)
class DueMonth:
    """A month that an agreement owes; what an inbox shows."""

    agreement: Agreement
    month: date
    due_on: date


def due_months(agreements) -> list[DueMonth]:
    """Months that are over and were not reported, or were sent back. Two queries whatever the number."""
    rows = list(agreements.filter(state__in=BINDING)
                .select_related("host", "unit", "region"))
    told = set(MonthSheet.objects.filter(agreement__in=[row.pk for row in rows]).exclude(state=SheetState.RETURNED)
               .values_list("agreement", "month"))
    today = clock.today()
    return sorted(
        (
            DueMonth(row, month, next_month(month) + timedelta(days=9))
            for row in rows for month in row.months()
            if (row.pk, month) not in told and (next_month(month) <= today or row.last_day < today)
        ),
        key=lambda item: (item.due_on, item.agreement.pk),
    )


def sheets_to_confirm(user: User):
    """Months that shops have reported to the offices of this user. What a small office entered for a shop waits for
    the office above it too, since nobody confirms his own."""
    own = Q(agreement__unit__in=user.granted_units(Permission.PLACEMENT_EDIT))
    below = Q(channel=Channel.ON_BEHALF, agreement__in=Agreement.objects.kept_by(user).order_by().values("pk"))
    rows = MonthSheet.objects.filter(own | below, state=SheetState.REPORTED).exclude(entered_by=user)
    return rows.select_related("agreement__host").order_by("month", "id")


def ending(user: User):
    """Agreements of the user's office whose term ends soon or has passed."""
    units = user.granted_units(Permission.PLACEMENT_EDIT)
    last = clock.today() + timedelta(days=ENDING_DAYS)
    rows = Agreement.objects.filter(unit__in=units, state=AgreementState.RUNNING, ends_on__lte=last)
    return rows.select_related("host").order_by("ends_on", "id")


def sheet_rows(sheet: MonthSheet):
    return MonthRow.objects.filter(sheet=sheet).select_related("placement__person").order_by(
        "placement__person__name", "id"
    )
