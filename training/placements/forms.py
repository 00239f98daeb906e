"""Forms of agreements, trainees, months and accounts. Host and office fill in the same ones."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bureau.attachments.forms import AttachmentField
from bureau.common import clock
from bureau.common.forms import (
    AccountField,
    CleanCharField,
    IdNumberField,
    PhoneField,
    PortalDateField,
    StrictDecimalField,
    StrictIntegerField,
)
from bureau.workflow.forms import StepForm
from enterprises.models import Enterprise
from training.placements.enums import AccountKind
from training.placements.purposes import PAPER

LONGEST_DAYS = 3 * 366


class SignForm(StepForm):
    signed_on = PortalDateField(label=_("Signed on"))
    scan = AttachmentField(
        purpose=PAPER, label=_("Scan or photo of the signed agreement"), required=True,
        help_text=_("All pages in one PDF, or a photo of the page with the signatures."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signed_on"].initial = clock.today

    def clean_signed_on(self):
        day = self.cleaned_data["signed_on"]
        if day > clock.today():
            raise ValidationError(_("The day of the signature lies in the future."))
        return day

    def clean_scan(self):
        return self.cleaned_data["scan"][0]


class StopForm(StepForm):
    stopped_on = PortalDateField(label=_("Last day"), help_text=_("Placements that go on later end on this day."))
    reason = CleanCharField(label=_("Reason"), max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stopped_on"].initial = clock.today

    def clean_stopped_on(self):
        day = self.cleaned_data["stopped_on"]
        if not self.case.starts_on <= day <= min(self.case.ends_on, clock.today()):
            raise ValidationError(_("The last day lies within the term and not in the future."))
        return day


class SendBackForm(StepForm):
    note = CleanCharField(
        label=_("What is to be corrected"), max_length=300, help_text=_("The shop reads it as you write it.")
    )


class AgreementForm(forms.Form):
    """A new agreement, or one that has not been signed."""

    host = CleanCharField(
        label=_("Host shop"), max_length=40, help_text=_("Its number in the register (E…) or its code of 18 signs.")
    )
    trainer = CleanCharField(label=_("Trainer"), max_length=60, help_text=_("Who teaches the trainees in the shop."))
    monthly_wage = StrictDecimalField(
        label=_("Monthly wage (yuan)"), min_value=Decimal("1"), max_digits=8, decimal_places=2
    )
    starts_on = PortalDateField(label=_("From"))
    ends_on = PortalDateField(label=_("Until"))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_host(self):
        text = self.cleaned_data["host"].replace(" ", "").upper()
        rows = Enterprise.objects.visible_to(self.user).listed().filter(merged_into=None)
        found = rows.filter(number=text).first() or rows.filter(uscc=text).first()
        if found is None:
            raise ValidationError(_("There is no such shop in your part of the register."))
        if found.region_id is None:
            raise ValidationError(_("The home county of this shop is not in the register yet."))
        return found

    def clean(self):
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and not 0 <= (last - first).days <= LONGEST_DAYS:
            self.add_error("ends_on", _("The last day comes after the first, within three years."))
        return data


class TraineeForm(forms.Form):
    """One row of the grid of trainees, or of a roster."""

    name = CleanCharField(label=_("Name"), max_length=60)
    id_number = IdNumberField(label=_("Identity number"))
    phone = PhoneField(label=_("Phone"), required=False)
    starts_on = PortalDateField(label=_("From"), required=False)
    ends_on = PortalDateField(label=_("Until"), required=False)
    account = AccountField(label=_("Account or card number"), required=False)
    bank = CleanCharField(label=_("Bank and branch"), max_length=120, required=False)

    def __init__(self, *args, agreement, **kwargs):
        super().__init__(*args, **kwargs)
        self.agreement = agreement

    def clean(self):
        data = super().clean()
        term = self.agreement
        first = data["starts_on"] = data.get("starts_on") or term.starts_on
        last = data["ends_on"] = data.get("ends_on") or term.ends_on
        if not (term.starts_on <= first <= last <= term.ends_on) and not self.errors:
            self.add_error("starts_on", _("These days lie outside the term of the agreement."))
        if bool(data.get("account")) != bool(data.get("bank")) and not self.errors:
            self.add_error("account", _("An account needs its bank, and a bank its account."))
        return data


class AccountForm(forms.Form):
    """The trainee's own account. With one on file, an empty number keeps it."""

    account_kind = forms.ChoiceField(label=_("Kind of account"), choices=AccountKind.choices, widget=forms.RadioSelect)
    account = AccountField(label=_("Account or card number"))
    bank = CleanCharField(
        label=_("Bank and branch"), max_length=120,
        help_text=_("For example: Agricultural Bank of China, Hualong branch."),
    )

    def __init__(self, *args, placement, **kwargs):
        known = {"account_kind": placement.account_kind or AccountKind.PERSONAL, "bank": placement.bank}
        super().__init__(*args, initial=known, **kwargs)
        if placement.account:
            self.fields["account"].required = False
            self.fields["account"].help_text = _("On file: %(number)s. Leave empty to keep it.") % {
                "number": placement.account
            }


class LeaveForm(forms.Form):
    """A trainee who leaves before the end, or never came."""

    last_day = PortalDateField(label=_("Last day worked"), required=False)
    reason = CleanCharField(label=_("Reason"), max_length=200)
    never_came = forms.BooleanField(label=_("Never came"), required=False)

    def __init__(self, *args, placement, **kwargs):
        super().__init__(*args, **kwargs)
        self.placement = placement

    def clean(self):
        data = super().clean()
        day, place = data.get("last_day"), self.placement
        if not data.get("never_came") and "last_day" not in self.errors:
            if day is None:
                self.add_error("last_day", _("Please enter the last day, or say that the trainee never came."))
            elif not place.starts_on <= day <= place.ends_on:
                self.add_error("last_day", _("The last day lies within the placement."))
        return data


class MonthRowForm(forms.Form):
    """Days and wage of one trainee in one month."""

    days = StrictIntegerField(label=_("Days worked"), min_value=0, max_value=31)
    wage = StrictDecimalField(label=_("Wage paid (yuan)"), min_value=0, max_digits=8, decimal_places=2)

    def __init__(self, *args, most, **kwargs):
        super().__init__(*args, **kwargs)
        self.most = most

    def clean_days(self):
        days = self.cleaned_data["days"]
        if days > self.most:
            raise ValidationError(_("The trainee was there on %(days)s days of this month.") % {"days": self.most})
        return days
