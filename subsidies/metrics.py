"""Figures of the awards and of their money: each a question to dated rows, none of them stored."""

from datetime import timedelta

from django.db.models import BigIntegerField, DateField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from bureau.metrics import Column, Dimension, DimensionValue, Metric, Sentence, Source, Units, register
from bureau.metrics.enums import Section, Sensitivity
from subsidies.enums import EntryKind, Outcome, Step
from subsidies.models import Application, BudgetLine, Correction, Entry, Review, Scheme, Wait

PAID_KINDS = (EntryKind.PAY, EntryKind.RETURN, EntryKind.RECOVER)
OWED_KINDS = (EntryKind.RESERVE, EntryKind.RETURN)


def scheme_values():
    return [DimensionValue(scheme.key, scheme.name_zh, scheme.name_en) for scheme in Scheme.objects.order_by("key")]


def late_from():
    """The day after the last day of the time limit: on that last day nobody is late yet."""
    return ExpressionWrapper(F("due_on") + timedelta(days=1), output_field=DateField())


def line_values():
    return [
        DimensionValue(line.pk, f"{line.fiscal_year}年{line.name_zh}", f"{line.name_en} {line.fiscal_year}")
        for line in BudgetLine.objects.order_by("-fiscal_year", "id")
    ]


def with_place(queryset, prefix=""):
    """Adds `place`: the province of operation in China, the country abroad."""
    region = f"{prefix}operating_region__"
    return queryset.annotate(
        place=Coalesce(f"{region}province_id", f"{region}country_id", output_field=BigIntegerField())
    )


def dims(prefix=""):
    return {
        "scheme": Dimension(f"{prefix}scheme__key", _("Scheme"), scheme_values),
        "place": Dimension("place", _("Place of operation")),
    }


applications = Source(
    "subsidies.applications", lambda: with_place(Application.objects.exclude(submitted_at=None)), dims=dims()
)
reviews = Source("subsidies.reviews", lambda: with_place(Review.objects.all()), dims=dims())
corrections = Source(
    "subsidies.corrections", lambda: with_place(Correction.objects.all(), "application__"),
    region="application__region", unit="application__unit", dims=dims("application__"),
)
waits = Source(
    "subsidies.waits",
    lambda: with_place(Wait.objects.annotate(late_from=late_from()), "application__"),
    dims=dims("application__"),
)
entries = Source("subsidies.entries", lambda: with_place(Entry.objects.exclude(scheme=None)), dims=dims())
budget = Source(
    "subsidies.budget", lambda: Entry.objects.all(),
    dims={
        "line": Dimension("line", _("Budget line"), line_values),
        "fund_source": Dimension("line__fund_source", _("Fund source")),
    },
)


def case_columns(date, prefix="application__", *more):
    """Officials see number, region and date; staff the shop and the office too."""
    return (
        Column("number", _("Case number"), f"{prefix}number"),
        Column("shop", _("Shop"), f"{prefix}enterprise__name", Sensitivity.INTERNAL),
        Column("region", _("Home county"), f"{prefix}region__name", pair=True),
        Column("place", _("Place of operation"), f"{prefix}operating_region__name", pair=True),
        Column("office", _("Office"), f"{prefix}unit__name", Sensitivity.INTERNAL, pair=True),
        Column("date", _("Date"), date),
        *more,
    )


ENTRY_COLUMNS = case_columns("effective_date", "application__", Column("amount", _("Amount (yuan)"), "paid_effect"))


def passed(step):
    return Q(step=step, outcome=Outcome.PASSED)


