"""Forms of loans: what an owner asks, what an office enters for him, and what banks answer, by hand or row by row."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bureau.attachments.forms import AttachmentField
from bureau.common import clock
from bureau.common.forms import CleanCharField, PhoneField, PortalDateField, StrictDecimalField
from bureau.common.money import yuan
from subsidies.forms_staff import StepForm
from subsidies.loans.enums import DECISION_WORDS, GRANTED, Decision, State
from subsidies.loans.models import LoanProduct
from subsidies.loans.purposes import CONSENT

#: Less than this part of a sum is no part of it but a wrong unit.
LEAST_PART = 1000


def amount_field(label, **kwargs):
    return StrictDecimalField(label=label, max_digits=14, decimal_places=2, min_value=Decimal("0.01"), **kwargs)


def another_unit(amount, whole):
    """What to say of 30 yuan where 300,000 are expected."""
    return _("%(amount)s yuan where %(whole)s yuan are expected: amounts are in yuan, unless the head of the column "
             "says %(unit)s.") % {"amount": yuan(amount), "whole": yuan(whole), "unit": "万元"}


def sound_approval(amount, case):
    """What a bank may have meant: neither above the loan (or what was asked for while it went higher), nor a number in
    another unit. Raises ValidationError."""
    highest = max(case.product.highest, case.amount_wished)
    if amount > highest:
        raise forms.ValidationError(_("This loan goes up to %(highest)s yuan.") % {"highest": yuan(highest)})
    if amount * LEAST_PART < case.amount_wished:
        raise forms.ValidationError(another_unit(amount, case.amount_wished))
    return amount


def not_ahead(day):
    """A day of the past or today."""
    if day > clock.today():
        raise forms.ValidationError(_("This day has not come yet."))
    return day


class AskForm(forms.Form):
    """The owner's: how much, what for, and may the bank see it."""

    amount = amount_field(gettext_lazy("How much do you need (yuan)"), widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    purpose = CleanCharField(
        label=gettext_lazy("What it is for"), max_length=200,
        help_text=gettext_lazy("For example: fitting out a second shop, kitchen equipment, stock."),
    )
    consent = forms.BooleanField(label=gettext_lazy("I have read this and agree"))

    def __init__(self, *args, product, **kwargs):
        super().__init__(*args, **kwargs)
        self.product = product
        self.fields["amount"].help_text = _("At most %(highest)s yuan.") % {"highest": yuan(product.highest)}

    def clean_amount(self):
        if (amount := self.cleaned_data["amount"]) > self.product.highest:
            raise forms.ValidationError(
                _("This loan goes up to %(highest)s yuan.") % {"highest": yuan(self.product.highest)}
            )
        return amount


class EntryForm(forms.Form):
    """An office enters for an owner what stands on his signed paper."""

    shop = CleanCharField(
        label=gettext_lazy("Shop"), max_length=40, help_text=gettext_lazy("Its register number (E…) or unified social credit code.")
    )
    product = forms.ModelChoiceField(label=gettext_lazy("Loan product"), queryset=LoanProduct.objects.none(), empty_label=None)
    amount = amount_field(gettext_lazy("Amount wished (yuan)"))
    purpose = CleanCharField(label=gettext_lazy("What the loan is for"), max_length=200)
    phone = PhoneField(label=gettext_lazy("Phone of the owner"), any_kind=True)
    paper = AttachmentField(
        purpose=CONSENT, label=gettext_lazy("Photo of the signed consent"),
        help_text=gettext_lazy("Without it nothing may be passed on to the bank."),
    )

    def __init__(self, *args, user, shops, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = LoanProduct.objects.open_on(clock.today())
        self.fields["paper"].user, self.shops = user, shops

    def clean_shop(self):
        text = self.cleaned_data["shop"].upper()
        field = "number" if text.startswith("E") else "uscc"
        found = self.shops.filter(**{field: text}).select_related("region", "operator").first()
        if found is None:
            raise forms.ValidationError(_("There is no such shop in your area."))
        return found

    def clean(self):
        data = super().clean()
        product, amount = data.get("product"), data.get("amount")
        if product and amount and amount > product.highest:
            self.add_error("amount", _("This loan goes up to %(highest)s yuan.") % {"highest": yuan(product.highest)})
        return data


# --- what the bank answers, by hand --------------------------------------------------------------------------


class DecidedForm(StepForm):
    decided_on = PortalDateField(label=gettext_lazy("Decided on"))

    def clean_decided_on(self):
        day = not_ahead(self.cleaned_data["decided_on"])
        if day < self.case.effective_date:
            raise forms.ValidationError(_("The request was handed in later than this."))
        return day


class ApprovalForm(DecidedForm):
    amount = amount_field(gettext_lazy("Amount approved (yuan)"))
    field_order = ["amount", "decided_on"]

    def clean_amount(self):
        return sound_approval(self.cleaned_data["amount"], self.case)


class DeclineForm(DecidedForm):
    reason = CleanCharField(label=gettext_lazy("Reason of the bank"), max_length=200, help_text=gettext_lazy("The owner reads it."))
    field_order = ["reason", "decided_on"]


class CloseForm(StepForm):
    closed_on = PortalDateField(label=pgettext_lazy("loan", "Closed on"))
    comment = CleanCharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def clean_closed_on(self):
        day = not_ahead(self.cleaned_data["closed_on"])
        if day < self.case.decided_on:
            raise forms.ValidationError(_("The bank decided later than this."))
        return day


# --- rows of a bank's files ----------------------------------------------------------------------------------


def foreign_reason(case, bank):
    """A file is of one bank: what to say of a request that went to another one, "" for its own."""
    if case.product.bank_zh == bank:
        return ""
    return _("This request went to %(other)s, but most of this file is of %(bank)s: one file for each bank.") % {
        "other": case.product.bank_zh, "bank": bank}


class DecisionRowForm(forms.Form):
    """One row of the list as it comes back. `named`: what the whole file names (`imports.decisions.Named`)."""

    number = CleanCharField(label=gettext_lazy("Request number"), max_length=24)
    decision = CleanCharField(label=gettext_lazy("Decision"), max_length=20)
    amount = amount_field(gettext_lazy("Amount approved"), required=False)
    decided_on = PortalDateField(label=gettext_lazy("Decided on"))
    reason = CleanCharField(label=gettext_lazy("Reason of the bank"), max_length=200, required=False)

    def __init__(self, data, *, named):
        super().__init__(data)
        self.named, self.case = named, None

    def clean_number(self):
        self.case = self.named.cases.get(self.cleaned_data["number"].upper())
        if self.case is None:
            raise forms.ValidationError(_("There is no request of this number."))
        if reason := foreign_reason(self.case, self.named.bank):
            raise forms.ValidationError(reason)
        if self.case.state in (State.REQUESTED, State.WITHDRAWN):
            raise forms.ValidationError(
                _("The owner has withdrawn this request.") if self.case.state == State.WITHDRAWN
                else _("This request has not been passed on to a bank.")
            )
        return self.case.number

    def clean_decision(self):
        text = self.cleaned_data["decision"].replace(" ", "")
        by_label = {str(label): value for value, label in Decision.choices}
        found = DECISION_WORDS.get(text) or by_label.get(text)
        if found is None:
            raise forms.ValidationError(_("Write %(yes)s or %(no)s.") % {"yes": "同意", "no": "拒绝"})
        return Decision(found)

    def clean_decided_on(self):
        return not_ahead(self.cleaned_data["decided_on"])

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        if data["decision"] == Decision.ACCEPT:
            self._check_approval(data["amount"])
        else:
            self._check_refusal(data["amount"], data["reason"])
        if data["decided_on"] < self.case.effective_date:
            self.add_error("decided_on", _("The request was handed in later than this."))
        if not self.errors and self.decided and not self.same():
            raise forms.ValidationError(_("The bank has answered otherwise before: %(what)s. A decision is not changed.")
                                        % {"what": self.said()})
        return data

    def _check_approval(self, amount):
        try:
            if not amount:
                raise forms.ValidationError(_("An approval needs its amount."))
            sound_approval(amount, self.case)
        except forms.ValidationError as error:
            self.add_error("amount", error)

    def _check_refusal(self, amount, reason):
        if not reason:
            self.add_error("reason", _("A refusal needs its reason."))
        if amount:
            self.add_error("amount", _("A refusal has no amount."))

    @property
    def decided(self):
        return self.case.decided_on is not None

    def same(self):
        """Is it what stands already?"""
        data, case = self.cleaned_data, self.case
        if data["decision"] == Decision.DECLINE:
            return (case.state, case.decided_on, case.decline_reason) == (
                State.DECLINED, data["decided_on"], data["reason"])
        return (case.amount_approved, case.decided_on) == (data["amount"], data["decided_on"])

    def said(self):
        if self.case.amount_approved is None:
            return _("declined on %(day)s") % {"day": self.case.decided_on}
        return _("%(amount)s yuan on %(day)s") % {"amount": yuan(self.case.amount_approved), "day": self.case.decided_on}


class DrawdownRowForm(forms.Form):
    """One payment. It names the request, or the shop by its code where that has one loan only.

    `looked_up`: what the whole file names (`imports.drawdowns.LookedUp`)."""

    number = CleanCharField(label=gettext_lazy("Request number"), max_length=24, required=False)
    uscc = CleanCharField(label=gettext_lazy("Unified social credit code"), max_length=18, required=False)
    amount = amount_field(gettext_lazy("Amount paid out"))
    paid_on = PortalDateField(label=gettext_lazy("Paid out on"))
    serial = CleanCharField(label=gettext_lazy("Serial of the bank"), max_length=60)

    def __init__(self, data, *, looked_up):
        super().__init__(data)
        self.looked_up, self.case, self.known = looked_up, None, None

    def clean_paid_on(self):
        return not_ahead(self.cleaned_data["paid_on"])

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        self.case = self._case(data["number"].upper(), data["uscc"].upper())
        if self.case is None or self.errors:
            return data
        self.known = self.looked_up.drawn.get((self.case.product.bank_zh, data["serial"]))
        if reason := foreign_reason(self.case, self.looked_up.bank):
            self.add_error(self._key(), reason)
        elif self.known is not None:
            self._compare()
        elif self.case.state not in GRANTED:
            self.add_error(self._key(), _("The bank has not approved this request, or it has been closed."))
        elif data["paid_on"] < self.case.decided_on:
            self.add_error("paid_on", _("The bank approved it later than this."))
        elif data["amount"] * LEAST_PART < self.case.amount_approved and data["amount"] != self.looked_up.left_of(self.case):
            self.add_error("amount", another_unit(data["amount"], self.case.amount_approved))
        elif not self.looked_up.spend(self.case, data["amount"]):
            self.add_error("amount", _("More would be paid out than the bank has approved (%(left)s yuan are left).")
                           % {"left": yuan(self.looked_up.left[self.case.pk])})
        return data

    def _key(self):
        return "number" if self.cleaned_data["number"] else "uscc"

    def _case(self, number, uscc):
        if number:
            found = self.looked_up.by_number.get(number)
            if found is None:
                self.add_error("number", _("There is no request of this number."))
            elif uscc and (found.enterprise.uscc or "") != uscc:
                self.add_error("uscc", _("This request belongs to another shop."))
            return found
        if not uscc:
            self.add_error("number", _("Name the request, or the shop by its code."))
            return None
        rows = self.looked_up.by_uscc.get(uscc, [])
        again = self.looked_up.serial_of(uscc, self.cleaned_data["serial"])
        if again is not None:
            return again
        if len(rows) != 1:
            self.add_error("uscc", _("This shop has several loans: give the request number.") if rows
                           else _("This shop has no loan that the bank has approved."))
            return None
        return rows[0]

    def _compare(self):
        """The same payment once more changes nothing; another one under its serial is a fault."""
        known, data = self.known, self.cleaned_data
        if (known.request_id, known.amount, known.effective_date) != (self.case.pk, data["amount"], data["paid_on"]):
            self.add_error("serial", _("The bank has used this serial for another payment: %(amount)s yuan on %(day)s.")
                           % {"amount": yuan(known.amount), "day": known.effective_date})


class EarlierRowForm(forms.Form):
    """One loan of a roster of earlier times. `shops`: {code: enterprise}; `paid`: what is registered already."""

    uscc = CleanCharField(label=gettext_lazy("Unified social credit code"), max_length=18)
    shop = CleanCharField(label=gettext_lazy("Shop"), max_length=120, required=False)
    bank = CleanCharField(label=gettext_lazy("Bank"), max_length=120, required=False)
    amount = amount_field(gettext_lazy("Amount paid out"))
    paid_on = PortalDateField(label=gettext_lazy("Paid out on"))
    serial = CleanCharField(label=gettext_lazy("Serial of the bank"), max_length=60, required=False)

    def __init__(self, data, *, context):
        super().__init__(data)
        self.context = context

    def clean_uscc(self):
        found = self.context.shops.get(self.cleaned_data["uscc"].upper())
        if found is None:
            raise forms.ValidationError(_("There is no such shop in your area."))
        if found.region_id is None:
            raise forms.ValidationError(_("The register does not say which county the shop belongs to."))
        self.enterprise = found
        return found.uscc

    def clean_shop(self):
        name = self.cleaned_data["shop"]
        if name and hasattr(self, "enterprise") and name != self.enterprise.name:
            raise forms.ValidationError(
                _("In the register this code belongs to %(name)s.") % {"name": self.enterprise.name}
            )
        return name

    def clean_bank(self):
        bank, product = self.cleaned_data["bank"], self.context.product
        if bank and bank not in product.bank_zh and product.bank_zh not in bank:
            raise forms.ValidationError(_("This roster is for loans of %(bank)s.") % {"bank": product.bank_zh})
        return bank

    def clean_amount(self):
        if (amount := self.cleaned_data["amount"]) > self.context.product.highest:
            raise forms.ValidationError(
                _("This loan goes up to %(highest)s yuan.") % {"highest": yuan(self.context.product.highest)}
            )
        return amount

    def clean_paid_on(self):
        return not_ahead(self.cleaned_data["paid_on"])

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        if data["serial"] and data["serial"] in self.context.serials:
            self.add_error("serial", _("This payment is registered already."))
        elif (self.enterprise.pk, data["amount"], data["paid_on"]) in self.context.paid:
            self.add_error("uscc", _("This loan is registered already, or waits for confirmation."))
        return data
