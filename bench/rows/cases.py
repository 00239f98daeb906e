"""Applications with their moves, reviews, clocks and corrections, then the money that followed (`money`).

Two row triggers, on reviews and payments, look up who did the other steps: 1.4 million look-ups one by one. They
are off while the rows go in; then two statements ask the same of all rows at once, and they are on again, as before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.db import transaction

from bench.bureau import Bureau
from bench.rows import money
from bench.rows.filling import execute, fill, reset_serials
from bench.rows.placements import Hosted
from bench.rows.register import Shop
from bench.rows.times import at
from bureau.attachments.enums import Channel
from bureau.common import clock
from subsidies.enums import CLOSED, DECIDED, GRANTED, UNDER_WAY, ItemKind, Outcome, State
from subsidies.models import (
    Application,
    ApplicationLog,
    Correction,
    CorrectionItem,
    Review,
    SchemeVersion,
    Stage,
    Wait,
)

#: How far cases came, out of 331,300: the rest is paid.
SHARES = ((State.DRAFT, 0.01), (State.SUBMITTED, 0.02), (State.RETURNED, 0.005), (State.IN_REVIEW, 0.06),
          (State.APPROVED, 0.03), (State.REFUSED, 0.06), (State.WITHDRAWN, 0.0188))
#: Of the others, how many were corrected by their owner before they were accepted.
CORRECTED = 0.09
AMOUNTS = (2000, 2500, 3000, 5000)
ANSWERS = ('{"place_kind": "china", "floor_area": "60", "seats": 24, "premises": "leased", "lease_until": "2031-06-30",'
           ' "trading_since": "2020-07-10", "staff": 4, "staff_home": 3, "run_by": "self"}')
ALLOWANCE_ANSWERS = '{"skills": ["broth", "service"], "staying": 2, "opening": 1}'
STEPS = ("accept", "first_review", "check", "approval")
MOVES = ("accept", "pass_stage", "pass_stage", "approve")
ACTORS = {"accept": "intake", "first_review": "verifier", "check": "verifier", "approval": "approver"}
#: What an owner is asked to correct.
ITEMS = ((ItemKind.FIELD, "staff", "请核对从业人数"), (ItemKind.PAYEES, "", "收款账户与户名不符"),
         (ItemKind.DECLARATION, "", "承诺书未签字"))
SINCE = 1000  # days over which the cases are spread
UNCHECKED = (("subsidies_review", "review_duties"), ("subsidies_payment", "payment_duties"))


@dataclass
class Case:
    pk: int
    shop: Shop
    version: SchemeVersion
    state: str
    amount: int
    days: list[date] = field(default_factory=list)  # handed in, then one for each office step done, then paid
    asked_on: date | None = None  # a correction, and its answer
    answered_on: date | None = None
    hosted: Hosted | None = None  # what an allowance is paid for

    @property
    def done(self) -> int:
        """How many office steps are behind it."""
        return max(min(len(self.days), 5) - 1, 0)


def build(bureau: Bureau, shops: list[Shop], hosted: list[Hosted], size: int, chance: Random) -> None:
    """`size` awards, and an allowance for each agreement of `hosted`."""
    cases = [_award(number, shop, bureau, chance) for number, shop in enumerate(chance.sample(shops, size), start=1)]
    cases += [_allowance(number, one, bureau, chance) for number, one in enumerate(hosted, start=size + 1)]
    before = _triggers()
    with transaction.atomic():
        fill(Application, COLUMNS, _applications(bureau, cases))
        fill(ApplicationLog, ("id", "subject_id", "name", "before", "after", "version", "by_id", "unit_id", "at",
                              "effective_date"), _logs(bureau, cases))
    fill(Wait, ("application_id", "stage_id", "region_id", "unit_id", "began_at", "days", "due_on", "ended_at"),
         _waits(bureau, cases))
    _corrections(bureau, cases)
    money.write_payees(cases)
    _switch("DISABLE TRIGGER")
    fill(Review, ("application_id", "step", "outcome", "round", "by_id", "unit_id", "at", "effective_date", "scheme_id",
                  "region_id", "operating_region_id", "opinion"), _reviews(bureau, cases))
    money.write(bureau, cases)
    _prove_duties()
    _switch("ENABLE ALWAYS TRIGGER")
    if _triggers() != before:
        raise AssertionError("the triggers are not as they were")
    reset_serials(Application, ApplicationLog, Correction)
    execute("SELECT setval('subsidies_number', %s)", [len(cases)])


def _award(number: int, shop: Shop, bureau: Bureau, chance: Random) -> Case:
    lot, state = chance.random(), State.PAID
    for name, share in SHARES:
        if lot < share:
            state = name
            break
        lot -= share
    case = Case(number, shop, chance.choice(bureau.versions), state, chance.choice(AMOUNTS))
    if state == State.DRAFT:
        return case
    young = state in UNDER_WAY
    day = clock.today() - timedelta(days=chance.randrange(40, 70) if young else chance.randrange(70, SINCE))
    _tell(case, day, young, chance)
    return case


def _allowance(number: int, hosted: Hosted, bureau: Bureau, chance: Random) -> Case:
    """Asked for some days after the agreement has ended; what ended lately is not paid yet."""
    age = (clock.today() - hosted.ended).days
    states = (State.PAID, State.PAID, State.PAID, State.REFUSED) if age > 150 else (
        State.PAID, State.APPROVED, State.IN_REVIEW, State.SUBMITTED)
    case = Case(number, hosted.shop, bureau.placement, chance.choice(states), hosted.amount, hosted=hosted)
    _tell(case, hosted.ended + timedelta(days=chance.randrange(2, 20)), age <= 150, chance)
    return case


def _tell(case: Case, day: date, young: bool, chance: Random) -> None:
    """The days of a case that was handed in on `day`."""
    case.days = [day]
    steps = {State.SUBMITTED: 0, State.RETURNED: 0, State.IN_REVIEW: chance.randrange(1, 4), State.APPROVED: 4,
             State.PAID: 5, State.REFUSED: chance.randrange(1, 4), State.WITHDRAWN: 0}[case.state]
    if case.state == State.RETURNED or case.state != State.WITHDRAWN and chance.random() < CORRECTED:
        case.asked_on = day + timedelta(days=chance.randrange(1, 4))
        if case.state != State.RETURNED:
            case.answered_on = day = case.asked_on + timedelta(days=chance.randrange(1, 5 if young else 15))
    for _step in range(steps):
        day += timedelta(days=chance.randrange(1, 9))
        case.days.append(day)


COLUMNS = (
    "id", "ref", "number", "scheme_id", "scheme_version_id", "enterprise_id", "applicant_id", "contact_phone", "state",
    "stage_id", "answers", "amount_requested", "amount_approved", "amount_cap", "region_id", "operating_region_id",
    "unit_id", "submitted_at", "accepted_at", "decided_at", "decided_by_id", "closed_at", "closed_on", "refusal_reason",
    "submit_key", "version", "entered_by_id", "entry_unit_id", "channel", "effective_date", "recorded_at",
    "agreement_id",
)


def _stages(bureau: Bureau) -> dict[int, list[Stage]]:
    return {one.pk: list(one.stages.order_by("order")) for one in (*bureau.versions, bureau.placement)}


def _applications(bureau: Bureau, cases: list[Case]) -> Iterator[tuple]:
    stages = _stages(bureau)
    clerk, approver = bureau.people["clerk"].pk, bureau.people["approver"].pk
    today = clock.today()
    for case in cases:
        shop, days, state = case.shop, case.days, case.state
        first, last = (days[0], days[-1]) if days else (today, today)
        closed, decided, granted = state in CLOSED, state in DECIDED, state in GRANTED
        decided_on = days[4] if granted else last
        number, office = f"{case.version.scheme.number_prefix}{first.year}{case.pk:06d}", bureau.offices[shop.home.code].pk
        yield (
            case.pk, f"{case.pk:032x}", number if days else None, case.version.scheme_id, case.version.pk,
            shop.pk, shop.owner, shop.phone, state,
            stages[case.version.pk][case.done].pk if state in UNDER_WAY else None,
            ALLOWANCE_ANSWERS if case.hosted else ANSWERS, case.amount if days else None,
            case.amount if granted else None, case.version.cap if case.hosted else 5000, shop.home.pk, shop.operating.pk,
            office,
            at(first) if days else None, at(days[1]) if len(days) > 1 else None, at(decided_on) if decided else None,
            approver if decided else None, at(last) if closed else None, last if closed else None,
            "不符合条件" if state == State.REFUSED else "", f"{case.pk:032x}" if days else None, 1 + len(_moves(case)),
            shop.owner or clerk, None if shop.owner else office, Channel.ONLINE if shop.owner else Channel.ON_BEHALF,
            first, at(first), case.hosted.pk if case.hosted else None,
        )


def _moves(case: Case) -> list[tuple[str, str, str, date, str]]:
    """(name, state before, state after, day, who) of each move."""
    if not case.days:
        return []
    found = [("submit", State.DRAFT, State.SUBMITTED, case.days[0], "owner")]
    if case.asked_on:
        found.append(("ask_correction", State.SUBMITTED, State.RETURNED, case.asked_on, "accept"))
    if case.answered_on:
        found.append(("resubmit", State.RETURNED, State.SUBMITTED, case.answered_on, "owner"))
    states = [State.SUBMITTED, State.IN_REVIEW, State.IN_REVIEW, State.IN_REVIEW, State.APPROVED]
    passed = case.done - 1 if case.state == State.REFUSED else case.done
    for number in range(passed):
        found.append((MOVES[number], states[number], states[number + 1], case.days[number + 1], STEPS[number]))
    if case.state == State.PAID:
        found.append(("register_payment", State.APPROVED, State.PAID, case.days[-1], "payment"))
    if case.state == State.REFUSED:
        found.append(("refuse", states[passed], State.REFUSED, case.days[-1], STEPS[passed]))
    if case.state == State.WITHDRAWN:
        found.append(("withdraw", State.SUBMITTED, State.WITHDRAWN, case.days[-1], "owner"))
    return found


def _actor(bureau: Bureau, case: Case, step: str) -> int:
    if step in ("owner", "payment"):
        return bureau.people["finance"].pk if step == "payment" else case.shop.owner or bureau.people["clerk"].pk
    name = ACTORS[step]
    county = step in ("accept", "first_review")
    return bureau.people[f"{name}.{case.shop.home.code}" if county else name].pk


def _logs(bureau: Bureau, cases: list[Case]) -> Iterator[tuple]:
    number = 0
    for case in cases:
        unit = bureau.offices[case.shop.home.code].pk
        for version, (name, before, after, day, step) in enumerate(_moves(case), start=2):
            number += 1
            yield number, case.pk, name, before, after, version, _actor(bureau, case, step), unit, at(day), day


def _reviews(bureau: Bureau, cases: list[Case]) -> Iterator[tuple]:
    for case in cases:
        shop = case.shop
        for step, outcome, turn, day in _outcomes(case):
            yield (
                case.pk, step, outcome, turn, _actor(bureau, case, step), bureau.offices[shop.home.code].pk, at(day), day,
                case.version.scheme_id, shop.home.pk, shop.operating.pk, "不符合条件" if outcome == Outcome.REFUSED else "",
            )


def _outcomes(case: Case) -> Iterator[tuple[str, str, int, date]]:
    """(step, outcome, round, day) of each review; a correction opens the second round."""
    if case.asked_on:
        yield "accept", Outcome.RETURNED, 1, case.asked_on
    for number in range(case.done):
        refused = case.state == State.REFUSED and number == case.done - 1
        turn = 2 if case.asked_on else 1
        yield STEPS[number], Outcome.REFUSED if refused else Outcome.PASSED, turn, case.days[number + 1]


def _waits(bureau: Bureau, cases: list[Case]) -> Iterator[tuple]:
    stages = _stages(bureau)
    for case in cases:
        for number, began, ended in _spans(case):
            stage = stages[case.version.pk][number]
            due = began + timedelta(days=stage.limit_days * 7 // 5)
            yield (case.pk, stage.pk, case.shop.home.pk, bureau.offices[case.shop.home.code].pk, at(began),
                   stage.limit_days, due, at(ended) if ended else None)


def _spans(case: Case) -> Iterator[tuple[int, date, date | None]]:
    """(stage, began, ended) of each wait for an office; while the owner corrects, nobody waits for it."""
    days = case.days
    for number in range(min(case.done + (case.state not in (State.REFUSED, State.DRAFT)), 5)):
        began, ended = days[number], days[number + 1] if number + 1 < len(days) else None
        if ended is None and case.state in CLOSED:
            ended = days[-1]
        if number == 0 and case.asked_on:
            yield number, began, case.asked_on
            if case.answered_on is None:
                return
            began = case.answered_on
        yield number, began, ended


def _corrections(bureau: Bureau, cases: list[Case]) -> None:
    asked = [(case, case.asked_on) for case in cases if case.asked_on]
    fill(Correction, ("id", "application_id", "round", "asked_by_id", "asked_at", "due", "days_left", "answered_at",
                      "answered_by_id"), (
        (case.pk, case.pk, 1, _actor(bureau, case, "accept"), at(day), day + timedelta(days=14), 4,
         at(case.answered_on) if case.answered_on else None,
         _actor(bureau, case, "owner") if case.answered_on else None) for case, day in asked))
    fill(CorrectionItem, ("correction_id", "kind", "key", "note", "before", "resolved_at"), (
        (case.pk, kind, key, note, None, at(case.answered_on) if case.answered_on else None)
        for case, _day in asked for kind, key, note in [ITEMS[case.pk % len(ITEMS)]]))


# --- the two triggers ----------------------------------------------------------------------------


def _switch(how: str) -> None:
    for table, name in UNCHECKED:
        execute(f"ALTER TABLE {table} {how} {name}")


def _triggers() -> list[tuple]:
    return execute("SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger ORDER BY 1, 2")


def _prove_duties() -> None:
    """What the triggers ask of each row, asked of all: nobody holds two steps that exclude each other, and nobody
    who acted is a member of the shop or has a phone of it."""
    execute("""CREATE TEMP TABLE step AS
        SELECT application_id AS app, step, by_id AS person FROM subsidies_review
        UNION ALL SELECT application_id, 'payment', by_id FROM subsidies_payment
        UNION ALL SELECT id, 'enter', entered_by_id FROM subsidies_application""")
    clashes = execute("""SELECT count(*) FROM step a JOIN (
            SELECT NULL::bigint AS version, first, second FROM subsidies_dutyfloor
            UNION SELECT v.id, pair ->> 0, pair ->> 1 FROM subsidies_schemeversion v, jsonb_array_elements(duties) pair
        ) pairs ON pairs.first = a.step
        JOIN step b ON b.app = a.app AND b.step = pairs.second AND b.person = a.person
        LEFT JOIN subsidies_application ap ON pairs.version IS NOT NULL AND ap.id = a.app
        WHERE pairs.version IS NULL OR ap.scheme_version_id = pairs.version""")
    own = execute("""SELECT count(*) FROM (SELECT DISTINCT person FROM step WHERE step <> 'enter') s
        JOIN accounts_user u ON u.id = s.person
        WHERE u.phone IS NOT NULL OR EXISTS (SELECT 1 FROM enterprises_membership m WHERE m.user_id = u.id)""")
    execute("DROP TABLE step")
    if clashes != [(0,)] or own != [(0,)]:
        raise AssertionError(f"duties: {clashes} {own}")