register(
    Metric(
        "subsidies.{scheme}.submitted", _("Applications handed in: {scheme}"), Units.SHOPS, applications,
        date="effective_date",
        columns=case_columns("effective_date", "", Column("amount", _("Amount requested (yuan)"), "amount_requested")),
        definition=_("Applications handed in, by the day on which they were handed in; back-entered awards by the "
                     "day of payment."),
        better="up", headline=10,
    ),
    Metric(
        "subsidies.{scheme}.accepted", _("Applications accepted: {scheme}"), Units.SHOPS, reviews,
        where=passed(Step.ACCEPT), date="effective_date", columns=case_columns("effective_date"),
        definition=_("Applications accepted by the county offices, by the day of acceptance."),
    ),
    Metric(
        "subsidies.{scheme}.preliminarily_reviewed", _("First reviews passed: {scheme}"), Units.SHOPS, reviews,
        where=passed(Step.FIRST_REVIEW), date="effective_date", columns=case_columns("effective_date"),
        definition=_("Shops whose papers passed the first review, each once, by the day of the review."),
        better="up", headline=20,
    ),
    Metric(
        "subsidies.{scheme}.approved", _("Applications approved: {scheme}"), Units.SHOPS, reviews,
        where=passed(Step.APPROVAL), date="effective_date", columns=case_columns("effective_date"),
        definition=_("Applications approved by the bureau, by the day of approval."),
        better="up", headline=30,
    ),
    Metric(
        "subsidies.{scheme}.approved_amount", _("Amount approved: {scheme}"), Units.YUAN, entries,
        where=Q(kind=EntryKind.RESERVE), sum="amount", date="effective_date",
        columns=case_columns("effective_date", "application__", Column("amount", _("Amount (yuan)"), "amount")),
        definition=_("Money reserved by approvals, by the day of approval."),
    ),
    Metric(
        "subsidies.{scheme}.paid", _("Award money paid: {scheme}"), Units.YUAN, entries,
        where=Q(kind__in=PAID_KINDS), sum="paid_effect", date="effective_date", columns=ENTRY_COLUMNS,
        definition=_("Payments made, less what banks returned and what was recovered, by the day of payment."),
        better="up", headline=50,
    ),
    Metric(
        "subsidies.{scheme}.paid_shops", _("Shops paid: {scheme}"), Units.SHOPS, entries,
        where=Q(kind=EntryKind.PAY), distinct="enterprise", date="effective_date", columns=ENTRY_COLUMNS,
        definition=_("Different shops that received a payment, by the day of payment."),
        better="up", headline=40,
    ),
    Metric(
        "subsidies.{scheme}.refused", _("Applications refused: {scheme}"), Units.SHOPS, reviews,
        where=Q(outcome=Outcome.REFUSED), date="effective_date", columns=case_columns("effective_date"),
        definition=_("Applications refused at any step, by the day of the decision."),
    ),
    Metric(
        "subsidies.{scheme}.returned", _("Corrections asked for: {scheme}"), Units.CASES, corrections,
        date="asked_at", columns=case_columns("asked_at", "application__", Column("round", _("Round"), "round")),
        definition=_("Notices asking owners for corrections; a case with two rounds counts twice."),
        better="down",
    ),
    Metric(
        "subsidies.{scheme}.overdue", _("Steps overdue: {scheme}"), Units.CASES, waits,
        begins="late_from", ends="ended_at",
        columns=case_columns("due_on", "application__",
                             Column("stage", _("Step"), "stage__label", Sensitivity.INTERNAL, pair=True)),
        definition=_("Cases whose office had not taken its step by the end of the last day of its time limit; "
                     "time during which the owner corrects does not count."),
        better="down", headline=60,
    ),
    Metric(
        "subsidies.{scheme}.falling_due", _("Steps falling due: {scheme}"), Units.CASES, waits,
        where=Q(ended_at=None), date="due_on", columns=case_columns("due_on"),
        definition=_("Steps not taken yet whose time limit ends in the period."),
    ),
    Metric(
        "subsidies.{scheme}.open", _("Cases open: {scheme}"), Units.CASES, applications,
        begins="effective_date", ends="closed_on", columns=case_columns("effective_date", ""),
        definition=_("Applications handed in and neither paid, refused nor withdrawn at the end of the period."),
        headline=70,
    ),
    Metric(
        "budget.allotted", _("Budget allotted"), Units.YUAN, budget,
        where=Q(kind=EntryKind.ALLOT), sum="amount", date="effective_date",
        columns=(Column("date", _("Date"), "effective_date"), Column("amount", _("Amount (yuan)"), "amount")),
        definition=_("Money put on budget lines, by the day of the allotment."),
    ),
    Metric(
        "budget.reserved", _("Reserved and not yet paid"), Units.YUAN, budget,
        where=Q(kind__in=OWED_KINDS), sum="amount", begins="effective_date", ends="settled_by__effective_date",
        columns=case_columns("effective_date", "application__", Column("amount", _("Amount (yuan)"), "amount")),
        definition=_("Approved and not yet paid or released at the end of the period."),
    ),
    Metric(
        "budget.paid", _("Paid from the budget"), Units.YUAN, budget,
        where=Q(kind__in=PAID_KINDS), sum="paid_effect", date="effective_date", columns=ENTRY_COLUMNS,
        definition=_("Payments from all budget lines, less returns and recoveries, by the day of payment."),
    ),
)

ANY = "subsidies.{scheme}."

