"""Agreements with host shops, the people placed there, and the months as hosts reported and counties confirmed them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.db import transaction

from bench.bureau import Bureau
from bench.rows.filling import execute, fill, reset_serials
from bench.rows.papers import paper
from bench.rows.register import GIVEN, SURNAMES, Shop
from bench.rows.times import at
from bureau.attachments.enums import Channel
from bureau.common import clock
from bureau.common.crypto import encrypt
from enterprises.models import Person
from training.placements.enums import AccountKind, AgreementState, SheetState
from training.placements.models import (
    Agreement,
    AgreementLog,
    MonthRow,
    MonthSheet,
    MonthSheetLog,
    Placement,
)
from training.placements.purposes import PAPER

#: A small town has its lists full too.
LEAST, SINCE, WAGE = 60, 1000, 3500
#: Days that an agreement has been over before its allowance went its way.
SETTLED = 75


@dataclass(frozen=True)
class Hosted:
    """An agreement that an allowance is paid for: `each` to the placements `trainees`, `own` to the host, in yuan."""

    pk: int
    shop: Shop
    ended: date
    trainees: tuple[int, ...]
    each: int = 5000
    own: int = 3600

    @property
    def amount(self) -> int:
        return self.each * len(self.trainees) + self.own


@dataclass
class Place:
    pk: int
    person: int
    starts: date
    ends: date
    left: bool = False
    cancelled: bool = False
    again: bool = False  # the same person had a placement before


@dataclass
class Term:
    """An agreement as it is built; `steps` are the days of its moves."""

    pk: int
    shop: Shop
    starts: date
    ends: date
    state: str
    steps: list[tuple[str, str, str, date]]
    stopped: date | None = None
    places: list[Place] = field(default_factory=list)

    @property
    def last(self) -> date:
        return self.stopped or self.ends


def build(bureau: Bureau, shops: list[Shop], size: int, chance: Random) -> list[Hosted]:
    """`size` agreements of four to eight trainees, who are people of their own."""
    terms = _terms(chance.sample(shops, max(size, LEAST)), chance)
    first = Person.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    places = _place(terms, first, chance)
    people = {place.person: term.shop.home for term, place in places}
    fill(Person, ("id", "name", "phone", "home_county_id"), (
        (pk, chance.choice(SURNAMES) + chance.choice(GIVEN), f"1{chance.choice('3578')}{pk:09d}", home.pk)
        for pk, home in people.items()))
    clerk = bureau.people["clerk"].pk
    _write_agreements(bureau, terms)
    secret = encrypt("6217000000000000000")
    fill(Placement, ("id", "agreement_id", "person_id", "starts_on", "ends_on", "left_reason", "cancelled_at",
                     "cancelled_by_id", "account_kind", "account", "account_index", "bank", "entered_by_id", "effective_date"), (
        (place.pk, term.pk, place.person, place.starts, place.ends, "家中有事" if place.left else "",
         at(place.starts) if place.cancelled else None, clerk if place.cancelled else None, AccountKind.CARD, secret,
         f"{place.pk:064x}", "贵州农商银行", clerk, place.starts) for term, place in places))
    reset_serials(Person, Agreement, Placement)
    _write_months(bureau, terms)
    return [one for term in terms if (one := _hosted(term)) and one.trainees]


def _hosted(term: Term) -> Hosted | None:
    if term.state != AgreementState.FINISHED or term.ends > clock.today() - timedelta(days=SETTLED):
        return None
    stayed = (place.pk for place in term.places if not (place.left or place.cancelled or place.again))
    return Hosted(term.pk, term.shop, term.ends, tuple(stayed))


# --- agreements and people ------------------------------------------------------------------------


def _terms(shops: list[Shop], chance: Random) -> list[Term]:
    """One host in six goes on with a second agreement."""
    terms: list[Term] = []
    for pk, shop in enumerate(shops, start=1):
        before = terms[-1] if pk % 6 == 0 and terms[-1].state == AgreementState.FINISHED else None
        starts = clock.today() - timedelta(days=chance.randrange(SINCE))
        if before:
            shop, starts = before.shop, before.ends + timedelta(days=chance.randrange(20, 60))
        terms.append(_term(pk, shop, starts, chance))
    return terms


def _term(pk: int, shop: Shop, starts: date, chance: Random) -> Term:
    today = clock.today()
    if pk % 20 < 2:
        starts = today + timedelta(days=chance.randrange(5, 40))
    ends = starts + timedelta(days=chance.randrange(91, 184))
    term = Term(pk, shop, starts, ends, AgreementState.DRAFT, [])
    if pk % 20 == 0:
        return term
    _move(term, "sign", AgreementState.SIGNED, min(starts - timedelta(days=7), today))
    if starts <= today:
        _move(term, "begin", AgreementState.RUNNING, starts)
    if ends < today:
        _move(term, "finish", AgreementState.FINISHED, ends + timedelta(days=1))
    elif starts + timedelta(days=70) < today and pk % 4 == 0:
        term.stopped = starts + timedelta(days=chance.randrange(30, 70))
        _move(term, "stop", AgreementState.ENDED, term.stopped)
    return term


def _move(term: Term, name: str, after: str, day: date) -> None:
    term.steps.append((name, term.state, after, day))
    term.state = after


def _place(terms: list[Term], person: int, chance: Random) -> list[tuple[Term, Place]]:
    """Somebody comes a second time where a host goes on; one in thirty did not come at all; one in nine leaves."""
    found: list[tuple[Term, Place]] = []
    for before, term in zip([None, *terms], terms, strict=False):
        known = before.places[0] if before and before.shop == term.shop else None
        for seat in range(chance.randrange(4, 9)):
            starts = min(term.starts + timedelta(days=chance.randrange(10)), term.last)
            ends = term.last
            place = Place(len(found) + 1, person, starts, ends, cancelled=len(found) % 30 == 29)
            if place.pk % 9 == 0 and starts + timedelta(days=25) < min(ends, clock.today()):
                place.left, place.ends = True, starts + timedelta(days=20)
            if known and not seat and known.ends < starts:
                place.person, place.again = known.person, True
            else:
                person += 1
            term.places.append(place)
            found.append((term, place))
    return found


def _write_agreements(bureau: Bureau, terms: list[Term]) -> None:
    clerk = bureau.people["clerk"]
    scan = paper(PAPER, "协议.pdf", clerk, Agreement(pk=1)).pk
    with transaction.atomic():
        fill(Agreement, ("id", "ref", "host_id", "unit_id", "region_id", "operating_region_id", "trainer", "monthly_wage",
                         "starts_on", "ends_on", "state", "signed_on", "scan_id", "stopped_on", "stop_reason", "version",
                         "entered_by_id", "effective_date"), (
            (term.pk, f"{term.pk:032x}", term.shop.pk, bureau.offices[term.shop.home.code].pk, term.shop.home.pk,
             term.shop.operating.pk, "韦师傅", WAGE, term.starts, term.ends, term.state,
             term.steps[0][3] if term.steps else None, scan if term.steps else None, term.stopped,
             "店铺转让" if term.stopped else "", 1 + len(term.steps), clerk.pk,
             term.steps[0][3] if term.steps else clock.today()) for term in terms))
        fill(AgreementLog, ("subject_id", "name", "before", "after", "version", "by_id", "unit_id", "at", "effective_date"), (
            (term.pk, name, before, after, version, clerk.pk, bureau.offices[term.shop.home.code].pk, at(day), day)
            for term in terms for version, (name, before, after, day) in enumerate(term.steps, start=2)))


# --- months ---------------------------------------------------------------------------------------


def _write_months(bureau: Bureau, terms: list[Term]) -> None:
    """Rows go in while their months are reported; then most months are confirmed, and some sent back."""
    begun = (AgreementState.RUNNING, AgreementState.FINISHED, AgreementState.ENDED)
    sheets = [(term, month) for term in terms if term.state in begun for month in _months(term)]
    clerk = bureau.people["clerk"].pk
    with transaction.atomic():
        fill(MonthSheet, ("id", "agreement_id", "month", "entered_by_id", "channel", "effective_date", "recorded_at"), (
            (pk, term.pk, month, term.shop.owner or clerk, Channel.ONLINE if term.shop.owner else Channel.ON_BEHALF,
             _next(month), at(_next(month))) for pk, (term, month) in enumerate(sheets, start=1)))
        fill(MonthRow, ("sheet_id", "placement_id", "days", "wage"), (
            (pk, place, min(days, 20 + place % 7), WAGE)
            for pk, (term, month) in enumerate(sheets, start=1) for place, days in _worked(term, month)))
        fill(MonthSheetLog, ("subject_id", "name", "before", "after", "version", "by_id", "unit_id", "at", "effective_date",
                             "comment"), _answers(bureau, sheets))
        execute("""UPDATE training_monthsheet s SET state = l.after, version = 2, return_note = l.comment,
            confirmed_at = CASE WHEN l.after = 'confirmed' THEN l.at END,
            confirmed_by_id = CASE WHEN l.after = 'confirmed' THEN l.by_id END
            FROM training_monthsheetlog l WHERE l.subject_id = s.id""")
    reset_serials(MonthSheet)


def _answers(bureau: Bureau, sheets: list[tuple[Term, date]]) -> Iterator[tuple]:
    """What the county said to each month; of those that came in lately a third waits, a third was sent back."""
    for pk, (term, month) in enumerate(sheets, start=1):
        told, home = _next(month), term.shop.home.code
        late = _next(told) > clock.today()
        if late and pk % 3 == 0:
            continue
        name, after = ("send_back", SheetState.RETURNED) if late and pk % 3 == 1 else ("confirm", SheetState.CONFIRMED)
        yield (pk, name, SheetState.REPORTED, after, 2, bureau.people[f"clerk.{home}"].pk, bureau.offices[home].pk,
               at(told), told, "请核对出勤天数" if after == SheetState.RETURNED else "")


def _months(term: Term) -> Iterator[date]:
    """First days of the months of an agreement that are over."""
    month = term.starts.replace(day=1)
    while month <= term.last and _next(month) <= clock.today():
        yield month
        month = _next(month)


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _worked(term: Term, month: date) -> Iterator[tuple[int, int]]:
    """(placement, days it lasted in the month) of those who were there."""
    for place in term.places:
        days = (min(place.ends, _next(month) - timedelta(days=1)) - max(place.starts, month)).days + 1
        if days > 0 and not place.cancelled:
            yield place.pk, days
