"""Forms beside the steps of the offices. `cleaned_data` is what the effects of the transition table receive."""

from decimal import Decimal

from django import forms
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bureau.common import clock
from bureau.common.forms import CleanCharField, CleanTextField, PortalDateField
from bureau.common.i18n import localized
from bureau.common.money import yuan
from bureau.formbuilder.spec import parse
from bureau.workflow.forms import StepForm
from subsidies.enums import ItemKind
from subsidies.models import BudgetLine


class OpinionForm(StepForm):
    opinion = CleanTextField(
        label=_("Opinion"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class AcceptForm(OpinionForm):
    pass


class PassForm(OpinionForm):
    pass


class LineChoice(forms.ModelChoiceField):
    def label_from_instance(self, line):
        return _("%(line)s (%(free)s yuan left)") % {"line": line, "free": yuan(line.free)}


class ApproveForm(OpinionForm):
    """Money of the case's own scheme comes first, then money of no scheme; that of another scheme is not offered."""

    line = LineChoice(label=_("Budget line"), queryset=BudgetLine.objects.none(), empty_label=None)
    field_order = ["line", "opinion"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        lines = BudgetLine.objects.filter(fiscal_year=clock.today().year)
        lines = lines.filter(Q(scheme=None) | Q(scheme=self.case.scheme_id))
        self.fields["line"].queryset = lines.order_by(F("scheme").asc(nulls_last=True), *BudgetLine._meta.ordering)
        if not self.is_bound:
            need = self.case.amount_requested or Decimal(0)
            bearing = [line for line in lines.exclude(scheme=None) if line.free >= need]
            self.fields["line"].initial = bearing[0] if len(bearing) == 1 else None


class RefuseForm(StepForm):
    reason = CleanTextField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The owner reads it as you write it."),
    )


class PaymentForm(StepForm):
    paid_on = PortalDateField(label=_("Paid on"), help_text=_("The day on which the treasury or the bank paid."))
    voucher = CleanCharField(label=_("Voucher number"), max_length=60)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["paid_on"].initial = clock.today

    def clean_paid_on(self):
        day = self.cleaned_data["paid_on"]
        if day > clock.today():
            raise forms.ValidationError(_("The day of payment lies in the future."))
        if self.case and self.case.decided_at and day < self.case.decided_at.astimezone(clock.ZONE).date():
            raise forms.ValidationError(_("The day of payment lies before the approval."))
        return day


class CorrectionForm(StepForm):
    """One line for each answer, document, the payees and the declaration: what is written beside it is
    what the owner must change, and nothing else opens for him."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = list(correctable(self.case))
        for kind, key, label in self.asked:
            self.fields[self.name_of(kind, key)] = CleanTextField(
                label=label, required=False, max_length=200,
                widget=forms.TextInput(attrs={"placeholder": _("What must be changed; empty if it is right")}),
            )
        self.fields["note"] = CleanTextField(
            label=_("Note to the owner"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
        )
        if self.case.round():
            self.fields["reason"] = CleanTextField(
                label=_("Why a further correction is needed"), max_length=500,
                help_text=_("Everything should have been said the first time; the rounds are counted."),
            )

    @staticmethod
    def name_of(kind, key):
        return f"item-{kind}-{key}"

    def clean(self):
        data = super().clean()
        data["items"] = [
            {"kind": kind, "key": key, "note": note}
            for kind, key, _label in self.asked
            if (note := data.get(self.name_of(kind, key)))
        ]
        if not data["items"] and not self.errors:
            raise forms.ValidationError(_("Write beside at least one item what must be changed."))
        return data


def correctable(application):
    """All that may be sent back, as (kind, key, label), in the order of the form."""
    version = application.scheme_version
    for item in parse(version.spec):
        yield ItemKind.FIELD, item.key, item.label
    for item in version.materials:
        yield ItemKind.MATERIAL, item["key"], localized(item, "label")
    yield ItemKind.PAYEES, "", ItemKind.PAYEES.label
    yield ItemKind.DECLARATION, "", ItemKind.DECLARATION.label