register(
    Sentence(
        Section.PROGRESS, 10,
        zh="{scheme}：今年以来收到申请{subsidies.{scheme}.submitted}，"
           "初审通过{subsidies.{scheme}.preliminarily_reviewed}，批准{subsidies.{scheme}.approved}，"
           "向{subsidies.{scheme}.paid_shops}发放奖补资金{subsidies.{scheme}.paid}。",
        en="{scheme}: since the beginning of the year {subsidies.{scheme}.submitted} have applied, "
           "{subsidies.{scheme}.preliminarily_reviewed} have passed the first review and "
           "{subsidies.{scheme}.approved} have been approved; {subsidies.{scheme}.paid_shops} have received "
           "{subsidies.{scheme}.paid}.",
        keys=(f"{ANY}submitted", f"{ANY}preliminarily_reviewed", f"{ANY}approved", f"{ANY}paid_shops", f"{ANY}paid"),
    ),
    Sentence(
        Section.PROGRESS, 20,
        zh="本期新收申请{subsidies.{scheme}.submitted@period}，初审{subsidies.{scheme}.preliminarily_reviewed@period}，"
           "发放{subsidies.{scheme}.paid@period}；上期分别为{subsidies.{scheme}.submitted@previous}、"
           "{subsidies.{scheme}.preliminarily_reviewed@previous}、{subsidies.{scheme}.paid@previous}。",
        en="In this period {subsidies.{scheme}.submitted@period} applied, "
           "{subsidies.{scheme}.preliminarily_reviewed@period} passed the first review and "
           "{subsidies.{scheme}.paid@period} was paid; in the period before it was "
           "{subsidies.{scheme}.submitted@previous}, {subsidies.{scheme}.preliminarily_reviewed@previous} and "
           "{subsidies.{scheme}.paid@previous}.",
        keys=(f"{ANY}submitted", f"{ANY}preliminarily_reviewed", f"{ANY}paid"),
    ),
    Sentence(
        Section.PROGRESS, 30,
        zh="资金方面，今年累计安排{budget.allotted}，已拨付{budget.paid}，已批准待拨付{budget.reserved}。",
        en="Of the {budget.allotted} allotted this year, {budget.paid} has been paid; {budget.reserved} is approved "
           "and waits for payment.",
        keys=("budget.allotted", "budget.paid", "budget.reserved"),
        when="budget.allotted",
    ),
    Sentence(
        Section.PROBLEMS, 10,
        zh="{scheme}有{subsidies.{scheme}.overdue}超过办理时限仍未办结，办理效率有待提高。",
        en="{scheme}: {subsidies.{scheme}.overdue} had passed the time limit of their step without being dealt with.",
        keys=(f"{ANY}overdue",), when=f"{ANY}overdue",
    ),
    Sentence(
        Section.PROBLEMS, 20,
        zh="{scheme}本期退回补正{subsidies.{scheme}.returned@period}，申报材料一次报齐的比例还不高，申报前的辅导需要加强。",
        en="{scheme}: corrections were asked for in {subsidies.{scheme}.returned@period} this period; too few "
           "applications arrive complete, and owners need more help before they apply.",
        keys=(f"{ANY}returned",), when=f"{ANY}returned@period",
    ),
    Sentence(
        Section.PROBLEMS, 30,
        zh="{scheme}今年以来有{subsidies.{scheme}.refused}因不符合条件未予批准，政策条件的宣传解读还不够到位。",
        en="{scheme}: since the beginning of the year {subsidies.{scheme}.refused} could not be approved because "
           "they did not meet the conditions, which should be explained better.",
        keys=(f"{ANY}refused",), when=f"{ANY}refused",
    ),
    Sentence(
        Section.PROBLEMS, 40,
        zh="{scheme}期末仍有{subsidies.{scheme}.open}在办。",
        en="{scheme}: still open at the end of the period: {subsidies.{scheme}.open}.",
        keys=(f"{ANY}open",), when=f"{ANY}open",
    ),
    Sentence(
        Section.PLANS, 10,
        zh="抓紧办理{scheme}下期到期的{subsidies.{scheme}.falling_due@next}，做到按时办结。",
        en="{scheme}: deal in time with what falls due in the next period, {subsidies.{scheme}.falling_due@next}.",
        keys=(f"{ANY}falling_due",), when=f"{ANY}falling_due@next",
    ),
    Sentence(
        Section.PLANS, 20,
        zh="对{scheme}已超时限的{subsidies.{scheme}.overdue}逐件督办，限期办结。",
        en="{scheme}: follow up what is overdue, {subsidies.{scheme}.overdue}, until it is closed.",
        keys=(f"{ANY}overdue",), when=f"{ANY}overdue",
    ),
    Sentence(
        Section.PLANS, 30,
        zh="尽快拨付已批准的奖补资金{budget.reserved}。",
        en="Pay the {budget.reserved} that is approved as soon as possible.",
        keys=("budget.reserved",), when="budget.reserved",
    ),
    Sentence(
        Section.PLANS, 40,
        zh="继续受理{scheme}申请，加强对省外店铺经营者的政策宣传和申报辅导。",
        en="Go on taking applications for {scheme}, and help owners far from home to apply.",
        keys=(f"{ANY}submitted",),
    ),
)
from subsidies.loans import metrics as loans  # noqa: E402, F401
from subsidies.placements import metrics as placements  # noqa: E402, F401  what was paid for training on the job
