"""Loan requests of two products, the lists that took them to the bank, its answers, and what it paid.

What was drawn is added up by the database itself, so requests go in as far as the bank's answer; the moves after it
follow their log.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from random import Random

from django.db import transaction

from bench.bureau import Bureau
from bench.rows.filling import execute, fill, reset_serials
from bench.rows.papers import paper
from bench.rows.register import Shop
from bench.rows.times import at
from bureau.attachments.enums import Channel
from bureau.common import clock
from bureau.common.crypto import encrypt
from subsidies.loans.actions.lists import PURPOSE
from subsidies.loans.enums import ENDED, State
from subsidies.loans.models import (
    Drawdown,
    LoanProduct,
    LoanRequest,
    LoanRequestLog,
    ReferralList,
    ReferralRow,
)

#: A small town has as many lists, and its newest ones are full too: more than their page shows.
LEAST, SINCE, FULL = 480, 1000, 60
EVERY = 14  # days between two lists of a product
WISHES = (50_000, 100_000, 150_000, 200_000, 300_000, 500_000)
PRODUCTS = (("shop_loan", "黔南农商银行（示例）", "Sample rural bank", "小店贷", "Shop loan"),
            ("brand_loan", "黔南村镇银行（示例）", "Sample town bank", "品牌贷", "Brand loan"))
CONSENT = "本人同意将姓名、证件号码、电话和店铺信息提供给银行。"


@dataclass
class Tale:
    """One request; `moves` are (name, before, after, day), of which the first `known` are behind it when it goes in."""

    pk: int
    shop: Shop
    product: LoanProduct
    wish: int
    asked: date
    moves: list[tuple[str, str, str, date]] = field(default_factory=list)
    state: str = State.REQUESTED
    listed: date | None = None
    decided: date | None = None
    granted: int | None = None
    drawn: list[tuple[date, int]] = field(default_factory=list)
    known: int = 0

    def move(self, name: str, after: str, day: date) -> None:
        self.moves.append((name, self.state, after, day))
        self.state = after

    @property
    def born(self) -> str:
        """The state it goes in with."""
        return self.moves[self.known - 1][2] if self.known else State.REQUESTED


def build(bureau: Bureau, shops: list[Shop], size: int, chance: Random) -> None:
    """`size` requests; one shop in nine asks both banks."""
    size = max(size, LEAST)
    products = [_product(*words) for words in PRODUCTS]
    asking = chance.sample(shops, size)
    days = sorted(clock.today() - timedelta(days=chance.randrange(SINCE)) for _n in range(size))
    if size * EVERY < SINCE * FULL * len(PRODUCTS):
        newest = clock.today() - timedelta(days=clock.today().toordinal() % EVERY)
        full = [newest - timedelta(days=1 + chance.randrange(EVERY)) for _n in range(FULL * len(PRODUCTS))]
        days = sorted([*days[len(full):], *full])
    tales = []
    for number, day in enumerate(days):
        tales.append(Tale(number + 1, asking[number * 9 // 10], products[number % 2], chance.choice(WISHES), day))
        _tell(tales[-1], chance)
    with transaction.atomic():
        fill(LoanRequest, COLUMNS, _requests(bureau, tales))
        fill(LoanRequestLog, LOGGED, _logs(bureau, tales, before=True))
    _write_lists(bureau, tales)
    _write_drawdowns(bureau, tales)
    with transaction.atomic():
        fill(LoanRequestLog, LOGGED, _logs(bureau, tales, before=False))
        for version in sorted({number + 2 for tale in tales for number in range(tale.known, len(tale.moves))}):
            execute("""UPDATE subsidies_loanrequest r SET state = l.after, version = l.version,
                closed_on = CASE WHEN l.after = 'closed' THEN l.effective_date END
                FROM subsidies_loanrequestlog l WHERE l.subject_id = r.id AND l.version = %s AND r.version = %s""",
                    [version, version - 1])
    reset_serials(LoanRequest)
    execute("SELECT setval('subsidies_loan_number', %s)", [size])


def _product(key: str, bank_zh: str, bank_en: str, name_zh: str, name_en: str) -> LoanProduct:
    return LoanProduct.objects.create(
        key=key, bank_zh=bank_zh, bank_en=bank_en, name_zh=name_zh, name_en=name_en, rate_low=Decimal("4.35"),
        rate_high=Decimal("5.65"), highest=Decimal(500_000), months=36, conditions_zh="正常经营，征信良好。",
        conditions_en="In business, with a sound credit record.", contact="信贷部（示例）", phone="0854-0000002",
        published=True,
    )


def _tell(tale: Tale, chance: Random) -> None:
    """Withdrawn, waiting for a list, with the bank, declined, approved, drawn or repaid."""
    today, lot = clock.today(), chance.random()
    if lot < 0.04:
        tale.move("withdraw", State.WITHDRAWN, tale.asked)
        tale.known = 1
        return
    listed = tale.asked + timedelta(days=EVERY - tale.asked.toordinal() % EVERY)
    decided = listed + timedelta(days=chance.randrange(3, 13))
    if listed > today:
        return
    tale.listed = listed
    tale.move("list", State.LISTED, listed)
    if decided <= today:
        tale.decided = decided
        if lot < 0.14:
            tale.move("decline", State.DECLINED, decided)
        else:
            tale.move("accept", State.ACCEPTED, decided)
            tale.granted = tale.wish * chance.choice((6, 8, 10)) // 10
    tale.known = len(tale.moves)
    if tale.granted and lot > 0.18:
        _draw(tale, tale.granted, decided, lot, chance)


def _draw(tale: Tale, granted: int, decided: date, lot: float, chance: Random) -> None:
    """In one part or in two; some is left undrawn, some is repaid early."""
    parts = (granted,) if lot < 0.6 else (granted // 2, granted // 4)
    day, today = decided, clock.today()
    for part in parts:
        day += timedelta(days=chance.randrange(1, 40))
        if day > today:
            return
        tale.drawn.append((day, part))
        tale.move("draw", State.DRAWN, day)
    day += timedelta(days=chance.randrange(60, 300))
    if lot > 0.9 and day <= today:
        tale.move("close", State.CLOSED, day)


COLUMNS = (
    "id", "ref", "number", "product_id", "enterprise_id", "applicant_id", "contact_phone", "state", "amount_wished",
    "purpose", "consent_text", "consent_at", "amount_approved", "decided_on", "decline_reason", "closed_on", "region_id",
    "operating_region_id", "unit_id", "entry_unit_id", "version", "entered_by_id", "channel", "effective_date",
    "recorded_at",
)
LOGGED = ("subject_id", "name", "before", "after", "version", "by_id", "unit_id", "at", "effective_date")


def _requests(bureau: Bureau, tales: list[Tale]) -> Iterator[tuple]:
    clerk = bureau.people["clerk"].pk
    for tale in tales:
        shop, state, office = tale.shop, tale.born, bureau.offices[tale.shop.home.code].pk
        yield (
            tale.pk, f"{tale.pk:032x}", f"LD{tale.asked.year}{tale.pk:06d}", tale.product.pk, shop.pk, shop.owner,
            shop.phone, state, tale.wish, "更换厨房设备", CONSENT, at(tale.asked), tale.granted, tale.decided,
            "经营流水不足" if state == State.DECLINED else "",
            tale.moves[tale.known - 1][3] if state in ENDED else None, shop.home.pk, shop.operating.pk, office,
            None if shop.owner else office, 1 + tale.known, shop.owner or clerk,
            Channel.ONLINE if shop.owner else Channel.ON_BEHALF, tale.asked, at(tale.asked),
        )


def _logs(bureau: Bureau, tales: list[Tale], *, before: bool) -> Iterator[tuple]:
    """Moves `before` the request went in, or after."""
    clerk = bureau.people["clerk"].pk
    for tale in tales:
        for version, (name, state, after, day) in enumerate(tale.moves, start=2):
            if (version - 2 < tale.known) == before:
                by = tale.shop.owner or clerk if name == "withdraw" else clerk
                yield tale.pk, name, state, after, version, by, bureau.unit.pk, at(day), day


# --- lists and drawdowns --------------------------------------------------------------------------


def _write_lists(bureau: Bureau, tales: list[Tale]) -> None:
    """One list of each product every fortnight."""
    clerk = bureau.people["clerk"]
    lists: dict[tuple[int, date], list[Tale]] = {}
    for tale in tales:
        if tale.listed:
            lists.setdefault((tale.product.pk, tale.listed), []).append(tale)
    file = paper(PURPOSE, "推荐名单.xlsx", clerk).pk
    fill(ReferralList, ("id", "number", "product_id", "unit_id", "made_by_id", "made_at", "made_on", "due_on", "size",
                        "digest", "file_id"), (
        (pk, f"LDM{day.year}{pk:06d}", product, bureau.unit.pk, clerk.pk, at(day), day, day + timedelta(days=14),
         len(rows), sha256(f"{product} {day}".encode()).hexdigest(), file)
        for pk, ((product, day), rows) in enumerate(lists.items(), start=1)))
    secret, phone = encrypt("522701198501015559"), encrypt("13800000000")
    fill(ReferralRow, ("listing_id", "position", "request_id", "shop", "operator", "id_number", "phone", "amount",
                       "listed_on", "product_id", "enterprise_id", "region_id", "operating_region_id", "unit_id"), (
        (pk, position, tale.pk, f"店铺{tale.shop.pk}", "韦国良", secret, phone, tale.wish, day, product, tale.shop.pk,
         tale.shop.home.pk, tale.shop.operating.pk, bureau.offices[tale.shop.home.code].pk)
        for pk, ((product, day), rows) in enumerate(lists.items(), start=1)
        for position, tale in enumerate(rows, start=1)))
    reset_serials(ReferralList)


def _write_drawdowns(bureau: Bureau, tales: list[Tale]) -> None:
    clerk = bureau.people["clerk"].pk
    fill(Drawdown, ("request_id", "bank", "serial", "amount", "product_id", "enterprise_id", "region_id",
                    "operating_region_id", "unit_id", "entered_by_id", "effective_date", "recorded_at"), (
        (tale.pk, tale.product.bank_zh, f"FK{tale.pk:07d}{part}", amount, tale.product.pk, tale.shop.pk,
         tale.shop.home.pk, tale.shop.operating.pk, bureau.offices[tale.shop.home.code].pk, clerk, day, at(day))
        for tale in tales for part, (day, amount) in enumerate(tale.drawn, start=1)))
