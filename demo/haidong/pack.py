"""The demo of Haidong, built once: the house, the people, and the work of ten months."""

from datetime import datetime

from django.core.management import call_command
from django.db import transaction

from bureau import audit
from bureau.accounts.models import User
from bureau.common import clock
from demo.haidong import credentials, house, loans, placements, pledges, rows, targets, training, waiting
from demo.haidong.hard_case import hard_case
from demo.haidong.invent import Inventor
from demo.haidong.plan import Planner, in_order
from demo.haidong.story import Cast
from enterprises.models import Enterprise
from subsidies.models import SchemeVersion

STARTS = datetime(2021, 5, 21, 8, 30, tzinfo=clock.ZONE)
SEED = 20210520
SCHEME_FILE = "demo/schemes/new_shop.json"
#: The other lines of work, in the order in which they are loaded: each module has `load(cast, inventor)`.
PARTS: list = [training, targets, credentials, loans, placements, pledges, waiting]
COUNTY_OF = {territory: code for code, _kind, territory, _zh, _en in house.UNITS}


def build(say=print) -> bool:
    """Build what is missing. True if the records were loaded now, False if they stood already."""
    clock.start_at(STARTS)
    with transaction.atomic():
        cast = set_house()
        if Enterprise.objects.exists():
            return False
        say("Inventing shops and their cases …")
        inventor = Inventor(SEED)
        cases = in_order([*Planner(inventor).cases(), hard_case()])
        say(f"Loading {len(cases)} applications …")
        rows.Loader(cast, inventor).load(cases)
        for part in PARTS:
            part.load(cast, Inventor(SEED + len(part.__name__)))
        audit.record("demo.loaded", None, by=User.objects.machine(), cases=len(cases))
    return True


def set_house() -> Cast:
    """Profile, offices, people, reports that come round, the scheme and its money."""
    house.build_profile()
    units = house.build_units()
    people = house.build_staff(units)
    house.build_templates()
    call_command("load_scheme", SCHEME_FILE, verbosity=0)
    for year, amount in house.BUDGETS:
        rows.build_budget(year, amount, people["finance"])
    version = SchemeVersion.objects.select_related("scheme").get(scheme__key="new_shop", number=1)
    stages = {stage.key: stage for stage in version.stages.order_by("order")}
    return Cast(people, units, version, stages, COUNTY_OF)
