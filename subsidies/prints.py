"""What the papers of an award hold: the approval form, the list of payees, the request for payment.

Identity and account numbers are masked unless `unmasked`; who may unmask is asked by the view.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from django.db.models import Prefetch
from django.utils.translation import get_language

from bureau.accounts.models import SiteProfile
from bureau.common import clock
from bureau.common.crypto import mask_phone
from bureau.formbuilder import engine
from subsidies.models import Application, BudgetLine, Entry, PayeeLine, Review


@dataclass(frozen=True)
class PayeeRow:
    """One payee as a line of a paper; numbers are ready to be shown."""

    application: Application
    payee: PayeeLine
    id_number: str
    account: str
    phone: str
    amount: Decimal


def with_all(queryset):
    """Applications with everything a paper reads, in a fixed number of queries."""
    return queryset.select_related(
        "scheme", "scheme_version__form", "enterprise__operator", "enterprise__actual_operator", "region",
        "operating_region", "unit", "stage",
    ).prefetch_related(
        "payee_lines",
        Prefetch("reviews", Review.objects.select_related("by", "unit")),
    )


def payee_row(application: Application, payee: PayeeLine, *, unmasked: bool) -> PayeeRow:
    def show(secret):
        return (secret.reveal() if unmasked else str(secret)) if secret else ""

    phone = application.enterprise.phone or application.contact_phone
    return PayeeRow(
        application, payee, show(payee.id_number), show(payee.account), phone if unmasked else mask_phone(phone),
        payee.amount,
    )


def approval_form(application: Application, *, unmasked: bool) -> dict:
    rows = [payee_row(application, payee, unmasked=unmasked) for payee in application.payee_lines.all()]
    shop = application.enterprise
    return {
        "application": application,
        "shop": shop,
        "phone": shop.phone if unmasked else mask_phone(shop.phone),
        "sections": engine.display(application.scheme_version.form, application.answers, get_language() or "zh-hans"),
        "rows": rows,
        "total": sum((row.amount for row in rows), Decimal(0)),
        "reviews": list(application.reviews.all()),
        "profile": SiteProfile.get(),
        "today": clock.today(),
    }


@dataclass(frozen=True)
class PayeeGroup:
    """The payees of one application, numbered through the whole list, and what they receive together."""

    application: Application
    rows: list[tuple[int, PayeeRow]]

    @property
    def total(self) -> Decimal:
        return sum((row.amount for _number, row in self.rows), Decimal(0))


def payee_list(applications: Iterable[Application], *, unmasked: bool) -> dict:
    """The list of payees (发放花名册) of these applications, in the order of their numbers. Where an application has
    many payees, its number and shop stand once above them (`grouped`), so that a line is left to sign on."""
    numbers = count(1)
    groups = [
        PayeeGroup(application, [
            (next(numbers), payee_row(application, payee, unmasked=unmasked)) for payee in application.payee_lines.all()
        ])
        for application in sorted(applications, key=lambda application: application.number or "")
    ]
    grouped = any(len(group.rows) > 1 for group in groups)
    for_placements = any(group.application.agreement_id for group in groups)
    return {
        "groups": groups,
        "grouped": grouped,
        "for_placements": for_placements,
        "columns": 7 + for_placements + (0 if grouped else 3),
        "payees": sum(len(group.rows) for group in groups),
        "total": sum((group.total for group in groups), Decimal(0)),
        "schemes": sorted({str(group.application.scheme) for group in groups}),
        "profile": SiteProfile.get(),
        "today": clock.today(),
    }


@dataclass(frozen=True)
class LineTotal:
    line: BudgetLine
    cases: int
    payees: int
    amount: Decimal


def payment_request(applications: Iterable[Application]) -> dict:
    """What is to be paid from which budget line: the sums of what is reserved for these applications."""
    owed = Entry.objects.unsettled().filter(application__in=[a.pk for a in applications])
    by_line: dict[int, list[Entry]] = {}
    for entry in owed.filter(kind__in=("reserve", "return")).select_related("line"):
        by_line.setdefault(entry.line_id, []).append(entry)
    lines = [
        LineTotal(
            entries[0].line, len({e.application_id for e in entries}), len({e.payee_line_id for e in entries}),
            sum((e.amount for e in entries), Decimal(0)),
        )
        for _pk, entries in sorted(by_line.items())
    ]
    return {
        "lines": lines,
        "cases": sum(line.cases for line in lines),
        "total": sum((line.amount for line in lines), Decimal(0)),
        "schemes": sorted({str(application.scheme) for application in applications}),
        "profile": SiteProfile.get(),
        "today": clock.today(),
    }
