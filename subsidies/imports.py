"""Lists of awards that were paid before the portal: shops into the register, awards for a second person to confirm."""

from collections.abc import Iterable, Iterator

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.roles import Permission
from bureau.common import clock
from bureau.common.forms import CleanCharField, PortalDateField
from bureau.common.money import yuan
from bureau.formbuilder.tabular import importers
from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.rows import Fault, Row
from enterprises.imports import EnterpriseImporter
from subsidies.actions.backentry import Award, propose
from subsidies.models import Application, BudgetLine, SchemeVersion

#: What offices write above these columns.
AMOUNT = ("奖补金额", "金额", "发放金额", "补助金额", "奖励金额", "拨付金额", "应发金额", "实发金额")
ACCOUNT = (
    "开户行及账号", "银行账号", "账号", "卡号", "收款账号", "开户行账号", "银行卡号", "社保卡号", "一卡通账号",
)


class AwardListForm(forms.Form):
    """What the list itself does not say. `options()` is JSON-able."""

    version = forms.ModelChoiceField(
        label=gettext_lazy("Scheme"),
        queryset=SchemeVersion.objects.select_related("scheme").exclude(amounts__contains={"kind": "placement"}),
        empty_label=None,
    )
    line = forms.ModelChoiceField(
        label=gettext_lazy("Budget line"), queryset=BudgetLine.objects.all(), empty_label=None
    )
    paid_on = PortalDateField(
        label=gettext_lazy("Paid on"), help_text=gettext_lazy("Every award of the list counts for this day.")
    )
    voucher = CleanCharField(label=gettext_lazy("Voucher number"), max_length=60)

    def clean_paid_on(self):
        day = self.cleaned_data["paid_on"]
        if day > clock.today():
            raise ValidationError(_("The day of payment lies in the future."))
        return day.isoformat()

    def clean_version(self):
        return self.cleaned_data["version"].pk

    def clean_line(self):
        return self.cleaned_data["line"].pk


class AwardImporter(EnterpriseImporter):
    key = "awards"
    label = gettext_lazy("Awards paid earlier (back-entry)")
    note = gettext_lazy("Shops with the award that each was paid before the portal; a second person confirms them.")
    permission = Permission.BACK_ENTER
    options_form = AwardListForm

    def columns(self, run):
        cap = SchemeVersion.objects.get(pk=run.options["version"]).cap if run.options else None

        def within_cap(amount):
            if amount <= 0:
                raise ValidationError(_("The amount must be above zero."))
            if cap is not None and amount > cap:
                raise ValidationError(
                    _("%(amount)s yuan is above the cap of this award (%(cap)s yuan).")
                    % {"amount": yuan(amount), "cap": yuan(cap)}
                )
            return amount

        return [
            *super().columns(run),
            Column("amount", gettext_lazy("Amount"), "money", AMOUNT, required=True, essential=True, clean=within_cap),
            Column("account", gettext_lazy("Bank and account"), "account", ACCOUNT, required=True, essential=True),
        ]

    def load(self, rows, *, run, by, write, report):
        version = SchemeVersion.objects.select_related("scheme").get(pk=run.options["version"])
        found = self.upsert(_without_award(rows, version), run=run, by=by, write=write, keep_extra=True)
        if write and found.good:
            propose(
                _awards(found), version=version, line=BudgetLine.objects.get(pk=run.options["line"]),
                unit=by.granted_units(self.permission)[0], source=run.file,
                paid_on=PortalDateField().to_python(run.options["paid_on"]), voucher=run.options["voucher"], by=by,
            )
        return found

    def done_url(self, run):
        from django.urls import reverse

        return reverse("admin:subsidies_backentry_changelist")


def _awards(found) -> Iterator[Award]:
    for row, enterprise_id in sorted(found.enterprises.items()):
        bank, account = found.extra[row]["account"]
        yield Award(row, enterprise_id, found.extra[row]["amount"], bank, account)


def _without_award(rows: Iterable[Row], version: SchemeVersion) -> Iterator[Row]:
    """A shop that has the award already, or applies for it, is a fault before anything is written. Asked before
    the first row: while rows are copied the connection is taken."""
    codes = Application.objects.blocking().filter(scheme=version.scheme_id).values_list("enterprise__uscc", flat=True)
    taken = set(codes) - {None}
    return (_judged(row, taken) for row in rows)


def _judged(row: Row, taken: set[str]) -> Row:
    code = row.values.get("uscc")
    if code in taken:
        reason = _("This shop has this award already, or applies for it.")
        row.faults.append(Fault(row.number, str(_("Unified social credit code")), code, reason))
    return row


importers.register(AwardImporter())
from subsidies.loans import imports as loans  # noqa: E402, F401
