"""Figures of loans: requests, lists, decisions and drawdowns, each a row with its own day, region and unit."""

from django.db.models import BigIntegerField
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from bureau.metrics import Column, Dimension, DimensionValue, Metric, Sentence, Source, Units, register
from bureau.metrics.enums import Section, Sensitivity
from subsidies.loans.models import Drawdown, LoanProduct, LoanRequest, ReferralRow


def product_values():
    return [
        DimensionValue(product.key, f"{product.bank_zh}“{product.name_zh}”", f"{product.name_en} ({product.bank_en})")
        for product in LoanProduct.objects.order_by("key")
    ]


def with_place(queryset):
    """Adds `place`: the province of operation in China, the country abroad."""
    return queryset.annotate(place=Coalesce(
        "operating_region__province_id", "operating_region__country_id", output_field=BigIntegerField()
    ))


DIMS = {
    "place": Dimension("place", _("Place of operation")),
    "product": Dimension("product__key", _("Loan product"), product_values),
}
requests = Source("loans.requests", lambda: with_place(LoanRequest.objects.all()), dims=DIMS)
referrals = Source("loans.referrals", lambda: with_place(ReferralRow.objects.all()), dims=DIMS)
decisions = Source("loans.decisions", lambda: with_place(LoanRequest.objects.granted()), dims=DIMS)
drawdowns = Source("loans.drawdowns", lambda: with_place(Drawdown.objects.all()), dims=DIMS)


def columns(date, amount, prefix="request__"):
    """Officials see number, region, day and amount; staff the shop and the office too."""
    return (
        Column("number", _("Number"), f"{prefix}number"),
        Column("shop", _("Shop"), "enterprise__name", Sensitivity.INTERNAL),
        Column("region", _("Home county"), "region__name", pair=True),
        Column("place", _("Place of operation"), "operating_region__name", pair=True),
        Column("office", _("Office"), "unit__name", Sensitivity.INTERNAL, pair=True),
        Column("product", _("Loan product"), "product__name", pair=True),
        Column("date", _("Date"), date),
        Column("amount", _("Amount (yuan)"), amount),
    )


register(
    Metric(
        "loans.requested", _("Loan requests"), Units.CASES, requests, date="effective_date",
        columns=columns("effective_date", "amount_wished", ""),
        definition=_("Requests handed in, by the day on which they were handed in; loans entered afterwards by the "
                     "day of the loan."),
        better="up",
    ),
    Metric(
        "loans.referred", _("Shops recommended to banks"), Units.SHOPS, referrals, distinct="enterprise",
        date="listed_on", columns=columns("listed_on", "amount"),
        definition=_("Different shops on lists that went to banks, by the day of the list."), better="up",
    ),
    Metric(
        "loans.approved", _("Shops whose loan was approved"), Units.SHOPS, decisions, distinct="enterprise",
        date="decided_on", columns=columns("decided_on", "amount_approved", ""),
        definition=_("Different shops whose loan a bank approved, by the day of the bank's decision."), better="up",
    ),
    Metric(
        "loans.approved_amount", _("Loans approved"), Units.YUAN, decisions, sum="amount_approved", date="decided_on",
        columns=columns("decided_on", "amount_approved", ""),
        definition=_("Amounts that banks approved, by the day of their decision."), better="up",
    ),
    Metric(
        "loans.disbursed", _("Loans paid out"), Units.YUAN, drawdowns, sum="amount", date="effective_date",
        columns=columns("effective_date", "amount"),
        definition=_("Payments of banks to shops, by the day of the payment; loans entered afterwards count once a "
                     "second person has confirmed them."),
        better="up", headline=100,
    ),
    Metric(
        "loans.borrowers", _("Shops that received a loan"), Units.SHOPS, drawdowns, distinct="enterprise",
        date="effective_date", columns=columns("effective_date", "amount"),
        definition=_("Different shops to which a bank paid, by the day of the payment."), better="up",
    ),
)

register(
    Sentence(
        Section.PROGRESS, 60,
        zh="金融支持方面，今年以来发放“拉面贷”等贷款{loans.disbursed}，惠及{loans.borrowers}。",
        en="Since the beginning of the year banks have paid out {loans.disbursed} in loans to {loans.borrowers}.",
        keys=("loans.disbursed", "loans.borrowers"), when="loans.disbursed",
    ),
    Sentence(
        Section.PROGRESS, 61,
        zh="本期收到贷款申请{loans.requested@period}，向银行推荐{loans.referred@period}，"
           "获批{loans.approved@period}、{loans.approved_amount@period}，发放{loans.disbursed@period}。",
        en="In this period there were {loans.requested@period} of loan requests; {loans.referred@period} were "
           "recommended to banks and {loans.approved@period} approved for {loans.approved_amount@period}; "
           "{loans.disbursed@period} was paid out.",
        keys=("loans.requested", "loans.referred", "loans.approved", "loans.approved_amount", "loans.disbursed"),
        when="loans.requested@period",
    ),
    Sentence(
        Section.PLANS, 60,
        zh="继续摸排店铺融资需求，及时向银行推荐，跟进已推荐店铺的审批和放款。",
        en="Go on asking shops what they need, recommend them to banks in time, and follow up decisions and payments.",
        keys=("loans.requested",), when="loans.requested",
    ),
)
