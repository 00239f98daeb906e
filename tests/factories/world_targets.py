"""A target and a stated value of each side, the value waiting for a second person."""

from decimal import Decimal
from typing import Any

from bureau.common import clock
from bureau.common.periods import Kind, Period
from bureau.regions.models import Region
from bureau.targets import actions
from bureau.targets.actions import Statement, Wanted
from bureau.targets.models import StatedSeries, Target


def add(world: Any) -> None:
    """Nobody of the matrix enters them, so that whoever confirms may."""
    editor = world.home.people["editor"]
    year = Period.of(Kind.YEAR, clock.today())
    series, _created = StatedSeries.objects.get_or_create(
        key="jobs", defaults={"label_zh": "带动就业", "label_en": "Jobs", "unit_zh": "人", "unit_en": "persons"}
    )
    actions.set_targets([Wanted("budget.paid", year, Region.objects.by_code("630200"), Decimal(100))], by=editor)
    for side, code in ((world.a, "630224"), (world.b, "630202")):
        region = Region.objects.by_code(code)
        actions.set_targets([Wanted("budget.paid", year, region, Decimal(50))], by=editor)
        side.more["targets/target"] = [Target.objects.get(region=region)]
        said = Statement(series, region, year, Decimal(9), "统计公报")
        side.more["targets/statedvalue"] = [actions.propose(said, by=editor, unit=side.county)]


OF_ALL = {"targets/statedseries": lambda world: StatedSeries.objects.first()}
