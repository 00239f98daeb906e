"""Who is paid, and the entries of the ledger: reserved, paid, now and then returned by a bank and paid again, recovered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from bench.bureau import Bureau
from bench.rows.filling import fill, reset_serials
from bench.rows.times import at
from bureau.common import clock
from bureau.common.crypto import blind_index, encrypt
from subsidies.enums import GRANTED, EntryKind, PayeeKind, PayeeRole, State
from subsidies.models import BudgetLine, Entry, PayeeLine, Payment

if TYPE_CHECKING:
    from bench.rows.cases import Case

#: Ids of payees: of awards as their case, of trainees as their placement, of host shops as their agreement.
TRAINEES, HOSTS = 500_000, 600_000
#: Ids of entries, by what was done, as their payee.
RESERVED, PAID, RETURNED, AGAIN, RECOVERED = (number * 1_000_000 for number in range(1, 6))


class Payee(NamedTuple):
    pk: int
    case: Case
    role: str
    amount: int
    placement: int | None = None

    @property
    def paid_on(self) -> date:
        return self.case.days[5]

    @property
    def returned_on(self) -> date | None:
        """One payment in fifty comes back from the bank."""
        return past(self.paid_on + timedelta(days=3)) if self.pk % 50 == 7 else None

    @property
    def paid_again_on(self) -> date | None:
        """Most of those are paid once more."""
        return past(self.returned_on + timedelta(days=1 + self.pk % 30)) if self.returned_on and self.pk % 3 else None

    @property
    def recovered_on(self) -> date | None:
        return past(self.paid_on + timedelta(days=20 + self.pk % 90)) if self.pk % 200 == 11 else None


def past(day: date) -> date | None:
    return day if day <= clock.today() else None


def payees(case: Case) -> Iterator[Payee]:
    if case.hosted is None:
        yield Payee(case.pk, case, PayeeRole.SHOP, case.amount)
        return
    for placement in case.hosted.trainees:
        yield Payee(TRAINEES + placement, case, PayeeRole.TRAINEE, case.hosted.each, placement)
    yield Payee(HOSTS + case.hosted.pk, case, PayeeRole.HOST, case.hosted.own)


def write_payees(cases: list[Case]) -> None:
    secret, index = encrypt("522701198501015559"), blind_index("522701198501015559", "id")
    account = encrypt("6217000000000000000")
    fill(PayeeLine, ("id", "application_id", "role", "placement_id", "months", "kind", "name", "id_number", "id_index",
                     "account", "account_index", "bank", "amount"), (
        (one.pk, case.pk, one.role, one.placement, 3 if one.placement else None, PayeeKind.CARD, "收款人", secret, index,
         account, f"{one.pk:064x}", "贵州农商银行", one.amount)
        for case in cases if case.days for one in payees(case)))
    reset_serials(PayeeLine)


def write(bureau: Bureau, cases: list[Case]) -> None:
    granted = [case for case in cases if case.state in GRANTED]
    by_year: dict[int, list[BudgetLine]] = {}
    for line in bureau.lines:
        by_year.setdefault(line.fiscal_year, []).append(line)
    line_of = {case.pk: by_year[case.days[4].year][case.pk % 2].pk for case in granted}
    _allot(bureau, granted, line_of)
    _entries(bureau, granted, line_of)
    reset_serials(Entry)
    for line in bureau.lines:
        BudgetLine.objects.filter(pk=line.pk).update(**line.entries.totals())


def _allot(bureau: Bureau, granted: list[Case], line_of: dict[int, int]) -> None:
    needed: dict[int, int] = {}
    for case in granted:
        needed[line_of[case.pk]] = needed.get(line_of[case.pk], 0) + case.amount
    fill(Entry, ("line_id", "kind", "amount", "key", "by_id", "at", "effective_date", "region_id", "unit_id"), (
        (line.pk, EntryKind.ALLOT, needed.get(line.pk, 0) * 5 // 4 + 1_000_000, f"allot:{line.pk}",
         bureau.people["finance"].pk, at(date(line.fiscal_year, 1, 4)), date(line.fiscal_year, 1, 4), bureau.root.pk,
         bureau.unit.pk)
        for line in bureau.lines))


NAMES = ("id", "line_id", "kind", "amount", "payee_line_id", "settles_id", "key", "by_id", "at", "effective_date",
         "application_id", "scheme_id", "enterprise_id", "region_id", "operating_region_id", "unit_id")


def _entries(bureau: Bureau, granted: list[Case], line_of: dict[int, int]) -> None:
    """Each kind after the one that it settles."""
    finance, approver = bureau.people["finance"].pk, bureau.people["approver"].pk

    def entry(one: Payee, base: int, kind: str, settles: int | None, by: int, day: date, amount: int) -> tuple:
        case, shop = one.case, one.case.shop
        return (base + one.pk, line_of[case.pk], kind, amount, one.pk, settles and settles + one.pk,
                f"{kind}:{base + one.pk}", by, at(day), day, case.pk, case.version.scheme_id, shop.pk, shop.home.pk,
                shop.operating.pk, bureau.offices[shop.home.code].pk)

    def paid() -> Iterator[Payee]:
        return (one for case in granted if case.state == State.PAID for one in payees(case))

    fill(Entry, NAMES, (
        entry(one, RESERVED, EntryKind.RESERVE, None, approver, case.days[4], one.amount)
        for case in granted for one in payees(case)))
    fill(Entry, NAMES, (entry(one, PAID, EntryKind.PAY, RESERVED, finance, one.paid_on, one.amount) for one in paid()))
    fill(Entry, NAMES, (
        entry(one, RETURNED, EntryKind.RETURN, PAID, finance, day, one.amount)
        for one in paid() if (day := one.returned_on)))
    fill(Entry, NAMES, (
        entry(one, AGAIN, EntryKind.PAY, RETURNED, finance, day, one.amount)
        for one in paid() if (day := one.paid_again_on)))
    fill(Entry, NAMES, (
        entry(one, RECOVERED, EntryKind.RECOVER, PAID, finance, day, one.amount // 4)
        for one in paid() if (day := one.recovered_on)))
    _payments(((one, PAID, one.paid_on) for one in paid()), finance)
    _payments(((one, AGAIN, day) for one in paid() if (day := one.paid_again_on)), finance)


def _payments(rows: Iterable[tuple[Payee, int, date]], finance: int) -> None:
    fill(Payment, ("application_id", "payee_line_id", "entry_id", "amount", "paid_on", "voucher", "by_id", "at"), (
        (one.case.pk, one.pk, base + one.pk, one.amount, day, f"QN-{day:%Y%m%d}", finance, at(day))
        for one, base, day in rows))
