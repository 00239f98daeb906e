"""Payments that the bank sent back: marked as returned, the money is owed again, and paid once more."""

from datetime import date

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import audit
from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.common import clock
from bureau.common.forms import CleanCharField, PortalDateField
from bureau.workflow import Refused
from subsidies import duties
from subsidies.actions import ledger
from subsidies.actions.payment import payment_of
from subsidies.enums import EntryKind, Step
from subsidies.models import Application, Entry, Payment


def registers(user: User) -> bool:
    return user.can(Permission.REGISTER_PAYMENT)


def may(payment: Payment, user: User) -> bool:
    """Whether the payment stands and the user may say that the bank sent it back."""
    return registers(user) and not Entry.objects.filter(settles=payment.entry_id).exists()


def returned_entry(payment: Payment) -> Entry | None:
    """The entry by which the money came back, while it is owed."""
    back = Entry.objects.filter(settles=payment.entry_id, kind=EntryKind.RETURN)
    return back.filter(settled_by=None).select_related("payee_line").first()


def owed_again(payment: Payment) -> bool:
    return returned_entry(payment) is not None


class DatedForm(forms.Form):
    """A day that is not before the payment and not in the future."""

    on = PortalDateField(label=gettext_lazy("Date"))

    def __init__(self, *args, payment: Payment, **kwargs):
        super().__init__(*args, **kwargs)
        self.payment = payment
        self.fields["on"].initial = clock.today

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > clock.today():
            raise forms.ValidationError(_("The day lies in the future."))
        if day < self.payment.paid_on:
            raise forms.ValidationError(_("The day lies before the payment."))
        return day


class ReturnedForm(DatedForm):
    on = PortalDateField(label=gettext_lazy("Returned on"), help_text=gettext_lazy("As the bank's notice says."))


class AgainForm(DatedForm):
    on = PortalDateField(label=gettext_lazy("Paid on"))
    voucher = CleanCharField(label=gettext_lazy("Voucher number"), max_length=60)


def take_back(*, payment: Payment, by: User, on: date) -> Entry:
    """Mark it as returned. Raises Refused where it has been taken back already."""
    return ledger.take_back(entry=payment.entry, kind=EntryKind.RETURN, by=by, on=on)


@transaction.atomic
def pay_again(*, payment: Payment, by: User, on: date, voucher: str) -> Payment:
    """Settle what the return left owed by a new payment to the same payee. Raises Refused. Locks in the order of
    every payment: application, payees, line."""
    application = Application.objects.select_for_update(no_key=True).get(pk=payment.application_id)
    ledger.locked_payees(application)
    if reasons := duties.reasons(application, by, Step.PAYMENT):
        raise Refused(reasons)
    owed = returned_entry(payment)
    if owed is None:
        raise Refused([_("Nothing is owed to the payees of this application.")])
    (entry,) = ledger.settle([owed], application=application, kind=EntryKind.PAY, by=by, on=on)
    (made,) = Payment.objects.bulk_create([payment_of(entry, by, on, voucher)])
    audit.record("subsidies.payment.again", application, by=by, amount=str(entry.amount), entry=entry.pk)
    return made
