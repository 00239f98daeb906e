"""The bank's answers to a list, matched by the number of the request."""

from collections import Counter
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.formbuilder.tabular.by_form import FormImporter
from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.importers import NEW, UNCHANGED
from bureau.workflow import NotDone, perform
from subsidies.loans.enums import Decision
from subsidies.loans.forms import DecisionRowForm
from subsidies.loans.models import LoanRequest

NUMBER = Column("number", _("Request number"), aliases=("申请编号", "编号", "业务编号", "推荐编号"), max_length=24)


def moved(function, *args, **kwargs):
    """Run a move; one that was refused since the rows were judged stops the whole file with its reasons."""
    try:
        return function(*args, **kwargs)
    except NotDone as refusal:
        raise ValidationError(refusal.reasons) from None


def bank_of(cases):
    """The bank that a file comes from: that of most requests it names; "" where it names none."""
    counted = Counter(case.product.bank_zh for case in cases).most_common(1)
    return counted[0][0] if counted else ""


@dataclass
class Named:
    """{number: request} of what a file names and its reader may see, and the bank it comes from."""

    cases: dict
    bank: str


class DecisionImporter(FormImporter):
    key = "loan-decisions"
    label = _("Decisions of a bank on loan requests")
    note = _("The list for the bank as it comes back: decision, amount, date and reason beside each number.")
    permission = Permission.LOAN_EDIT

    def columns(self, run):
        return [
            replace(NUMBER, required=True, essential=True),
            Column("decision", _("Decision"), required=True, essential=True, max_length=20, aliases=(
                "审批结果", "结果", "审批意见", "是否同意", "银行意见", "审批结论", "决定",
            )),
            Column("amount", _("Amount approved"), "money", aliases=(
                "批准金额", "授信金额", "审批金额", "同意金额", "核准金额", "授信额度", "批准额度",
            )),
            Column("decided_on", _("Decided on"), "date", required=True, essential=True, aliases=(
                "审批日期", "审批时间", "授信日期", "决定日期", "批准日期", "日期",
            )),
            Column("reason", _("Reason of the bank"), aliases=("未通过原因", "拒绝原因", "原因", "不同意原因", "备注")),
        ]

    def prepare(self, rows, run):
        numbers = {str(row.values.get("number") or "").strip().upper() for row in rows}
        cases = LoanRequest.objects.visible_to(run.asked_by).filter(number__in=numbers)
        found = {case.number: case for case in cases.select_related("unit", "product")}
        return Named(found, bank_of(found.values()))

    def form(self, row, run, context):
        return DecisionRowForm(row, named=context)

    def identity(self, form, context):
        return form.case.pk

    def outcome(self, form, context):
        return UNCHANGED if form.decided else NEW

    def names(self, form):
        return form.case.number

    def save(self, good, *, run, by, context):
        """Each through the one door: lock, right, log, message to the owner."""
        for _row, form in sorted(good, key=lambda pair: pair[1].case.pk):
            data = form.cleaned_data
            step = "accept" if data["decision"] == Decision.ACCEPT else "decline"
            moved(perform, form.case, step, by=by, version=form.case.version, data=data)

    def done_url(self, run):
        return reverse("admin:subsidies_loanrequest_changelist")
