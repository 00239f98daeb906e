"""Registration of payments. The treasury or a bank pays; the portal keeps what was paid, once."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.common import clock
from bureau.workflow import Refused
from subsidies.actions import ledger, stages
from subsidies.actions.review import tell_owner
from subsidies.enums import EntryKind
from subsidies.models import Application, Entry, Payment


def on_register_payment(application, by, data, log):
    """Effect: every payee of the application has been paid; the case closes on the day of payment."""
    register(application=application, by=by, paid_on=data["paid_on"], voucher=data["voucher"])
    application.closed_at, application.closed_on = log.at, data["paid_on"]
    log.effective_date = data["paid_on"]
    stages.finish(application, at=log.at)
    tell_owner(application, "subsidies.paid")


def register(*, application: Application, by: User, paid_on: date, voucher: str) -> list[Payment]:
    """Settle what is reserved for the payees, one payment each. Raises Refused where nothing is owed."""
    if paid_on > clock.today():
        raise Refused([_("The day of payment lies in the future.")])
    ledger.locked_payees(application)
    owed = ledger.owed(application)
    if not owed:
        raise Refused([_("Nothing is owed to the payees of this application.")])
    entries = ledger.settle(owed, application=application, kind=EntryKind.PAY, by=by, on=paid_on)
    return Payment.objects.bulk_create(payment_of(entry, by, paid_on, voucher) for entry in entries)


def payment_of(entry: Entry, by: User, paid_on: date, voucher: str) -> Payment:
    return Payment(
        application_id=entry.application_id, payee_line_id=entry.payee_line_id, entry=entry,
        amount=entry.amount, paid_on=paid_on, voucher=voucher, by=by,
    )


def paid_total(application: Application) -> Decimal:
    return Entry.objects.filter(application=application).totals()["paid"]
