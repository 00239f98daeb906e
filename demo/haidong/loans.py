"""The noodle loan of the demo: requests, lists to the bank, its answers and what it paid, as real work leaves them.

The bureau published 81.5 million yuan for 20 May 2021. It stands nowhere here: it is what the loans of `PAID_2021`
add up to.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import F
from django.utils import translation

from bureau.attachments.actions import claim, make_private_file
from bureau.attachments.enums import Channel
from bureau.common import clock, workdays
from bureau.formbuilder.tabular.flow import PURPOSE as IMPORTED
from bureau.formbuilder.tabular.workbook import SheetOut, write_workbook
from demo.haidong.invent import Inventor
from demo.haidong.plan import AS_OF, FIRST_DAY_2021
from demo.haidong.story import Cast
from enterprises.models import Enterprise, Membership
from subsidies import queries
from subsidies.loans import numbers
from subsidies.loans.actions import lists
from subsidies.loans.actions.drawdowns import drawdown_of
from subsidies.loans.actions.requests import consent_text, place_of
from subsidies.loans.enums import State
from subsidies.loans.models import (
    Drawdown,
    LoanProduct,
    LoanRequest,
    LoanRequestLog,
    ReferralList,
    ReferralRow,
)

BATCH = 2000
#: Loans paid out by yuan: how many shops got that much.
PAID_2021 = {50_000: 40, 100_000: 110, 150_000: 80, 200_000: 90, 300_000: 75, 500_000: 32}
PAID_2020 = {50_000: 30, 100_000: 52, 150_000: 24, 200_000: 21, 300_000: 9}
#: Not paid out by 20 May 2021, by where they stand.
OTHERS = {State.ACCEPTED: 24, State.DECLINED: 38, State.LISTED: 46, State.REQUESTED: 31, State.WITHDRAWN: 6}
WISHES = (50_000, 100_000, 150_000, 200_000, 300_000, 500_000)
PURPOSES = ("第二家店装修", "更换厨房设备", "门店扩建", "采购牛羊肉和面粉", "支付房租", "新店开办", "员工宿舍改造")
REFUSALS = ("征信记录不符合要求", "经营流水不足", "已有未结清贷款", "经营时间不足半年")
#: Lists go out on the second and fourth Wednesday of a month, or thereabouts.
FIRST_LIST = date(2020, 7, 8)
EVERY = timedelta(days=14)
#: Loans of this much and more are paid out in two parts.
TWO_PARTS = 300_000


@dataclass
class Tale:
    """One request. Days are None where it has not come so far; `paid` holds (day, yuan)."""

    end: State
    amount: Decimal
    requested: date
    listed: date | None = None
    decided: date | None = None
    paid: list[tuple[date, Decimal]] = field(default_factory=list)
    closed: date | None = None
    shop: Enterprise | None = None
    row: LoanRequest | None = None


def load(cast: Cast, inventor: Inventor) -> None:
    """Within the caller's transaction."""
    with translation.override("zh-hans"):
        Loader(cast, inventor).load()


def build_product() -> LoanProduct:
    return LoanProduct.objects.create(
        key="lamiandai", bank_zh="青海农商银行海东示范支行", bank_en="Qinghai Rural Commercial Bank, Haidong sample branch",
        name_zh="拉面贷", name_en="Noodle loan", rate_low=Decimal("4.35"), rate_high=Decimal("5.65"),
        highest=Decimal(500_000), months=36, opens_on=date(2020, 7, 1), contact="信贷部（示例）", phone="0972-0000002",
        conditions_zh="海东籍经营者，店铺已取得营业执照并正常经营；征信良好。无需抵押，随借随还。",
        conditions_en="For operators from Haidong whose shop is licensed and open, with a sound credit record. No "
                      "collateral; repay at any time.",
        rules={"is": ["enterprise.home_in_scope", "=", True]}, published=True,
    )


