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


def amount_for(area: int, is_abroad: bool) -> Decimal:
    """The rate that the scheme pays, in yuan."""
    if is_abroad:
        return Decimal(5000)
    return next(Decimal(rate) for rate, (_low, high) in AREAS.items() if area <= high)


class Planner:
    def __init__(self, inventor: Inventor):
        self.inventor = inventor
        self.chance = inventor.chance

    def cases(self) -> list[Case]:
        cases = [*self.paid(PAID_2020, date(2020, 7, 6), date(2020, 12, 18), "paid")]
        cases += self.paid(PAID_2021, FIRST_DAY_2021, LAST_PAYMENT, "paid")
        for end, count in REVIEWED_2021.items():
            cases += [self.underway(end, 12, 30) for _n in range(count)]
        for end, count in EARLY_2021.items():
            cases += [self.underway(end, 1, 14) for _n in range(count)]
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

    def underway(self, end: str, least: int, most: int) -> Case:
        """A case that has not come to its end, handed in `least` to `most` working days before the last day."""
        rate = self.inventor.weighted(AREAS, (20, 28, 35, 17))
        shop = self.shop_for(rate, self.chance.randrange(1, 10), before=date(2021, 1, 20))
        case = Case(shop, end, Decimal(rate), on_behalf=self.by_office())
        day = self.back(AS_OF, least, most)
        if end == "draft":
            return case
        case.submitted = day
        if end == "accept":
            return case
        if end == "withdrawn":
            case.closed = self.forward(day, 1, 2)
            return case
        if end == "returned":
            case.returned.append((self.forward(day, 0, 1), None))
            return case
        case.accepted = self.forward(day, 0, 1)
        if end == "refused_by_county":
            case.closed = self.forward(case.accepted, 0, 1)
            return case
        if end == "first_review":
            return case
        case.reviewed = self.forward(case.accepted, 1, 4)
        if end == "returned_by_bureau":
            case.returned.append((self.forward(case.reviewed, 1, 2), None))
            return case
        if end == "refused_by_bureau":
            case.closed = self.forward(case.reviewed, 1, 2)
            return case
        if end == "check":
            return case
        case.checked = self.forward(case.reviewed, 1, 3)
        if end == "approved":
            case.approved = self.forward(case.checked, 0, 2)
        return case

    def by_office(self) -> bool:
        return self.chance.random() < ON_BEHALF_SHARE

    def back(self, day: date, least: int, most: int) -> date:
        return workdays.add(day, -self.chance.randint(least, most))

    def forward(self, day: date, least: int, most: int) -> date:
        return min(workdays.add(day, self.chance.randint(least, most)), AS_OF)

    def day_between(self, first: date, last: date) -> date:
        day = first + timedelta(days=self.chance.randrange((last - first).days + 1))
        return day if workdays.is_workday(day) else workdays.add(day, 1 if day < last else -1)
