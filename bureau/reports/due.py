"""Which periods a cadence has, when their closing day is not the calendar's."""

from datetime import date, timedelta

from bureau.common.periods import DAY, MONTHS, Kind, Period, add_months


def period_closing_after(kind: Kind, day: date, cutoff: int | None = None) -> Period:
    """The period that `day` lies in. `cutoff` is the last day of a period: a day of the last month
    (1 to 28), or an ISO weekday for weeks; None closes with the calendar."""
    if cutoff is None or kind == Kind.TEN_DAYS or (kind == Kind.WEEK and cutoff == 7):
        return Period.of(kind, day)
    if kind == Kind.WEEK:
        start = day - timedelta(days=(day.isoweekday() - cutoff - 1) % 7)
        return Period(None, start, start + timedelta(days=7))
    # Closing on the 25th, 26 March belongs to April: shift the day into the month that will count it.
    counted_in = day.replace(day=1) if day.day <= cutoff else add_months(day.replace(day=1), 1)
    calendar = Period.of(kind, counted_in)
    last_month = add_months(calendar.start, MONTHS[kind] - 1)
    before = add_months(calendar.start, -1)
    return Period(None, before.replace(day=cutoff) + DAY, last_month.replace(day=cutoff) + DAY)


def closed_periods(kind: Kind, first: date, today: date, cutoff: int | None = None) -> list[Period]:
    """Every period from the one `first` lies in up to the last that has closed before `today`, oldest first."""
    periods = []
    period = period_closing_after(kind, first, cutoff)
    while period.end <= today:
        periods.append(period)
        period = period_closing_after(kind, period.end, cutoff)
    return periods
