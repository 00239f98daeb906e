"""The arithmetic of targets: completion, elapsed share, rank. Pure functions of numbers and days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from bureau.common.periods import DAY, Period
from bureau.targets.enums import Standing

HUNDREDTH = Decimal("0.01")


def elapsed(period: Period, day: date) -> Decimal:
    """The share of the period's calendar days that have passed at the end of `day`: 0 to 1."""
    passed = (min(day, period.last_day) - period.start + DAY).days
    return Decimal(max(passed, 0)) / period.days


def completion(done: Decimal | int, low: Decimal | int) -> Decimal:
    """Done in shares of the target, above 1 where more was done. What asks for nothing is complete."""
    return Decimal(done) / Decimal(low) if low else Decimal(1)


def percent(share: Decimal) -> str:
    """In percent with at most one decimal; rounded down, so that 99.96% does not read as reached."""
    text = f"{(share * 100).quantize(Decimal('0.1'), ROUND_DOWN):,f}"
    return f"{text.removesuffix('.0')}%"


def standing(done: Decimal | int, low: Decimal, high: Decimal | None, period: Period, day: date) -> Standing:
    if high is not None and done > high:
        return Standing.BEYOND
    if done >= low:
        return Standing.REACHED
    if day < period.start:
        return Standing.WAITS
    if day > period.last_day:
        return Standing.MISSED
    return Standing.AHEAD if completion(done, low) >= elapsed(period, day) else Standing.BEHIND


def ranks(shares: Sequence[Decimal]) -> list[int]:
    """Places, the largest share first; equal shares share a place and the next one is left out (1, 1, 3). Where nothing
    is done anywhere nobody has a place: 0."""
    if not any(shares):
        return [0] * len(shares)
    return [1 + sum(other > share for other in shares) for share in shares]


@dataclass(frozen=True)
class Gap:
    """The sum of the counties' targets beside the bureau's own."""

    parts: Decimal
    whole: Decimal

    @property
    def difference(self) -> Decimal:
        return self.parts - self.whole

    @property
    def short(self) -> bool:
        return self.difference < 0

    @property
    def size(self) -> Decimal:
        return abs(self.difference)
