"""How the cases of the demo went: one `Case` each, told by days, before anything is written.

The bureau published two figures for 20 May 2021: 1,431 shops first-reviewed in the year, and 3,892,000
yuan paid. Nothing here holds them: they come out of the number of cases in each group below.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from bureau.common import workdays
from demo.haidong.invent import Inventor, Shop

AS_OF = date(2021, 5, 20)
FIRST_DAY_2021 = date(2021, 1, 4)
LAST_PAYMENT = date(2021, 5, 19)
#: Shops paid in 2021 by rate in yuan; the area in square meters that earns the rate.
PAID_2021 = {2000: 260, 2500: 366, 3000: 459, 5000: 216}
AREAS = {2000: (28, 49), 2500: (50, 79), 3000: (80, 119), 5000: (120, 190)}
#: First-reviewed in 2021 and not paid yet, by where they stand.
REVIEWED_2021 = {"approved": 62, "approval": 24, "check": 33, "refused_by_bureau": 7, "returned_by_bureau": 4}
#: Not first-reviewed yet.
EARLY_2021 = {"accept": 46, "first_review": 53, "returned": 18, "refused_by_county": 21, "withdrawn": 7, "draft": 12}
PAID_2020 = {2000: 90, 2500: 96, 3000: 104, 5000: 38}
REGISTERED_ONLY = 380
ON_BEHALF_SHARE = 0.22
#: Working days that an office has where the case stands (as the scheme says), and how many stand there longer.
LIMITS = {"accept": 5, "first_review": 10, "check": 10, "approval": 5, "approved": 20, "returned": 9}
LATE_SHARE = 0.07


@dataclass
class Case:
    """One application. Days are None where the case has not come so far."""

    shop: Shop
    end: str
    rate: Decimal
    submitted: date | None = None
    accepted: date | None = None
    reviewed: date | None = None
    checked: date | None = None
    approved: date | None = None
    paid: date | None = None
    closed: date | None = None
    returned: list[tuple[date, date | None]] = field(default_factory=list)
    on_behalf: bool = False


def in_order(cases: list[Case]) -> list[Case]:
    """As they were handed in, drafts last, so that numbers rise with time."""
    return sorted(cases, key=lambda case: (case.submitted or date.max, case.shop.name))


class Planner:
    def __init__(self, inventor: Inventor):
        self.inventor = inventor
        self.chance = inventor.chance

    def cases(self) -> list[Case]:
        cases = [*self.paid(PAID_2020, date(2020, 7, 6), date(2020, 12, 18), "paid")]
        cases += self.paid(PAID_2021, FIRST_DAY_2021, LAST_PAYMENT, "paid")
        for end, count in REVIEWED_2021.items():
            cases += [self.underway(end) for _n in range(count)]
        for end, count in EARLY_2021.items():
            cases += [self.underway(end) for _n in range(count)]
        return cases

    def paid(self, by_rate: dict[int, int], first: date, last: date, end: str) -> list[Case]:
        """Cases that went all the way; accepted on or after `first`, paid on or before `last`."""
        cases = []
        for rate, count in by_rate.items():
            for number in range(count):
                shop = self.shop_for(rate, number, before=first)
                case = Case(shop, end, Decimal(rate), on_behalf=self.by_office())
                case.paid = self.day_between(first + timedelta(days=40), last)
                self.walk_back(case)
                cases.append(case)
        return cases

    def shop_for(self, rate: int, number: int, before: date) -> Shop:
        """Every tenth of the highest rate stands abroad; opened long enough before to qualify."""
        abroad = rate == 5000 and number % 10 == 0
        opened = before - timedelta(days=self.chance.randrange(95, 170))
        low, high = AREAS[rate]
        return self.inventor.shop(max(opened, date(2020, 1, 3)), self.chance.randrange(low, high + 1), abroad)

    def walk_back(self, case: Case) -> None:
        """From the payment back to the day it was handed in, step by step in working days."""
        case.approved = self.back(case.paid, 2, 6)
        case.checked = self.back(case.approved, 1, 3)
        case.reviewed = self.back(case.checked, 1, 5)
        case.accepted = self.back(case.reviewed, 1, 6)
        case.submitted = self.back(case.accepted, 0, 3)
        case.closed = case.paid
        if case.reviewed.year != case.paid.year:
            raise ValueError(f"A case paid in {case.paid.year} was reviewed in another year: {case}.")
        if self.chance.random() < 0.06:
            case.returned.append((case.submitted, self.back(case.accepted, 0, 0)))

    def underway(self, end: str) -> Case:
        """A case that has not come to its end: first when it came to where it stands, then back from there."""
        rate = self.inventor.weighted(AREAS, (20, 28, 35, 17))
        shop = self.shop_for(rate, self.chance.randrange(1, 10), before=date(2021, 1, 20))
        case = Case(shop, end, Decimal(rate), on_behalf=self.by_office())
        if end == "draft":
            return case
        day = self.back(AS_OF, *self.stay(end))
        if end == "approved":
            case.approved, day = day, self.back(day, 0, 2)
        if end in ("approved", "approval"):
            case.checked, day = day, self.back(day, 1, 4)
        if end in ("refused_by_county", "refused_by_bureau", "withdrawn"):
            case.closed, day = day, self.back(day, 1, 2)
        if end in ("returned", "returned_by_bureau"):
            case.returned.append((day, None))
            day = self.back(day, 1, 2)
        if end in ("approved", "approval", "check", "refused_by_bureau", "returned_by_bureau"):
            case.reviewed, day = day, self.back(day, 1, 4)
        if end not in ("accept", "withdrawn", "returned"):
            case.accepted, day = day, self.back(day, 0, 3)
        case.submitted = day
        return case

    def stay(self, end: str) -> tuple[int, int]:
        """For how many working days it has stood there; now and then longer than the limit."""
        limit = LIMITS.get(end, 25)
        if end in LIMITS and self.chance.random() < LATE_SHARE:
            return limit + 1, limit + 6
        return 0, limit - 1

    def by_office(self) -> bool:
        return self.chance.random() < ON_BEHALF_SHARE

    def back(self, day: date, least: int, most: int) -> date:
        return workdays.add(day, -self.chance.randint(least, most))

    def day_between(self, first: date, last: date) -> date:
        day = first + timedelta(days=self.chance.randrange((last - first).days + 1))
        return day if workdays.is_workday(day) else workdays.add(day, 1 if day < last else -1)
