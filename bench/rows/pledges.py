"""Public pledges, as many whatever the number of shops: published by a second person, some fulfilled; one in four is
late or was. Each is noted in the audit log, so that its first page is full at any size."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from django.db import transaction

from bench.bureau import Bureau
from bench.rows.filling import fill, reset_serials
from bench.rows.times import at
from bureau.attachments.enums import Channel
from bureau.audit.models import AuditEvent
from bureau.common import clock
from programs.enums import Category, Promisor, State
from programs.models import Pledge, PledgeDateChange, PledgeLog

PLEDGES, SINCE = 240, 700


def build(bureau: Bureau, chance: Random) -> None:
    today = clock.today()
    days = [today - timedelta(days=chance.randrange(20, SINCE)) for _n in range(PLEDGES)]
    clerk, editor = bureau.people["clerk"].pk, bureau.people["approver"].pk
    office = [bureau.offices[region.code] for region in bureau.counties]

    def place(pk: int) -> tuple[int, int]:
        return office[pk % 12].region_id, office[pk % 12].pk

    with transaction.atomic():
        fill(Pledge, ("id", "made_by", "occasion", "category", "text_zh", "measure_zh", "due_on", "region_id", "unit_id",
                      "entered_by_id", "channel", "effective_date", "state", "published_at", "published_on",
                      "published_by_id", "closed_on", "closing_note", "version"), (
            (pk, Promisor.UNIT, "作风建设年承诺", list(Category)[pk % len(Category)].value, f"第{pk}项承诺：按时办结", "按时办结率",
             due(pk, day), *place(pk), clerk, Channel.ONLINE, day, State.FULFILLED if closed(pk, day, today) else State.PUBLISHED,
             at(day), day, editor, closed(pk, day, today), "已兑现" if closed(pk, day, today) else "",
             3 if closed(pk, day, today) else 2) for pk, day in enumerate(days, start=1)))
        fill(PledgeLog, ("subject_id", "name", "before", "after", "version", "by_id", "at", "effective_date"), (
            (pk, *move, editor, at(moved), moved)
            for pk, day in enumerate(days, start=1) for moved, move in moves(pk, day, today)))
        fill(PledgeDateChange, ("pledge_id", "new", "by_id", "at", "effective_date", "region_id", "unit_id"), (
            (pk, due(pk, day), editor, at(day), day, *place(pk)) for pk, day in enumerate(days, start=1)))
        AuditEvent.objects.bulk_create(
            AuditEvent(event="programs.pledge.publish", actor_id=editor, actor_label="approver",
                       object_type="programs.pledge", object_id=str(pk), object_label=f"CN{pk:06d}")
            for pk in range(1, PLEDGES + 1))
    reset_serials(Pledge)


def due(pk: int, day: date) -> date:
    return day + timedelta(days=30 + pk % 200)


def closed(pk: int, day: date, today: date) -> date | None:
    """Every second one is fulfilled, half of those after the day they were due."""
    late = timedelta(days=15 if pk % 4 == 0 else -15)
    ended = due(pk, day) + late
    return ended if pk % 2 == 0 and ended <= today else None


def moves(pk: int, day: date, today: date) -> Iterator[tuple[date, tuple[str, str, str, int]]]:
    yield day, ("publish", State.DRAFT, State.PUBLISHED, 2)
    if ended := closed(pk, day, today):
        yield ended, ("fulfill", State.PUBLISHED, State.FULFILLED, 3)
