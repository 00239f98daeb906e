"""Awards of earlier times, from the list an office kept: one person imports, another confirms.

The import (``subsidies.imports``) puts the shops into the register and proposes the awards; nothing of
them counts yet. Confirming writes applications, opinions, ledger entries and payments in one
transaction, set-based, each dated by its day of payment and marked as back-entered. The database
refuses the same person for both (``sql/backentry.sql``, ``sql/duties.sql``).
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from bureau import audit
from bureau.accounts.models import Unit, User
from bureau.attachments.enums import Channel, Confirmation
from bureau.common import clock
from bureau.workflow import Refused
from subsidies import queries
from subsidies.actions import ledger
from subsidies.actions.payment import payment_of
from subsidies.enums import EntryKind, Outcome, PayeeKind, State, Step
from subsidies.models import (
    Application,
    ApplicationLog,
    BackEntry,
    BackEntryRow,
    BudgetLine,
    Entry,
    PayeeLine,
    Payment,
    Review,
    SchemeVersion,
)
from subsidies.numbers import next_numbers

BATCH = 2000
#: Rows that are written between two words to the job; and rows of one update that names a value for each, whose cost
#: grows with the square.
PART, FEW = 1000, 200


class Award(NamedTuple):
    """What a row of the list says beyond the shop itself."""

    row: int
    enterprise_id: int
    amount: Decimal
    bank: str
    account: str
    paid_on: date
    voucher: str


def propose(
    awards: Iterable[Award], *, version: SchemeVersion, line: BudgetLine, unit: Unit, source, by: User,
) -> BackEntry:
    """Keep the awards of one scheme aside until another person confirms them; a file may bring several such lists."""
    with transaction.atomic():
        back_entry = BackEntry.objects.create(
            scheme_version=version, line=line, unit=unit, source=source, proposed_by=by,
        )
        rows = [
            BackEntryRow(
                back_entry=back_entry, number=award.row, enterprise_id=award.enterprise_id, amount=award.amount,
                bank=award.bank, account=award.account, paid_on=award.paid_on, voucher=award.voucher,
            )
            for award in awards
        ]
        BackEntryRow.objects.bulk_create(rows, batch_size=BATCH)
        total = sum((row.amount for row in rows), Decimal(0))
        audit.record("subsidies.back_entry.proposed", back_entry, by=by, rows=len(rows), amount=str(total))
    return back_entry


@transaction.atomic
def discard(*, back_entry: BackEntry, by: User) -> BackEntry:
    """Nothing of the list becomes an award. Raises Refused when it has been decided already."""
    row = BackEntry.objects.select_for_update().get(pk=back_entry.pk)
    if reasons := row.decided_reasons():
        raise Refused(reasons)
    row.state = Confirmation.DISCARDED
    row.save(update_fields=["state"])
    audit.record("subsidies.back_entry.discarded", row, by=by)
    return row


@transaction.atomic
def confirm(
    *, back_entry: BackEntry, by: User, step: Callable[[int, int, Any], None] = lambda done, total, message: None,
) -> int:
    """Write every row as a paid award; returns how many. Raises Refused (with the first reasons) and then
    nothing has been written. `step` hears of every part: a long list must not outlast the lease of its job unheard."""
    batch = BackEntry.objects.select_for_update(of=("self",)).select_related(
        "scheme_version__scheme", "line", "source"
    ).get(pk=back_entry.pk)
    if reasons := batch.confirm_reasons(by):
        raise Refused(reasons)
    rows = list(batch.rows.select_related("enterprise__operator", "enterprise__region"))
    _refuse_second_award(batch, rows)
    batch.confirm(by)
    batch.save()
    numbers = _numbers(batch.scheme_version, rows)
    parts = [rows[start:start + PART] for start in range(0, len(rows), PART)]
    cases = []
    for part in parts:
        applications = _applications(batch, part, by, numbers)
        cases.append((part, applications, _payees(part, applications)))
        _reviews(batch, applications)
        step(len(cases), 2 * len(parts), _("Writing the awards"))
    # The line is locked from here on, so that others wait for it as shortly as can be.
    for number, (part, applications, payees) in enumerate(cases, start=len(parts) + 1):
        _money(batch, part, applications, payees, by)
        for row, application in zip(part, applications, strict=True):
            row.application = application
        BackEntryRow.objects.bulk_update(part, ["application"], batch_size=FEW)
        step(number, 2 * len(parts), _("Writing the awards"))
    total = sum((row.amount for row in rows), Decimal(0))
    audit.record(
        "subsidies.back_entry.confirmed", batch, by=by, rows=len(rows), amount=str(total), sha256=batch.source.sha256
    )
    return len(rows)


def _refuse_second_award(batch: BackEntry, rows: list[BackEntryRow]) -> None:
    """Between import and confirmation a shop may have applied, or lost its region."""
    open_or_granted = Application.objects.blocking().filter(scheme=batch.scheme_version.scheme_id)
    taken = set(
        open_or_granted.filter(enterprise__in=[row.enterprise_id for row in rows]).values_list("enterprise", flat=True)
    )
    reasons = [
        _("Row %(row)s: %(shop)s has this award already, or applies for it.")
        % {"row": row.number, "shop": row.enterprise}
        for row in rows
        if row.enterprise_id in taken
    ]
    reasons += [
        _("Row %(row)s: %(shop)s has no home county in the register.") % {"row": row.number, "shop": row.enterprise}
        for row in rows
        if row.enterprise.region_id is None
    ]
    if reasons:
        raise Refused(reasons[:20])


def _applications(
    batch: BackEntry, rows: list[BackEntryRow], by: User, numbers: dict[int, list[str]]
) -> list[Application]:
    """Cases that are paid, with the one move that is known of them."""
    now, version = clock.now(), batch.scheme_version
    offices: dict[int, Unit] = {}
    made = []
    for row in rows:
        shop = row.enterprise
        if shop.region_id not in offices:
            offices[shop.region_id] = queries.office_for(shop.region)
        made.append(Application(
            number=numbers[row.paid_on.year].pop(), scheme=version.scheme, scheme_version=version, enterprise=shop,
            contact_phone=shop.phone, state=State.PAID, amount_requested=row.amount, amount_approved=row.amount,
            amount_cap=version.cap, region_id=shop.region_id,
            operating_region_id=shop.operating_region_id or shop.registered_region_id or shop.region_id,
            unit=offices[shop.region_id], submitted_at=now, accepted_at=now, decided_at=now, decided_by=by,
            closed_at=now, closed_on=row.paid_on, entered_by_id=batch.proposed_by_id,
            channel=Channel.BACK_ENTERED, source=batch.source, effective_date=row.paid_on, recorded_at=now,
        ))
    made = Application.objects.bulk_create(made)
    ApplicationLog.objects.bulk_create(
        [
            ApplicationLog(
                subject=application, name="register_payment", before=State.APPROVED, after=State.PAID,
                version=application.version, by=by, unit_id=batch.unit_id, at=now,
                effective_date=application.effective_date, data={"back_entry": batch.pk},
            )
            for application in made
        ],
    )
    return made


def _numbers(version: SchemeVersion, rows: list[BackEntryRow]) -> dict[int, list[str]]:
    """{year of payment: as many numbers as it has rows, the first at the end}."""
    years = Counter(row.paid_on.year for row in rows)
    return {year: next_numbers(version.scheme, year, count)[::-1] for year, count in sorted(years.items())}


def _payees(rows: list[BackEntryRow], applications: list[Application]) -> list[PayeeLine]:
    """The operator's own card, as such lists have it. They hold no identity number: the shop's code stands there."""
    made = []
    for row, application in zip(rows, applications, strict=True):
        shop = row.enterprise
        payee = PayeeLine(
            application=application, kind=PayeeKind.PERSONAL, bank=row.bank, amount=row.amount,
            name=shop.operator.name if shop.operator else shop.name,
        )
        payee.set_secrets(id_number=shop.uscc or shop.number, account=row.account.reveal())
        made.append(payee)
    return PayeeLine.objects.bulk_create(made)


def _reviews(batch: BackEntry, applications: list[Application]) -> None:
    """That it was reviewed and approved is known, by whom is not: the decision was made before the portal."""
    now = clock.now()
    Review.objects.bulk_create(
        [
            Review(
                application=application, step=step, outcome=Outcome.PASSED, by=None, unit_id=batch.unit_id,
                at=now, effective_date=application.effective_date, back_entered=True, scheme_id=application.scheme_id,
                region_id=application.region_id, operating_region_id=application.operating_region_id,
            )
            for application in applications
            for step in (Step.FIRST_REVIEW, Step.APPROVAL)
        ],
    )


def _money(
    batch: BackEntry, rows: list[BackEntryRow], applications: list[Application], payees: list[PayeeLine], by: User
) -> None:
    """Reserve and pay these rows on the line: two conditional updates, however many they are."""
    def entries(kind: EntryKind, settled: Iterable[Entry | None]) -> list[Entry]:
        return ledger.record([
            ledger.entry_for(
                payee, application, line_id=batch.line_id, kind=kind, by=by, on=application.effective_date,
                settles=earlier,
                key=f"back:{batch.pk}:{kind}:{payee.pk}", back_entered=True,
            )
            for application, payee, earlier in zip(applications, payees, settled, strict=True)
        ])

    reserved = entries(EntryKind.RESERVE, [None] * len(payees))
    paid = entries(EntryKind.PAY, reserved)
    Payment.objects.bulk_create(
        [payment_of(entry, by, row.paid_on, row.voucher) for entry, row in zip(paid, rows, strict=True)],
    )