class Planner:
    """When everything happened: from the bank's payment back to the day of the request."""

    def __init__(self, inventor: Inventor):
        self.chance = inventor.chance

    def tales(self) -> list[Tale]:
        told = [*self.paid(PAID_2020, date(2020, 8, 3), date(2020, 12, 28)), *self.paid(PAID_2021, FIRST_DAY_2021, AS_OF)]
        for end, count in OTHERS.items():
            told += [self.other(end, number) for number in range(count)]
        return sorted(told, key=lambda tale: tale.requested)

    def paid(self, groups: dict[int, int], first: date, last: date) -> list[Tale]:
        return [self.paid_one(Decimal(amount), first, last) for amount, count in groups.items() for _n in range(count)]

    def paid_one(self, amount: Decimal, first: date, last: date) -> Tale:
        days = [self.day_between(first, last)]
        if amount >= TWO_PARTS:
            days.append(self.day_between(days[0], last))
        parts = [amount] if len(days) == 1 else [amount * 3 / 5, amount * 2 / 5]
        decided = self.back(days[0], 2, 6)
        tale = Tale(State.DRAWN, amount, decided, decided=decided, paid=list(zip(sorted(days), parts, strict=True)))
        self.to_the_start(tale, decided)
        if tale.paid[-1][0].year == 2020 and self.chance.random() < 0.4:  # repaid early
            tale.end, tale.closed = State.CLOSED, self.day_between(date(2021, 1, 4), AS_OF)
        return tale

    def other(self, end: State, number: int) -> Tale:
        amount = Decimal(self.chance.choice(WISHES))
        if end in (State.ACCEPTED, State.DECLINED):
            decided = self.back(AS_OF, 1, 9 if end == State.ACCEPTED else 80)
            tale = Tale(end, amount, decided, decided=decided, closed=decided if end == State.DECLINED else None)
            self.to_the_start(tale, decided)
            return tale
        if end == State.LISTED:  # the last list, and some of one that the bank is late with
            listed = list_day(AS_OF) if number % 4 else list_day(AS_OF) - 2 * EVERY
            return Tale(end, amount, self.back(listed, 1, 8), listed=listed)
        requested = self.back(AS_OF, 0, 5)
        return Tale(end, amount, requested, closed=AS_OF if end == State.WITHDRAWN else None)

    def to_the_start(self, tale: Tale, decided: date) -> None:
        tale.listed = list_day(self.back(decided, 2, 6))
        tale.requested = self.back(tale.listed, 1, 9)

    def back(self, day: date, least: int, most: int) -> date:
        return workdays.add(day, -self.chance.randint(least, most))

    def day_between(self, first: date, last: date) -> date:
        day = first + timedelta(days=self.chance.randrange((last - first).days + 1))
        return day if workdays.is_workday(day) else workdays.add(day, -1 if workdays.add(day, -1) >= first else 1)


def list_day(day: date) -> date:
    """The last day before or on `day` on which a list went out."""
    return FIRST_LIST + (day - FIRST_LIST) // EVERY * EVERY


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.ZONE)


