"""Lists of awards that were paid before the portal: shops into the register, awards for a second person to confirm."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

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
from bureau.formbuilder.tabular.importers import NEW
from bureau.formbuilder.tabular.rows import Fault, Row, at_most, empty_cell
from enterprises.imports import EnterpriseImporter
from subsidies.actions.backentry import Award, propose
from subsidies.models import Application, BudgetLine, Scheme, SchemeVersion

#: What offices write above these columns.
AMOUNT = ("奖补金额", "金额", "发放金额", "补助金额", "奖励金额", "拨付金额", "应发金额", "实发金额")
ACCOUNT = (
    "开户行及账号", "银行账号", "账号", "卡号", "收款账号", "开户行账号", "银行卡号", "社保卡号", "一卡通账号",
)
SCHEME = ("奖补项目", "项目", "项目名称", "奖补类别", "奖补种类", "补助项目", "奖励项目", "政策名称")
PAID_ON = ("拨付日期", "拨付时间", "发放日期", "发放时间", "支付日期", "支付时间", "打款日期")
VOUCHER = ("凭证号", "凭证编号", "记账凭证号", "支付凭证号")
LIMIT = 20_000


def versions():
    """What such a list may bring; allowances of placements follow from their agreements."""
    return SchemeVersion.objects.select_related("scheme").exclude(amounts__contains={"kind": "placement"})


def not_ahead(day: date) -> date:
    if day > clock.today():
        raise ValidationError(_("The day of payment lies in the future."))
    return day


class AwardListForm(forms.Form):
    """What the list itself does not say. What is left open here the list says row by row. `options()` is JSON-able."""

    version = forms.ModelChoiceField(
        label=gettext_lazy("Scheme"), queryset=versions(), required=False,
        empty_label=gettext_lazy("As the list says, row by row"),
    )
    line = forms.ModelChoiceField(
        label=gettext_lazy("Budget line"), queryset=BudgetLine.objects.all(), empty_label=None,
        help_text=gettext_lazy("Every payment of the list must fall in its year."),
    )
    paid_on = PortalDateField(
        label=gettext_lazy("Paid on"), required=False,
        help_text=gettext_lazy("Rows that say no day of their own count for this one."),
    )
    voucher = CleanCharField(
        label=gettext_lazy("Voucher number"), max_length=60, required=False,
        help_text=gettext_lazy("For rows that say none of their own."),
    )

    def clean_paid_on(self):
        day = self.cleaned_data["paid_on"]
        return not_ahead(day).isoformat() if day else ""

    def clean_version(self):
        version = self.cleaned_data["version"]
        return version.pk if version else None

    def clean_line(self):
        return self.cleaned_data["line"].pk

    def clean(self):
        data = super().clean()
        line = BudgetLine.objects.filter(pk=data.get("line")).first()
        if line and data.get("paid_on") and (reason := outside(line, date.fromisoformat(data["paid_on"]))):
            self.add_error("paid_on", reason)
        return data


def outside(line: BudgetLine, day: date) -> str:
    """Why this day cannot be one of the line's payments, or ""."""
    if day.year == line.fiscal_year:
        return ""
    return _("%(day)s lies outside %(year)s, the year of the budget line.") % {"day": day, "year": line.fiscal_year}


def _above_zero(amount: Decimal) -> Decimal:
    if amount <= 0:
        raise ValidationError(_("The amount must be above zero."))
    return amount


class AwardImporter(EnterpriseImporter):
    key = "awards"
    label = gettext_lazy("Awards paid earlier (back-entry)")
    note = gettext_lazy("Shops with the awards that each was paid before the portal, of one scheme or of a whole year's; "
                        "a second person confirms them.")
    permission = Permission.BACK_ENTER
    options_form = AwardListForm

    def columns(self, run):
        said = run.options or {"version": "", "paid_on": "", "voucher": ""}
        needed = {key: bool(run.options) and not said[key] for key in ("version", "paid_on", "voucher")}
        return [
            *super().columns(run),
            Column("scheme", gettext_lazy("Scheme"), "choice", SCHEME, essential=needed["version"], max_length=120,
                   example="新开店奖补"),
            Column("amount", gettext_lazy("Amount"), "money", AMOUNT, required=True, essential=True, clean=_above_zero),
            Column("paid_on", gettext_lazy("Paid on"), "date", PAID_ON, essential=needed["paid_on"], clean=not_ahead),
            Column("voucher", gettext_lazy("Voucher number"), "text", VOUCHER, essential=needed["voucher"],
                   max_length=60, example="2021-001"),
            Column("account", gettext_lazy("Bank and account"), "account", ACCOUNT, required=True, essential=True),
        ]

    def load(self, rows, *, run, by, write, report):
        judge = _Judge(run.options)
        found = self.upsert(map(judge.row, at_most(rows, LIMIT)), run=run, by=by, write=write, keep_extra=True)
        _as_awards(found)
        if write and found.good:
            unit = by.granted_units(self.permission)[0]
            for version, awards in _by_version(found):
                propose(awards, version=version, line=judge.line, unit=unit, source=run.file, by=by)
        return found

    def done_url(self, run):
        from django.urls import reverse

        return reverse("admin:subsidies_backentry_changelist")


