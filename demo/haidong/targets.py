"""The targets of 2021 as the bureau set them in January, by county, and a few statistics from a yearbook."""

from datetime import date, datetime
from decimal import Decimal

from bureau.attachments.enums import Confirmation
from bureau.common import clock
from bureau.common.periods import Kind, Period
from bureau.targets.models import StatedSeries, StatedValue, Target

DOCUMENT = "《2021年全市拉面产业工作要点》（示例）"
YEARBOOK = "《海东市拉面产业发展情况（2020年）》（示例）"
SET_ON = date(2021, 1, 15)
YEAR = Period.of(Kind.YEAR, SET_ON)
FIRST_HALF = Period.of(Kind.HALF_YEAR, SET_ON)
#: Shares of the counties in percent.
SHARES = {"hualong": 40, "xunhua": 18, "minhe": 16, "huzhu": 10, "ledu": 9, "pingan": 7}
#: figure, period, at least, not above, in which steps it was divided among the counties (None: it was not)
TARGETS = [
    ("subsidies.new_shop.preliminarily_reviewed", YEAR, 3500, None, 10),
    ("subsidies.new_shop.preliminarily_reviewed", FIRST_HALF, 1700, None, 10),
    ("subsidies.new_shop.paid", YEAR, 12_000_000, None, 10_000),
    ("training.sessions", YEAR, 80, None, 1),
    ("training.person_times", YEAR, 2600, None, 10),
    ("loans.disbursed", YEAR, 200_000_000, None, 1_000_000),
    ("placements.trainees_paid", YEAR, 1500, None, 10),
    ("honors.selected", YEAR, 10, 15, None),
    ("honors.named", YEAR, 10, None, None),
]
#: key, names, units, definitions, how long a value counts
SERIES = [
    ("employment", "带动就业", "Jobs in noodle shops", "人", "persons",
     "在拉面店铺从业的海东籍人员，年末数。", "People from Haidong who work in noodle shops, at the end of the year.", "level"),
    ("shops_total", "店铺总数", "Noodle shops run by people from Haidong", "家", "shops",
     "海东籍人员在全国和境外开办的拉面店铺，年末数。",
     "Noodle shops that people from Haidong run in China and abroad, at the end of the year.", "level"),
    ("output", "年经营收入", "Turnover of the year", "亿元", "100 million yuan",
     "海东籍人员开办的拉面店铺全年经营收入。", "Turnover of the year of all noodle shops run by people from Haidong.", "period"),
]
#: series, office whose territory it speaks of, value, page, confirmed
VALUES = [
    ("employment", "haidong", "186000", "第2页", True),
    ("shops_total", "haidong", "28700", "第1页", True),
    ("shops_total", "hualong", "17400", "第4页", True),
    ("shops_total", "xunhua", "4900", "第4页", True),
    ("output", "haidong", "98.5", "第3页", False),
]


def load(cast, inventor):
    Target.objects.bulk_create(targets(cast))
    series = {row.key: row for row in StatedSeries.objects.bulk_create(
        StatedSeries(key=key, label_zh=label_zh, label_en=label_en, unit_zh=unit_zh, unit_en=unit_en,
                     definition_zh=definition_zh, definition_en=definition_en, stands=stands)
        for key, label_zh, label_en, unit_zh, unit_en, definition_zh, definition_en, stands in SERIES
    )}
    StatedValue.objects.bulk_create(stated(cast, series))


def targets(cast):
    """The bureau's own, and where it was divided, the counties'."""
    for metric, period, low, high, step in TARGETS:
        yield target(cast, "haidong", metric, period, low, high)
        if step:
            for county, share in SHARES.items():
                yield target(cast, county, metric, period, low * share // 100 // step * step, None)


def target(cast, unit, metric, period, low, high):
    return Target(
        metric=metric, kind=period.kind, start=period.start, end=period.end, region=cast.units[unit].region,
        low=Decimal(low), high=None if high is None else Decimal(high), document=DOCUMENT,
        entered_by=cast.people["editor"], effective_date=SET_ON, recorded_at=moment(2021, 1, 15),
    )


def stated(cast, series):
    year = Period.of(Kind.YEAR, date(2020, 1, 1))
    for key, unit, value, page, confirmed in VALUES:
        yield StatedValue(
            series=series[key], region=cast.units[unit].region, unit=cast.units["haidong"], kind=year.kind,
            start=year.start, end=year.end, value=Decimal(value), document=YEARBOOK, page=page,
            proposed_by=cast.people["editor"], proposed_at=moment(2021, 3, 9),
            **decided(cast) if confirmed else {},
        )


def decided(cast):
    return {"state": Confirmation.CONFIRMED, "confirmed_by": cast.people["checker"], "confirmed_at": moment(2021, 3, 10)}


def moment(year, month, day):
    return datetime(year, month, day, 10, 20, tzinfo=clock.ZONE)
