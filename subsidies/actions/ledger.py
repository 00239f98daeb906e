"""Moves money. Every movement is entries plus one conditional update of the line, in one transaction.

Lock order: application, payee lines, budget lines by id. The line is locked last and shortly; two
approvals on one line wait for each other only there.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from bureau import audit
from bureau.accounts.models import SiteProfile, Unit, User
from bureau.common import clock
from bureau.common.money import yuan
from bureau.workflow import Refused
from subsidies.enums import EntryKind
from subsidies.models import Application, BudgetLine, Entry, PayeeLine

EFFECTS = {  # kind: (allotted, reserved, paid) by which one yuan moves the counters
    EntryKind.ALLOT: (1, 0, 0),
    EntryKind.RESERVE: (0, 1, 0),
    EntryKind.RELEASE: (0, -1, 0),
    EntryKind.PAY: (0, -1, 1),
    EntryKind.RETURN: (0, 1, -1),
    EntryKind.RECOVER: (0, 0, -1),
}


class OverBudget(Refused):
    """The line does not hold the amount."""


def shift(line_id: int, *, cap: Decimal, reserved: Decimal, paid: Decimal) -> bool:
    """Move the counters of a line in one conditional update; False where it would be overdrawn.

    The condition and the change are one statement, so nobody can come between them.
    """
    moved = {name: by for name, by in (("cap", cap), ("reserved", reserved), ("paid", paid)) if by}
    kept = {f"{name}__gte": -by for name, by in moved.items() if by < 0}
    free = F("reserved") + F("paid") + (reserved + paid - cap)
    enough = BudgetLine.objects.filter(pk=line_id, cap__gte=free, **kept)
    return bool(enough.update(**{name: F(name) + by for name, by in moved.items()}))


def look_first(line: BudgetLine, need: Decimal) -> None:
    """Raises OverBudget where the line does not hold `need` at this moment: who comes too late is told before anything
    is written. It locks nothing and promises nothing; `shift` decides, so a line read a moment ago that holds enough
    is not read again."""
    if line.free < need and (now := BudgetLine.objects.get(pk=line.pk)).free < need:
        raise OverBudget([_why_not(now, need)])


def record(entries: Sequence[Entry]) -> list[Entry]:
    """Write new entries of one line and move its counters by their sum. Raises OverBudget."""
    if not entries:
        return []
    line_id = entries[0].line_id
    if any(entry.line_id != line_id for entry in entries):
        raise ValueError("entries of one line at a time")
    sums = [sum((e.amount * EFFECTS[EntryKind(e.kind)][i] for e in entries), Decimal(0)) for i in range(3)]
    with transaction.atomic(savepoint=False):
        if shift(line_id, cap=sums[0], reserved=sums[1], paid=sums[2]):
            return Entry.objects.bulk_create(entries, batch_size=2000)
    raise OverBudget([_why_not(BudgetLine.objects.get(pk=line_id), sums[1] + sums[2] - sums[0])])


def _why_not(line: BudgetLine, need: Decimal) -> str:
    if need <= 0:
        return _("This money has already been paid, released or returned.")
    return _("“%(line)s” has %(free)s yuan left; %(need)s yuan are needed.") % {
        "line": line, "free": yuan(line.free), "need": yuan(need),
    }


def once(entry: Entry) -> Entry:
    """Record one entry; the same key again returns the entry that stands, and moves nothing.

    Raises ValidationError where the key stands for something else.
    """
    if earlier := Entry.objects.filter(key=entry.key).first():
        return _same(earlier, entry)
    try:
        with transaction.atomic():
            return record([entry])[0]
    except IntegrityError:
        if earlier := Entry.objects.filter(key=entry.key).first():
            return _same(earlier, entry)
        raise


def _same(earlier: Entry, asked: Entry) -> Entry:
    fields = ("line_id", "kind", "amount", "payee_line_id", "settles_id")
    if any(getattr(earlier, name) != getattr(asked, name) for name in fields):
        raise ValidationError(_("This request was used before for something else."), code="key_reused")
    return earlier


def allot(*, line: BudgetLine, amount: Decimal, by: User, key: str, on: date | None = None, note: str = "") -> Entry:
    """Put money on a line."""
    with transaction.atomic():
        entry = once(Entry(
            line=line, kind=EntryKind.ALLOT, amount=amount, by=by, key=key, note=note,
            effective_date=on or clock.today(), region=SiteProfile.get().root, unit=Unit.objects.root(),
        ))
        audit.record("subsidies.budget.allotted", line, by=by, amount=str(amount), entry=entry.pk)
    return entry


def entry_for(
    payee: PayeeLine, application: Application, *, line_id: int, kind: EntryKind, by: User, key: str,
    on: date, amount: Decimal | None = None, settles: Entry | None = None, back_entered: bool = False,
) -> Entry:
    """An unsaved entry for a payee, with what figures count it by copied from its application."""
    return Entry(
        line_id=line_id, kind=kind, amount=payee.amount if amount is None else amount, payee_line=payee,
        settles=settles, key=key, by=by, effective_date=on, back_entered=back_entered,
        application=application, scheme_id=application.scheme_id, enterprise_id=application.enterprise_id,
        region_id=application.region_id, operating_region_id=application.operating_region_id,
        unit_id=application.unit_id,
    )


def reserve(
    *, application: Application, line: BudgetLine, by: User, on: date, payees: list[PayeeLine] | None = None
) -> list[Entry]:
    """Reserve what the payees of an application are to receive. Raises OverBudget.

    `payees`: its lines where the caller has locked them in this transaction.
    """
    if payees is None:
        payees = locked_payees(application)
    return record([
        entry_for(
            payee, application, line_id=line.pk, kind=EntryKind.RESERVE, by=by, on=on,
            key=f"reserve:{payee.pk}:{application.version}",
        )
        for payee in payees
    ])


def locked_payees(application: Application) -> list[PayeeLine]:
    """With their amounts alone; what else a line holds is read when somebody asks for it."""
    lines = PayeeLine.objects.select_for_update(no_key=True).filter(application=application)
    return list(lines.order_by("pk").only("amount"))


def owed(application: Application) -> list[Entry]:
    """What is reserved for an application and not yet paid or released, by line and payee."""
    entries = Entry.objects.unsettled().filter(application=application)
    owing = entries.filter(kind__in=[EntryKind.RESERVE, EntryKind.RETURN])
    return list(owing.select_related("payee_line").order_by("line_id", "id"))


def settle(
    earlier: Iterable[Entry], *, application: Application, kind: EntryKind, by: User, on: date,
    amount: Decimal | None = None, back_entered: bool = False,
) -> list[Entry]:
    """Undo or settle entries of one application with entries of `kind`, line by line in order of id."""
    by_line: dict[int, list[Entry]] = {}
    for entry in sorted(earlier, key=lambda e: (e.line_id, e.pk)):
        by_line.setdefault(entry.line_id, []).append(
            entry_for(
                entry.payee_line, application, line_id=entry.line_id, kind=kind, by=by, on=on, settles=entry,
                amount=entry.amount if amount is None else amount, key=f"{kind}:{entry.pk}",
                back_entered=back_entered,
            )
        )
    return [done for entries in by_line.values() for done in record(entries)]


def release(*, application: Application, by: User, on: date) -> list[Entry]:
    """Give back to the lines what is still owed to an application."""
    locked_payees(application)
    return settle(owed(application), application=application, kind=EntryKind.RELEASE, by=by, on=on)


@transaction.atomic
def take_back(*, entry: Entry, kind: EntryKind, by: User, on: date, amount: Decimal | None = None) -> Entry:
    """The bank returned a payment (it is owed again), or it was recovered (it is not). Raises Refused
    where the payment has been taken back already."""
    application = Application.objects.select_for_update(no_key=True).get(pk=entry.application_id)
    locked_payees(application)
    if Entry.objects.filter(settles=entry).exists():
        raise Refused([_("This payment has already been taken back.")])
    done = settle([entry], application=application, kind=kind, by=by, on=on, amount=amount)[0]
    audit.record(f"subsidies.payment.{kind}", application, by=by, amount=str(done.amount), entry=done.pk)
    return done


def drift() -> list[BudgetLine]:
    """Lines whose counters differ from their entries; always empty, looked at every night."""
    return [line for line in BudgetLine.objects.all() if line.entries.totals() != counters(line)]


def counters(line: BudgetLine) -> dict[str, Decimal]:
    return {"cap": line.cap, "reserved": line.reserved, "paid": line.paid}

