"""Rosters of loans that banks paid out before the portal: proposed by one person, for another to confirm."""

from dataclasses import dataclass

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.attachments.enums import Confirmation
from bureau.formbuilder.tabular.by_form import FormImporter
from bureau.formbuilder.tabular.columns import Column
from enterprises.models import Enterprise
from subsidies.loans.actions.earlier import Loan, propose
from subsidies.loans.forms import EarlierRowForm
from subsidies.loans.models import Drawdown, LoanBackRow, LoanProduct


class RosterForm(forms.Form):
    """What the roster itself does not say."""

    product = forms.ModelChoiceField(label=_("Loan product"), queryset=LoanProduct.objects.all(), empty_label=None)

    def clean_product(self):
        return self.cleaned_data["product"].pk


@dataclass
class Context:
    product: LoanProduct
    shops: dict
    serials: set
    paid: set


class EarlierLoanImporter(FormImporter):
    key = "loans-earlier"
    label = _("Loans paid out earlier (back-entry)")
    note = _("A roster of loans from before the portal; a second person confirms it.")
    permission = Permission.BACK_ENTER
    options_form = RosterForm

    def columns(self, run):
        return [
            Column("shop", _("Shop"), max_length=120, aliases=("店铺名称", "店名", "企业名称", "借款人", "名称", "店铺")),
            Column("uscc", _("Unified social credit code"), "uscc", required=True, essential=True, aliases=(
                "统一社会信用代码", "社会信用代码", "信用代码", "营业执照号",
            )),
            Column("bank", _("Bank"), max_length=120, aliases=("银行", "放款银行", "贷款银行", "经办银行", "承贷银行")),
            Column("amount", _("Amount paid out"), "money", required=True, essential=True, aliases=(
                "贷款金额", "放款金额", "发放金额", "金额",
            )),
            Column("paid_on", _("Paid out on"), "date", required=True, essential=True, aliases=(
                "放款日期", "发放日期", "贷款日期", "放款时间", "日期",
            )),
            Column("serial", _("Serial of the bank"), max_length=60, aliases=("流水号", "借据号", "放款流水号", "银行流水号")),
        ]

    def prepare(self, rows, run):
        product = LoanProduct.objects.get(pk=run.options["product"])
        codes = {row.values.get("uscc") for row in rows} - {None}
        shops = Enterprise.objects.visible_to(run.asked_by).listed().filter(uscc__in=codes).select_related("region")
        by_code = {shop.uscc: shop for shop in shops}
        drawdowns = Drawdown.objects.filter(product=product, enterprise__in=by_code.values())
        waiting = LoanBackRow.objects.filter(
            back_entry__product=product, back_entry__state=Confirmation.PROPOSED, enterprise__in=by_code.values()
        )
        paid = set(drawdowns.values_list("enterprise", "amount", "effective_date"))
        paid |= set(waiting.values_list("enterprise", "amount", "paid_on"))
        serials = {str(row.values.get("serial") or "").strip() for row in rows} - {""}
        taken = set(Drawdown.objects.filter(bank=product.bank_zh, serial__in=serials).values_list("serial", flat=True))
        taken |= set(waiting.exclude(serial="").values_list("serial", flat=True))
        return Context(product, by_code, taken, paid)

    def form(self, row, run, context):
        return EarlierRowForm(row, context=context)

    def identity(self, form, context):
        data = form.cleaned_data
        return data["serial"] or (form.enterprise.pk, data["amount"], data["paid_on"])

    def names(self, form):
        return form.enterprise.name

    def save(self, good, *, run, by, context):
        loans = (
            Loan(row.number, form.enterprise.pk, form.cleaned_data["amount"], form.cleaned_data["paid_on"],
                 form.cleaned_data["serial"])
            for row, form in good
        )
        unit = by.granted_units(self.permission)[0]
        propose(loans, product=context.product, unit=unit, source=run.file, by=by)

    def done_url(self, run):
        return reverse("admin:subsidies_loanbackentry_changelist")