class _Judge:
    """What a row says of its award: which scheme, when, by which voucher, and whether it can be. Everything is looked
    up before the first row: while rows are copied the connection is taken."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.line = BudgetLine.objects.get(pk=options["line"])
        self.version = versions().get(pk=options["version"]) if options["version"] else None
        self.day = date.fromisoformat(options["paid_on"]) if options["paid_on"] else None
        self.voucher = options["voucher"]
        self.by_name: dict[str, list[SchemeVersion]] = defaultdict(list)
        for version in versions().order_by("-number"):
            for name in {version.scheme.name_zh, version.scheme.name_en, version.scheme.key}:
                self.by_name[_plain(name)].append(version)
        self.names = "、".join(sorted({str(found[0].scheme) for found in self.by_name.values()}))
        cases = Application.objects.blocking().filter(scheme__in=Scheme.objects.all())
        self.taken = set(cases.exclude(enterprise__uscc=None).values_list("scheme", "enterprise__uscc"))

    def row(self, row: Row) -> Row:
        """The row with what the list as a whole says filled in, and with its faults."""
        values = row.values
        told = {fault.column for fault in row.faults}
        for key, reason in self._faults(values, told, row.part.heads):
            column = row.part.heads.get(key) or str(LABELS[key])
            if column not in told:
                row.faults.append(Fault(row.number, column, _shown(values.get(key)), reason))
        if version := values.get("award"):
            values["part"] = str(version.scheme_id)
        values["shop"] = values.get("name")
        return row

    def _faults(self, values: dict[str, Any], told: set[str], heads: dict[str, str]) -> Iterator[tuple[str, str]]:
        day = values["paid_on"] = values.get("paid_on") or self.day
        values["voucher"] = values.get("voucher") or self.voucher
        if day is None:
            yield "paid_on", empty_cell()
        elif reason := outside(self.line, day):
            yield "paid_on", reason
        elif values.get("opened_on") and day < values["opened_on"]:
            yield "opened_on", _("The award was paid before this day: correct one of the two.")
        if not values["voucher"]:
            yield "voucher", empty_cell()
        version = values["award"] = self._version(values.get("scheme"), day)
        if version is None:
            yield "scheme", self._no_scheme(values.get("scheme")) if heads.get("scheme") not in told else ""
            return
        amount = values.get("amount")
        if amount is not None and amount > version.cap:
            yield "amount", _("%(amount)s yuan is above the cap of this award (%(cap)s yuan).") % {
                "amount": yuan(amount), "cap": yuan(version.cap)}
        if (version.scheme_id, values.get("uscc")) in self.taken:
            yield "uscc", _("This shop has this award already, or applies for it.")

    def _version(self, name: str | None, day: date | None) -> SchemeVersion | None:
        """The version in force on the day of payment; of an earlier payment the first there is."""
        if not name:
            return self.version
        found = self.by_name.get(_plain(name), [])
        return next((version for version in found if day and version.opens_on <= day), found[-1] if found else None)

    def _no_scheme(self, name: str | None) -> str:
        if not name:
            return empty_cell()
        return _("There is no scheme “%(name)s”. Write one of: %(names)s.") % {"name": name, "names": self.names}


#: What a fault is headed with where the sheet has no such column.
LABELS = {
    "scheme": gettext_lazy("Scheme"), "amount": gettext_lazy("Amount"), "paid_on": gettext_lazy("Paid on"),
    "voucher": gettext_lazy("Voucher number"), "uscc": gettext_lazy("Unified social credit code"),
    "opened_on": gettext_lazy("Opened on"),
}


def _plain(name: str) -> str:
    return "".join(name.split()).casefold().strip("“”\"'《》")


def _shown(value: Any) -> str:
    return "" if value is None else yuan(value) if isinstance(value, Decimal) else str(value)


def _by_version(found) -> Iterable[tuple[SchemeVersion, list[Award]]]:
    """One list for each scheme, in the order in which the file names them."""
    lists: dict[int, tuple[SchemeVersion, list[Award]]] = {}
    for row, enterprise_id in sorted(found.enterprises.items()):
        extra = found.extra[row]
        bank, account = extra["account"]
        version = extra["award"]
        award = Award(row, enterprise_id, extra["amount"], bank, account, extra["paid_on"], extra["voucher"])
        lists.setdefault(version.pk, (version, []))[1].append(award)
    return lists.values()


def _as_awards(found) -> None:
    """A good row is a new award, whether its shop stands in the register or not; the report says what it brings."""
    changes = {row: what for row, _name, _outcome, what in found.lines if what}
    found.new, found.changed, found.unchanged = len(found.extra), 0, 0
    found.lines = [
        (row, f"{extra['shop']} · {extra['award'].scheme}", NEW,
         _("%(amount)s yuan on %(day)s") % {"amount": yuan(extra["amount"]), "day": extra["paid_on"]}
         + (f"；{changes[row]}" if row in changes else ""))
        for row, extra in sorted(found.extra.items())
    ]


importers.register(AwardImporter())
from subsidies.loans import imports as loans  # noqa: E402, F401