class Loader:
    def __init__(self, cast: Cast, inventor: Inventor):
        self.cast, self.inventor, self.chance = cast, inventor, inventor.chance
        self.clerk, self.bureau = cast.people["clerk"], cast.units["haidong"]
        self.offices: dict = {}

    def load(self) -> None:
        self.product = build_product()
        self.consent = consent_text(self.product)
        tales = self.with_shops(Planner(self.inventor).tales())
        self.save_requests(tales)
        self.save_lists(tales)
        self.save_drawdowns(tales)
        self.move_on(tales)

    def with_shops(self, tales: list[Tale]) -> list[Tale]:
        """Each a shop of its own that was open when it asked; the order of the shops is that of chance."""
        shops = list(
            Enterprise.objects.listed().exclude(uscc=None).filter(closed_on=None)
            .select_related("operator", "region", "home_county").order_by("pk")
        )
        self.chance.shuffle(shops)
        shops.sort(key=lambda shop: shop.opened_on > date(2020, 6, 30))  # early loans to shops that stood then
        for tale, shop in zip(tales, shops, strict=False):
            tale.shop = shop
        members = Membership.objects.filter(enterprise__in=shops, state="confirmed").select_related("user")
        self.members = {member.enterprise_id: member.user for member in members}
        return tales

    # --- requests -----------------------------------------------------------------------------------

    def save_requests(self, tales: list[Tale]) -> None:
        """As far as the bank's answer; what it paid comes after, so that the database adds it up itself."""
        by_year = defaultdict(list)
        for tale in tales:
            by_year[tale.requested.year].append(tale)
        for year, some in by_year.items():
            for tale, number in zip(some, numbers.next_numbers(numbers.REQUEST, year, len(some)), strict=True):
                tale.row = self.request(tale, number)
        LoanRequest.objects.bulk_create([tale.row for tale in tales], batch_size=BATCH)
        LoanRequestLog.objects.bulk_create([log for tale in tales for log in self.first_logs(tale)], batch_size=BATCH)

    def request(self, tale: Tale, number: str) -> LoanRequest:
        shop, owner = tale.shop, self.members.get(tale.shop.pk)
        county = self.cast.county_of[shop.home_county.code]
        granted = tale.decided and tale.end != State.DECLINED
        row = LoanRequest(
            number=number, product=self.product, enterprise=shop, applicant=owner,
            contact_phone=owner.phone if owner else shop.phone, amount_wished=tale.amount,
            purpose=self.chance.choice(PURPOSES), consent_text=self.consent, consent_at=moment(tale.requested, 9, 40),
            region_id=shop.region_id, operating_region_id=place_of(shop), unit=self.office(shop),
            entered_by=owner or self.cast.people[f"{county}.clerk"],
            entry_unit=None if owner else self.cast.units[county],
            channel=Channel.ONLINE if owner else Channel.ON_BEHALF, effective_date=tale.requested,
            recorded_at=moment(tale.requested, 9, 40), amount_approved=tale.amount if granted else None,
            decided_on=tale.decided, closed_on=tale.closed if tale.end in (State.DECLINED, State.WITHDRAWN) else None,
            decline_reason=self.chance.choice(REFUSALS) if tale.end == State.DECLINED else "",
        )
        row.state = State.ACCEPTED if tale.paid else tale.end
        row.version = {State.REQUESTED: 1, State.LISTED: 2, State.WITHDRAWN: 2}.get(row.state, 3)
        return row

    def office(self, shop: Enterprise):
        if shop.region_id not in self.offices:
            self.offices[shop.region_id] = queries.office_for(shop.region)
        return self.offices[shop.region_id]

    def first_logs(self, tale: Tale) -> list[LoanRequestLog]:
        if tale.end == State.WITHDRAWN:
            by, unit = (tale.row.applicant, None) if tale.row.applicant else (tale.row.entered_by, tale.row.entry_unit)
            return [self.log(tale, "withdraw", State.REQUESTED, State.WITHDRAWN, 2, moment(tale.closed, 11), by, unit)]
        found = []
        if tale.listed:
            found.append(self.log(tale, "list", State.REQUESTED, State.LISTED, 2, moment(tale.listed, 15)))
        if tale.decided:
            name, after = ("decline", State.DECLINED) if tale.end == State.DECLINED else ("accept", State.ACCEPTED)
            found.append(self.log(tale, name, State.LISTED, after, 3, moment(tale.decided, 16, 20)))
        return found

    def log(self, tale, name, before, after, version, at, by=None, unit=None, **data) -> LoanRequestLog:
        return LoanRequestLog(
            subject=tale.row, name=name, before=before, after=after, version=version, by=by or self.clerk,
            unit=unit or (None if by else self.bureau), at=at, effective_date=at.date(), data=data,
        )

    # --- lists ----------------------------------------------------------------------------------------

    def save_lists(self, tales: list[Tale]) -> None:
        by_day = defaultdict(list)
        for tale in tales:
            if tale.listed:
                by_day[tale.listed].append(tale.row)
        rows = [row for day in sorted(by_day) for row in self.list_of(day, by_day[day])]
        ReferralRow.objects.bulk_create(rows, batch_size=BATCH)

    def list_of(self, day: date, requests: list[LoanRequest]) -> list[ReferralRow]:
        frozen = [lists.frozen(position, request, day) for position, request in enumerate(requests, start=1)]
        listing = ReferralList(
            number=numbers.next_number(numbers.LIST, day.year), product=self.product, unit=self.bureau,
            made_by=self.clerk, made_at=moment(day, 15), made_on=day, due_on=workdays.add(day, lists.ANSWER_DAYS),
            size=len(frozen), digest=lists.digest(frozen),
        )
        listing.file = lists.workbook(listing, frozen, self.clerk)
        listing.save(force_insert=True)
        claim(listing.file, listing)
        for row in frozen:
            row.listing = listing
        return frozen

    # --- money ------------------------------------------------------------------------------------------

    def save_drawdowns(self, tales: list[Tale]) -> None:
        """The bank sends a file each month; its serials rise with the days."""
        paid = sorted((day, tale.row.pk, yuan, tale) for tale in tales for day, yuan in tale.paid)
        by_month = defaultdict(list)
        for serial, (day, _pk, yuan, tale) in enumerate(paid, start=1):
            by_month[day.replace(day=1)].append((f"QN{day:%Y%m%d}{serial:05d}", day, yuan, tale))
        for month, some in by_month.items():
            source = self.file_of(month, some)
            rows = [self.drawdown(source, *one) for one in some]
            Drawdown.objects.bulk_create(rows, batch_size=BATCH)

    def drawdown(self, source, serial: str, day: date, yuan: Decimal, tale: Tale) -> Drawdown:
        row = drawdown_of(tale.row, amount=yuan, on=day, serial=serial, by=self.clerk, source=source)
        row.recorded_at = moment(day, 17)
        return row

    def file_of(self, month: date, some: list):
        rows = [(tale.row.number, tale.shop.name, tale.shop.uscc, yuan, day, serial) for serial, day, yuan, tale in some]
        heads = ("申请编号", "店铺名称", "统一社会信用代码", "放款金额（元）", "放款日期", "流水号")
        path = write_workbook(SheetOut("放款明细", heads, rows, title=f"{self.product.bank_zh}{month:%Y年%m月}拉面贷放款明细"))
        try:
            return make_private_file(path, f"拉面贷放款明细{month:%Y%m}.xlsx", IMPORTED, self.clerk, days=None)
        finally:
            path.unlink(missing_ok=True)

    def move_on(self, tales: list[Tale]) -> None:
        """Each payment is a move, and so is the end of a loan that was repaid."""
        logs = []
        for tale in tales:
            steps = [("draw", day, {"amount": str(yuan)}) for day, yuan in tale.paid]
            steps += [("close", tale.closed, {})] if tale.end == State.CLOSED else []
            before, version = State.ACCEPTED, 3
            for name, day, data in steps:
                after, version = State.DRAWN if name == "draw" else State.CLOSED, version + 1
                logs.append(self.log(tale, name, before, after, version, moment(day, 17), **data))
                before = after
        LoanRequestLog.objects.bulk_create(logs, batch_size=BATCH)
        drawn = [tale for tale in tales if tale.paid]
        for some in (drawn, [tale for tale in drawn if len(tale.paid) > 1]):
            self.rows(some).update(state=State.DRAWN, version=F("version") + 1)
        by_day = defaultdict(list)
        for tale in drawn:
            if tale.end == State.CLOSED:
                by_day[tale.closed].append(tale)
        for day, some in by_day.items():
            self.rows(some).update(state=State.CLOSED, version=F("version") + 1, closed_on=day)

    def rows(self, tales: list[Tale]):
        return LoanRequest.objects.filter(pk__in=[tale.row.pk for tale in tales])
