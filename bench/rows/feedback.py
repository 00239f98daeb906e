"""What citizens said about the pledges, reviewed, and answered by the offices; each pledge has a page full of it."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from django.db import transaction

from bench.bureau import Bureau
from bench.rows.filling import fill, reset_serials
from bench.rows.pledges import PLEDGES
from bench.rows.register import Shop
from bench.rows.times import at
from bureau.common import clock
from bureau.common.crypto import blind_index
from programs.enums import FeedbackState
from programs.models import Answer, Feedback, FeedbackLog, Pledge

#: Of each pledge at least so many, whatever the number of shops.
LEAST = 12
MOVES = {FeedbackState.SHOWN: "show", FeedbackState.HIDDEN: "hide", FeedbackState.WITHDRAWN: "take_back"}


class Said(NamedTuple):
    pk: int
    pledge: Pledge
    by: Shop
    day: date
    state: str
    answered: list[date]


def build(bureau: Bureau, shops: list[Shop], size: int, chance: Random) -> None:
    pledges = list(Pledge.objects.order_by("pk"))
    citizens = [shop for shop in shops if shop.owner]
    said = [_said(number, pledges, citizens, chance) for number in range(max(size, LEAST * PLEDGES))]
    with transaction.atomic():
        fill(Feedback, ("id", "pledge_id", "user_id", "phone_index", "rating", "comment", "state", "reason", "given_on",
                        "sent_at", "address", "region_id", "unit_id", "version"), (
            (one.pk, one.pledge.pk, one.by.owner, blind_index(one.by.phone, "phone"), 1 + one.pk % 5,
             "办得很快" if one.pk % 4 else "", one.state, "与承诺无关" if one.state == FeedbackState.HIDDEN else "", one.day,
             at(one.day), f"203.0.113.{one.pk % 250}", one.pledge.region_id, one.pledge.unit_id, 1 + len(_moves(one)))
            for one in said))
        fill(FeedbackLog, ("subject_id", "name", "before", "after", "version", "by_id", "unit_id", "at",
                           "effective_date"), _logs(bureau, said))
    fill(Answer, ("feedback_id", "text", "by_id", "unit_id", "region_id", "answered_on", "at"), (
        (one.pk, "谢谢您的意见。", bureau.people["clerk"].pk, one.pledge.unit_id, one.pledge.region_id, day, at(day))
        for one in said for day in one.answered))
    reset_serials(Feedback)


def _said(number: int, pledges: list[Pledge], citizens: list[Shop], chance: Random) -> Said:
    """Nobody twice about one pledge; most is shown, half of that answered, sometimes twice."""
    turn, place = divmod(number, PLEDGES)
    pledge, today = pledges[place], clock.today()
    open_for = (today - pledge.published_on).days
    day = pledge.published_on + timedelta(days=chance.randrange(open_for + 1))
    lot = chance.random()
    state = (FeedbackState.WAITING if lot < 0.1 else FeedbackState.HIDDEN if lot < 0.2
             else FeedbackState.WITHDRAWN if lot < 0.25 else FeedbackState.SHOWN)
    answered = []
    if state == FeedbackState.SHOWN and lot > 0.6:
        days = [day + timedelta(days=chance.randrange(15)), day + timedelta(days=20)][: 1 + (lot > 0.9)]
        answered = [one for one in days if one <= today]
    return Said(number + 1, pledge, citizens[(turn + 41 * place) % len(citizens)], day, state, answered)


def _moves(one: Said) -> list[tuple[str, str, str, date]]:
    if one.state == FeedbackState.WAITING:
        return []
    moves = [(MOVES[one.state], FeedbackState.WAITING, one.state, one.day)]
    return moves + [("answer", one.state, one.state, day) for day in one.answered]


def _logs(bureau: Bureau, said: list[Said]) -> Iterator[tuple]:
    editor = bureau.people["approver"].pk
    for one in said:
        for version, (name, before, after, day) in enumerate(_moves(one), start=2):
            by = one.by.owner if name == "take_back" else editor
            yield one.pk, name, before, after, version, by, one.pledge.unit_id, at(day), day
