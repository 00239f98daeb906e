"""Loans paid out before the portal: one person imports the roster, another confirms it; then they count."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from bureau import audit
from bureau.attachments.enums import Channel, Confirmation
from bureau.common import clock
from bureau.workflow import Refused
from subsidies import queries
from subsidies.loans import numbers
from subsidies.loans.actions.drawdowns import drawdown_of
from subsidies.loans.actions.requests import place_of
from subsidies.loans.enums import State
from subsidies.loans.models import Drawdown, LoanBackEntry, LoanBackRow, LoanRequest, LoanRequestLog

BATCH = 2000
#: Rows that are written between two words to the job; and rows of one update that names a value for each, whose cost
#: grows with the square.
PART, FEW = 1000, 200


class Loan(NamedTuple):
    """One row of a roster."""

    row: int
    enterprise_id: int
    amount: Decimal
    paid_on: date
    serial: str


@transaction.atomic
def propose(loans: Iterable[Loan], *, product, unit, source, by) -> LoanBackEntry:
    """Keep the loans of a roster aside until another person confirms them."""
    back_entry = LoanBackEntry.objects.create(product=product, unit=unit, source=source, proposed_by=by)
    rows = [
        LoanBackRow(back_entry=back_entry, number=loan.row, enterprise_id=loan.enterprise_id, amount=loan.amount,
                    paid_on=loan.paid_on, serial=loan.serial)
        for loan in loans
    ]
    LoanBackRow.objects.bulk_create(rows, batch_size=BATCH)
    total = sum((row.amount for row in rows), Decimal(0))
    audit.record("subsidies.loanbackentry.proposed", back_entry, by=by, rows=len(rows), amount=str(total))
    return back_entry


@transaction.atomic
def discard(*, back_entry, by):
    """Nothing of the roster counts. Raises Refused when it has been decided already."""
    row = LoanBackEntry.objects.select_for_update().get(pk=back_entry.pk)
    if reasons := row.decided_reasons():
        raise Refused(reasons)
    row.state = Confirmation.DISCARDED
    row.save(update_fields=["state"])
    audit.record("subsidies.loanbackentry.discarded", row, by=by)
    return row


@transaction.atomic
def confirm(*, back_entry, by, step: Callable[[int, int, Any], None] = lambda done, total, message: None) -> int:
    """Every row becomes a loan with its drawdown, dated by the bank's day; returns how many. Raises Refused.

    `step` hears of every part: a long roster must not outlast the lease of its job unheard.
    """
    batch = LoanBackEntry.objects.select_for_update(of=("self",)).select_related("product", "source").get(pk=back_entry.pk)
    if reasons := batch.confirm_reasons(by):
        raise Refused(reasons)
    rows = list(batch.rows.select_related("enterprise__region"))
    _refuse_what_is_known(batch, rows)
    batch.confirm(by)
    batch.save()
    free = _numbers(rows)
    for start in range(0, len(rows), PART):
        part = rows[start:start + PART]
        requests = _requests(batch, part, by, free)
        Drawdown.objects.bulk_create([_drawdown(batch, row, request) for row, request in zip(part, requests, strict=True)])
        _close(requests, by, batch)
        for row, request in zip(part, requests, strict=True):
            row.request = request
        LoanBackRow.objects.bulk_update(part, ["request"], batch_size=FEW)
        step(start + len(part), len(rows), _("Writing the loans"))
    total = sum((row.amount for row in rows), Decimal(0))
    audit.record("subsidies.loanbackentry.confirmed", batch, by=by, rows=len(rows), amount=str(total),
                 sha256=batch.source.sha256)
    return len(rows)


def _refuse_what_is_known(batch, rows) -> None:
    """Between import and confirmation somebody may have registered one of them."""
    serials = [row.serial for row in rows if row.serial]
    taken = set(
        Drawdown.objects.filter(bank=batch.product.bank_zh, serial__in=serials).values_list("serial", flat=True)
    )
    reasons = [
        _("Row %(row)s: the bank's serial %(serial)s is registered already.") % {"row": row.number, "serial": row.serial}
        for row in rows if row.serial in taken
    ]
    reasons += [
        _("Row %(row)s: %(shop)s has no home county in the register.") % {"row": row.number, "shop": row.enterprise}
        for row in rows if row.enterprise.region_id is None
    ]
    if reasons:
        raise Refused(reasons[:20])


def _numbers(rows) -> dict[int, list[str]]:
    """{year of payment: as many numbers as it has rows, the first at the end}."""
    years = Counter(row.paid_on.year for row in rows)
    return {year: numbers.next_numbers(numbers.REQUEST, year, count)[::-1] for year, count in sorted(years.items())}


def _requests(batch, rows, by, free) -> list[LoanRequest]:
    """Loans that the bank granted on the day it paid: all that is known of them."""
    offices: dict = {}
    made = []
    for row in rows:
        shop = row.enterprise
        if shop.region_id not in offices:
            offices[shop.region_id] = queries.office_for(shop.region)
        made.append(LoanRequest(
            number=free[row.paid_on.year].pop(), product=batch.product, enterprise=shop, contact_phone=shop.phone, state=State.ACCEPTED,
            amount_wished=row.amount, amount_approved=row.amount, decided_on=row.paid_on, region_id=shop.region_id,
            operating_region_id=place_of(shop), unit=offices[shop.region_id], entered_by_id=batch.proposed_by_id,
            channel=Channel.BACK_ENTERED, source=batch.source, effective_date=row.paid_on, version=1,
        ))
    made = LoanRequest.objects.bulk_create(made)
    LoanRequestLog.objects.bulk_create(
        [_log(request, "accept", State.LISTED, State.ACCEPTED, by, batch) for request in made]
    )
    return made


def _drawdown(batch, row, request) -> Drawdown:
    return drawdown_of(
        request, amount=row.amount, on=row.paid_on, serial=row.serial or f"BE{batch.pk}-{row.number}",
        by=batch.proposed_by, source=batch.source, channel=Channel.BACK_ENTERED,
    )


def _close(requests, by, batch) -> None:
    """Paid out in full long ago: drawn, then closed, so that the shop may ask again."""
    ours = LoanRequest.objects.filter(pk__in=[request.pk for request in requests])
    for name, before, after, changes in (
        ("draw", State.ACCEPTED, State.DRAWN, {}),
        ("close", State.DRAWN, State.CLOSED, {"closed_on": F("effective_date")}),
    ):
        for request in requests:
            request.version += 1
        LoanRequestLog.objects.bulk_create(
            [_log(request, name, before, after, by, batch) for request in requests]
        )
        ours.update(state=after, version=F("version") + 1, **changes)


def _log(request, name, before, after, by, batch) -> LoanRequestLog:
    return LoanRequestLog(
        subject=request, name=name, before=before, after=after, version=request.version, by=by, unit_id=batch.unit_id,
        at=clock.now(), effective_date=request.effective_date, data={"back_entry": batch.pk},
    )
