"""Applications with their moves, reviews, clocks and payees, then the money that followed.

Two row triggers, on reviews and payments, look up who did the other steps: 1.4 million look-ups one by one. They
are off while the rows go in; then two statements ask the same of all rows at once, and they are on again, as before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.db import transaction

from bench.bureau import Bureau
from bench.rows.filling import execute, fill, reset_serials
from bench.rows.register import Shop
from bureau.attachments.enums import Channel
from bureau.common import clock
from bureau.common.crypto import blind_index, encrypt
from subsidies.enums import EntryKind, Outcome, PayeeKind, State
from subsidies.models import (
    Application,
    ApplicationLog,
    BudgetLine,
    Entry,
    PayeeLine,
    Payment,
    Review,
    SchemeVersion,
    Wait,
)

#: How far cases came, out of 331,300: the rest is paid.
SHARES = ((State.DRAFT, 0.01), (State.SUBMITTED, 0.02), (State.IN_REVIEW, 0.06), (State.APPROVED, 0.03),
          (State.REFUSED, 0.06), (State.WITHDRAWN, 0.0188))
PAID_SHARE = 1 - sum(share for _state, share in SHARES)
AMOUNTS = (2000, 2500, 3000, 5000)
ANSWERS = ('{"place_kind": "china", "floor_area": "60", "seats": 24, "premises": "leased", "lease_until": "2031-06-30",'
           ' "trading_since": "2020-07-10", "staff": 4, "staff_home": 3, "run_by": "self"}')
STEPS = ("accept", "first_review", "check", "approval")
MOVES = ("accept", "pass_stage", "pass_stage", "approve")
ACTORS = {"accept": "intake", "first_review": "verifier", "check": "verifier", "approval": "approver"}
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

    @property
    def done(self) -> int:
        """How many office steps are behind it."""
        return max(min(len(self.days), 5) - 1, 0)


def build(bureau: Bureau, shops: list[Shop], size: int, chance: Random) -> None:
    cases = [_case(number, shop, bureau, chance) for number, shop in enumerate(chance.sample(shops, size), start=1)]
    before = _triggers()
    with transaction.atomic():
        fill(Application, COLUMNS, _applications(bureau, cases))
        fill(ApplicationLog, ("id", "subject_id", "name", "before", "after", "version", "by_id", "unit_id", "at",
                              "effective_date"), _logs(bureau, cases))
    fill(Wait, ("application_id", "stage_id", "region_id", "unit_id", "began_at", "days", "due_on", "ended_at"),
         _waits(bureau, cases))
    sent = [case for case in cases if case.days]
    secret, index = encrypt("522701198501015559"), blind_index("522701198501015559", "id")
    account = encrypt("6217000000000000000")
    fill(PayeeLine, ("id", "application_id", "kind", "name", "id_number", "id_index", "account", "account_index", "bank",
                     "amount"), (
        (case.pk, case.pk, PayeeKind.CARD, "收款人", secret, index, account, f"{case.pk:064x}", "贵州农商银行", case.amount)
        for case in sent))
    _switch("DISABLE TRIGGER")
    fill(Review, ("application_id", "step", "outcome", "round", "by_id", "unit_id", "at", "effective_date", "scheme_id",
                  "region_id", "operating_region_id", "opinion"), _reviews(bureau, cases))
    _money(bureau, cases)
    _prove_duties()
    _switch("ENABLE ALWAYS TRIGGER")
    if _triggers() != before:
        raise AssertionError("the triggers are not as they were")
    reset_serials(Application, ApplicationLog, PayeeLine, Entry)
    execute("SELECT setval('subsidies_number', %s)", [size])


def _case(number: int, shop: Shop, bureau: Bureau, chance: Random) -> Case:
    lot, state = chance.random(), State.PAID
    for name, share in SHARES:
        if lot < share:
            state = name
            break
        lot -= share
    case = Case(number, shop, chance.choice(bureau.versions), state, chance.choice(AMOUNTS))
    if state == State.DRAFT:
        return case
    today = clock.today()
    steps = {State.SUBMITTED: 0, State.IN_REVIEW: chance.randrange(1, 4), State.APPROVED: 4, State.PAID: 5,
             State.REFUSED: chance.randrange(1, 4), State.WITHDRAWN: 0}[state]
    young = state in (State.SUBMITTED, State.IN_REVIEW, State.APPROVED)
    day = today - timedelta(days=chance.randrange(40, 70) if young else chance.randrange(70, SINCE))
    case.days = [day]
    for _step in range(steps):
        day += timedelta(days=chance.randrange(1, 9))
        case.days.append(day)
    return case


COLUMNS = (
    "id", "ref", "number", "scheme_id", "scheme_version_id", "enterprise_id", "applicant_id", "contact_phone", "state",
    "stage_id", "answers", "amount_requested", "amount_approved", "amount_cap", "region_id", "operating_region_id",
    "unit_id", "submitted_at", "accepted_at", "decided_at", "decided_by_id", "closed_at", "closed_on", "refusal_reason",
    "submit_key", "version", "entered_by_id", "entry_unit_id", "channel", "effective_date", "recorded_at",
)


def at(day: date, hour: int = 9) -> str:
    return f"{day} {hour:02d}:00+08"


def _applications(bureau: Bureau, cases: list[Case]) -> Iterator[tuple]:
    stages = {version.pk: list(version.stages.order_by("order")) for version in bureau.versions}
    clerk, approver = bureau.people["clerk"].pk, bureau.people["approver"].pk
    today = clock.today()
    for case in cases:
        shop, days, state = case.shop, case.days, case.state
        first, last = (days[0], days[-1]) if days else (today, today)
        closed = state in (State.PAID, State.REFUSED, State.WITHDRAWN)
        under_way = state in (State.SUBMITTED, State.IN_REVIEW, State.APPROVED)
        decided = state in (State.APPROVED, State.PAID, State.REFUSED)
        granted = state in (State.APPROVED, State.PAID)
        decided_on = days[4] if granted else last
        yield (
            case.pk, f"{case.pk:032x}", f"XKD{first.year}{case.pk:06d}" if days else None, case.version.scheme_id,
            case.version.pk, shop.pk, shop.owner, shop.phone, state,
            stages[case.version.pk][case.done].pk if under_way else None, ANSWERS, case.amount if days else None,
            case.amount if granted else None, 5000, shop.home.pk, shop.operating.pk, bureau.offices[shop.home.code].pk,
            at(first) if days else None, at(days[1]) if len(days) > 1 else None, at(decided_on) if decided else None,
            approver if decided else None, at(last) if closed else None, last if closed else None,
            "不符合条件" if state == State.REFUSED else "", f"{case.pk:032x}" if days else None, 1 + len(_moves(case)),
            shop.owner or clerk, None if shop.owner else bureau.offices[shop.home.code].pk,
            Channel.ONLINE if shop.owner else Channel.ON_BEHALF, first, at(first),
        )


def _moves(case: Case) -> list[tuple[str, str, str, date, str]]:
    """(name, state before, state after, day, who) of each move."""
    if not case.days:
        return []
    found = [("submit", State.DRAFT, State.SUBMITTED, case.days[0], "owner")]
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
        shop, last = case.shop, case.done - 1
        for number in range(case.done):
            refused = case.state == State.REFUSED and number == last
            day = case.days[number + 1]
            yield (
                case.pk, STEPS[number], Outcome.REFUSED if refused else Outcome.PASSED, 1,
                _actor(bureau, case, STEPS[number]), bureau.offices[shop.home.code].pk, at(day), day,
                case.version.scheme_id, shop.home.pk, shop.operating.pk, "不符合条件" if refused else "",
            )


def _waits(bureau: Bureau, cases: list[Case]) -> Iterator[tuple]:
    stages = {version.pk: list(version.stages.order_by("order")) for version in bureau.versions}
    for case in cases:
        unit, days = bureau.offices[case.shop.home.code].pk, case.days
        over = case.state in (State.PAID, State.REFUSED, State.WITHDRAWN)
        for number in range(min(case.done + (case.state not in (State.REFUSED, State.DRAFT)), 5)):
            ended = days[number + 1] if number + 1 < len(days) else days[-1] if over else None
            stage = stages[case.version.pk][number]
            due = days[number] + timedelta(days=stage.limit_days * 7 // 5)
            yield (case.pk, stage.pk, case.shop.home.pk, unit, at(days[number]), stage.limit_days, due,
                   at(ended) if ended else None)


# --- money ---------------------------------------------------------------------------------------


def _money(bureau: Bureau, cases: list[Case]) -> None:
    granted = [case for case in cases if case.state in (State.APPROVED, State.PAID)]
    by_year: dict[int, list[BudgetLine]] = {}
    for line in bureau.lines:
        by_year.setdefault(line.fiscal_year, []).append(line)
    line_of = {case.pk: by_year[case.days[4].year][case.pk % 2].pk for case in granted}
    reserved: dict[int, int] = {}
    for case in granted:
        reserved[line_of[case.pk]] = reserved.get(line_of[case.pk], 0) + case.amount
    paid = [case for case in granted if case.state == State.PAID]
    finance, approver = bureau.people["finance"].pk, bureau.people["approver"].pk
    fill(Entry, ("line_id", "kind", "amount", "key", "by_id", "at", "effective_date", "region_id", "unit_id"), (
        (line.pk, EntryKind.ALLOT, reserved.get(line.pk, 0) * 5 // 4 + 1_000_000, f"allot:{line.pk}", finance,
         at(date(line.fiscal_year, 1, 4)), date(line.fiscal_year, 1, 4), bureau.root.pk, bureau.unit.pk)
        for line in bureau.lines))
    first, second = 1_000_000, 2_000_000  # ids of reservations and payments
    names = ("id", "line_id", "kind", "amount", "payee_line_id", "settles_id", "key", "by_id", "at", "effective_date",
             "application_id", "scheme_id", "enterprise_id", "region_id", "operating_region_id", "unit_id")

    def entry(case: Case, base: int, kind: str, settles: int | None, by: int, day: date) -> tuple:
        shop = case.shop
        return (base + case.pk, line_of[case.pk], kind, case.amount, case.pk, settles, f"{kind}:{case.pk}", by, at(day),
                day, case.pk, case.version.scheme_id, shop.pk, shop.home.pk, shop.operating.pk,
                bureau.offices[shop.home.code].pk)

    fill(Entry, names, (entry(case, first, EntryKind.RESERVE, None, approver, case.days[4]) for case in granted))
    fill(Entry, names, (
        entry(case, second, EntryKind.PAY, first + case.pk, finance, case.days[5]) for case in paid))
    fill(Payment, ("application_id", "payee_line_id", "entry_id", "amount", "paid_on", "voucher", "by_id", "at"), (
        (case.pk, case.pk, second + case.pk, case.amount, case.days[5], f"QN-{case.days[5]:%Y%m%d}", finance,
         at(case.days[5])) for case in paid))
    for line in bureau.lines:
        BudgetLine.objects.filter(pk=line.pk).update(**line.entries.totals())


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
