"""Periods of reports and figures: week, 旬, month, quarter, half-year, year, or any two dates."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from bureau.common.clock import ZONE

DAY = timedelta(days=1)


class Kind(TextChoices):
    WEEK = "week", _("week")
    TEN_DAYS = "ten_days", _("ten days")
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    HALF_YEAR = "half_year", _("half-year")
    YEAR = "year", _("year")


MONTHS = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.HALF_YEAR: 6, Kind.YEAR: 12}
ORDINALS_EN = ("first", "second", "third", "fourth")
MONTHS_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def add_months(day: date, months: int) -> date:
    """The same day some months later, or that month's last day."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


@dataclass(frozen=True, order=True)
class Period:
    """From `start` up to, not including, `end`."""

    kind: Kind | None
    start: date
    end: date

    def __post_init__(self):
        if self.start >= self.end:
            raise ValueError(f"A period ends after it starts: {self.start} to {self.end}.")

    @classmethod
    def of(cls, kind: Kind, day: date) -> "Period":
        """The period of this kind that the day lies in."""
        kind = Kind(kind)
        if kind == Kind.WEEK:
            start = day - day.weekday() * DAY
            return cls(kind, start, start + 7 * DAY)
        if kind == Kind.TEN_DAYS:
            part = min((day.day - 1) // 10, 2)
            start = day.replace(day=1 + 10 * part)
            return cls(kind, start, start + 10 * DAY if part < 2 else add_months(day.replace(day=1), 1))
        months = MONTHS[kind]
        start = date(day.year, day.month - (day.month - 1) % months, 1)
        return cls(kind, start, add_months(start, months))

    @classmethod
    def between(cls, first: date, last_day: date) -> "Period":
        return cls(None, first, last_day + DAY)

    @classmethod
    def year_to_date(cls, day: date) -> "Period":
        return cls.between(date(day.year, 1, 1), day)

    @property
    def last_day(self) -> date:
        return self.end - DAY

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def bounds(self) -> tuple[datetime, datetime]:
        """Half-open bounds as moments in Asia/Shanghai."""
        midnight = time(tzinfo=ZONE)
        return datetime.combine(self.start, midnight), datetime.combine(self.end, midnight)

    def next(self) -> "Period":
        if self.kind:
            return Period.of(self.kind, self.end)
        return Period(None, self.end, self.end + (self.end - self.start))

    def previous(self) -> "Period":
        """The one before; for a part of a year from 1 January, the same part of the year before."""
        if self.kind:
            return Period.of(self.kind, self.start - DAY)
        if (self.start.month, self.start.day) == (1, 1) and self.last_day.year == self.start.year:
            return Period.between(add_months(self.start, -12), add_months(self.last_day, -12))
        return Period(None, self.start - (self.end - self.start), self.start)

    def to(self, day: date) -> "Period":
        """What of this period has passed at the end of `day`; the whole if all of it has."""
        return self if day >= self.last_day else Period.between(self.start, max(day, self.start))

    def equal_part_of_previous(self, upto: date) -> "Period":
        """The part of the previous period that compares with this one up to `upto`.

        By calendar for months and longer (20 May with 20 April), by days for shorter ones.
        """
        before = self.previous()
        if upto >= self.last_day:
            return before
        if self.kind in MONTHS:
            last = add_months(max(upto, self.start), -MONTHS[self.kind])
        else:
            last = before.start + (max(upto, self.start) - self.start)
        return Period.between(before.start, min(last, before.last_day))

    def label(self, language: str = "zh") -> str:
        chinese = language.startswith("zh")
        if self.kind is None:
            return self._span_zh() if chinese else self._span_en()
        return self._label_zh() if chinese else self._label_en()

    def _label_zh(self) -> str:
        year, month = self.start.year, self.start.month
        match self.kind:
            case Kind.WEEK:
                number = self.start.isocalendar()
                return f"{number.year}年第{number.week}周（{_day_zh(self.start)}至{_day_zh(self.last_day)}）"
            case Kind.TEN_DAYS:
                return f"{year}年{month}月{'上中下'[(self.start.day - 1) // 10]}旬"
            case Kind.MONTH:
                return f"{year}年{month}月"
            case Kind.QUARTER:
                return f"{year}年第{'一二三四'[(month - 1) // 3]}季度"
            case Kind.HALF_YEAR:
                return f"{year}年{'上' if month == 1 else '下'}半年"
        return f"{year}年"

    def _label_en(self) -> str:
        year, month = self.start.year, self.start.month
        match self.kind:
            case Kind.WEEK:
                return f"week of {_day_en(self.start)} {year}"
            case Kind.TEN_DAYS:
                part = ("first ten", "middle ten", "last")[(self.start.day - 1) // 10]
                return f"{part} days of {MONTHS_EN[month - 1]} {year}"
            case Kind.MONTH:
                return f"{MONTHS_EN[month - 1]} {year}"
            case Kind.QUARTER:
                return f"{ORDINALS_EN[(month - 1) // 3]} quarter of {year}"
            case Kind.HALF_YEAR:
                return f"{ORDINALS_EN[month // 7]} half of {year}"
        return str(year)

    def _span_zh(self) -> str:
        first, last = self.start, self.last_day
        if first == last:
            return f"{first.year}年{_day_zh(first)}"
        year = "" if first.year == last.year else f"{last.year}年"
        return f"{first.year}年{_day_zh(first)}至{year}{_day_zh(last)}"

    def _span_en(self) -> str:
        first, last = self.start, self.last_day
        if first == last:
            return f"{_day_en(first)} {first.year}"
        year = "" if first.year == last.year else f" {first.year}"
        return f"{_day_en(first)}{year} to {_day_en(last)} {last.year}"


def _day_zh(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _day_en(day: date) -> str:
    return f"{day.day} {MONTHS_EN[day.month - 1]}"
