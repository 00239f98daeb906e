"""Time limits in working days. The clock stands while the ball is with the applicant."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Due:
    """`left`: working days until `due`, negative when it has passed; `paused`: the clock stands;
    `provisional`: the day lies beyond the published calendar, so it may still move (暂估)."""

    due: date
    left: int
    paused: bool = False
    provisional: bool = False

    @property
    def overdue(self) -> bool:
        return self.left < 0 and not self.paused
