"""What a bank has paid out: several payments of one loan are several rows, told apart by the bank's serial."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.formbuilder.tabular.by_form import FormImporter
from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.importers import NEW, UNCHANGED
from subsidies.loans.actions.drawdowns import draw
from subsidies.loans.enums import GRANTED
from subsidies.loans.forms import DrawdownRowForm
from subsidies.loans.imports.decisions import NUMBER, bank_of, moved
from subsidies.loans.models import Drawdown, LoanRequest


@dataclass
class LookedUp:
    """Requests by number; granted ones by the code of the shop; payments by (bank, serial); what each may still draw,
    less what earlier rows of this file take; the bank that the file comes from."""

    by_number: dict = field(default_factory=dict)
    by_uscc: dict = field(default_factory=lambda: defaultdict(list))
    drawn: dict = field(default_factory=dict)
    left: dict = field(default_factory=dict)
    bank: str = ""

    def spend(self, case, amount: Decimal) -> bool:
        """Take the amount off what is left of the loan; False where it is not enough."""
        if amount > self.left_of(case):
            return False
        self.left[case.pk] -= amount
        return True

    def left_of(self, case) -> Decimal:
        return self.left.setdefault(case.pk, case.left)

    def serial_of(self, uscc, serial):
        """The request of this shop on which this serial was paid before, or None."""
        for (_bank, known), drawdown in self.drawn.items():
            if known == serial and (drawdown.enterprise.uscc or "") == uscc:
                return drawdown.request
        return None


class DrawdownImporter(FormImporter):
    key = "loan-drawdowns"
    label = _("Payments of a bank on approved loans")
    note = _("What the bank has paid out, one payment per row, with its own serial.")
    permission = Permission.LOAN_EDIT

    def columns(self, run):
        return [
            NUMBER,
            Column("uscc", _("Unified social credit code"), "uscc", aliases=(
                "统一社会信用代码", "社会信用代码", "信用代码", "营业执照号",
            )),
            Column("amount", _("Amount paid out"), "money", required=True, essential=True, aliases=(
                "放款金额", "发放金额", "贷款金额", "金额", "出账金额", "提款金额",
            )),
            Column("paid_on", _("Paid out on"), "date", required=True, essential=True, aliases=(
                "放款日期", "发放日期", "放款时间", "发放时间", "出账日期", "日期", "贷款日期",
            )),
            Column("serial", _("Serial of the bank"), required=True, essential=True, max_length=60, aliases=(
                "流水号", "银行流水号", "借据号", "放款流水号", "业务流水号", "借据编号", "交易流水号",
            )),
        ]

    def prepare(self, rows, run):
        named = {key: {str(row.values.get(key) or "").strip().upper() for row in rows} - {""} for key in ("number", "uscc")}
        serials = {str(row.values.get("serial") or "").strip() for row in rows} - {""}
        visible = LoanRequest.objects.visible_to(run.asked_by).select_related("product", "enterprise", "unit")
        found = LookedUp()
        granted = Q(enterprise__uscc__in=named["uscc"], state__in=GRANTED)
        for case in visible.filter(Q(number__in=named["number"]) | granted):
            found.by_number[case.number] = case
            if case.state in GRANTED and case.enterprise.uscc:
                found.by_uscc[case.enterprise.uscc].append(case)
        found.bank = bank_of(found.by_number.values())
        known = Drawdown.objects.filter(serial__in=serials).select_related("request__product", "enterprise")
        found.drawn = {(drawdown.bank, drawdown.serial): drawdown for drawdown in known}
        return found

    def form(self, row, run, context):
        return DrawdownRowForm(row, looked_up=context)

    def identity(self, form, context):
        return form.case.product.bank_zh, form.cleaned_data["serial"]

    def outcome(self, form, context):
        return UNCHANGED if form.known else NEW

    def names(self, form):
        return f"{form.case.number} · {form.cleaned_data['serial']}"

    def save(self, good, *, run, by, context):
        """Each through the one door, in the order of the requests; the database keeps the sum."""
        for _row, form in sorted(good, key=lambda pair: (pair[1].case.pk, pair[1].cleaned_data["paid_on"])):
            data = form.cleaned_data
            moved(draw, request=form.case, amount=data["amount"], on=data["paid_on"], serial=data["serial"], by=by,
                  source=run.file)

    def done_url(self, run):
        return reverse("admin:subsidies_drawdown_changelist")
