"""What stands above the heads of an attendance sheet: the title, the days, the place, the number of people."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bureau.common.text import clean_text
from bureau.regions.models import Region
from training.enums import Half
from training.models.session import MOST_DAYS, MOST_SEATS, key_of

DAY = r"((?:19|20)\d\d)\s*[.\-/年]\s*(\d{1,2})\s*[.\-/月]\s*(\d{1,2})\s*日?"
UNTIL = rf"(?:至|到|[-—–~～]+)\s*{DAY}"
LASTS = r"起?\s*(?:[,，、]?\s*(?:共|为期)?\s*(\d{1,2})\s*天"
TIME = re.compile(rf"(?:培训)?(?:时间|日期)\s*[:：]\s*{DAY}\s*{LASTS}|{UNTIL})?")
PLACE = re.compile(r"(?:培训)?地\s*点\s*[:：]\s*(\S+?)(?=\s|人数|$)")
PEOPLE = re.compile(r"(?:培训)?人\s*数\s*[:：]\s*(\d{1,4})")
HALF = re.compile(r"第\s*(\d{1,2})\s*天\s*(上午|下午)")
HALVES = {"上午": Half.MORNING, "下午": Half.AFTERNOON}
LAST_WORDS = re.compile(r"(?:学员)?(?:签到表|考勤表|花名册|签到册)$")


@dataclass(frozen=True)
class Heading:
    """A session as its sheet tells it; `days` whole days from the first on."""

    title: str
    begins_on: date
    days: int
    place: Region
    people: int

    @property
    def ends_on(self) -> date:
        return self.begins_on + timedelta(days=self.days - 1)

    def key(self, head: str) -> str:
        """The half-day of the plan that a head such as 第3天下午 means. ValidationError beyond the last day."""
        number, half = HALF.search(head).groups()
        if not 1 <= int(number) <= self.days:
            raise ValidationError(
                _("%(head)s lies outside the %(days)s days of this session.") % {"head": head, "days": self.days}
            )
        return key_of(self.begins_on + timedelta(days=int(number) - 1), HALVES[half])


def read(above, heads) -> Heading:
    """From the texts above the heads; ValidationError says what is missing there."""
    texts = [clean_text(text) for text in above if text]
    whole = " ".join(texts)
    found = TIME.search(whole)
    if not found:
        raise ValidationError(_("The sheet does not say above its heads when the session was."))
    year, month, number, days, *until = found.groups()
    begins_on = _day(year, month, number)
    if until[0]:
        days = (_day(*until) - begins_on).days + 1
    days = int(days or 0) or max((int(HALF.search(head)[1]) for head in heads if HALF.search(head)), default=0)
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError(_("A session lasts at least one day and at most %(days)s days.") % {"days": MOST_DAYS})
    people = PEOPLE.search(whole)
    return Heading(_title(texts), begins_on, days, _place(whole), min(int(people[1]) if people else 0, MOST_SEATS))


def _title(texts) -> str:
    """The first line that is not about time or place, without its last word 签到表."""
    for text in texts:
        if not TIME.search(text) and not PLACE.search(text) and (title := LAST_WORDS.sub("", text).strip()):
            return title[:120]
    raise ValidationError(_("The sheet has no title above its heads: the title of the session."))


def _day(year, month, number) -> date:
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        raise ValidationError(_("The sheet names a day that does not exist.")) from None


def _place(text) -> Region:
    named = PLACE.search(text)
    if not named:
        raise ValidationError(_("The sheet does not say above its heads where the session was."))
    found = Region.objects.find(named[1])
    if len(found) != 1:
        raise ValidationError(_("The place %(place)s of the sheet is not known, or there are several.") % {"place": named[1]})
    return found[0]
