"""Money as a ledger. Entries are the truth and never change; the line's counters move with them."""

from django.db import models
from django.db.models import Case, F, Q, Sum, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from bureau.common import clock
from bureau.common.constraints import choices, nonnegative, positive, sane_dates, together
from bureau.common.i18n import localized
from bureau.common.money import MoneyField
from subsidies.enums import EntryKind, FundSource


class BudgetLine(models.Model):
    """Money of one source for one fiscal year. `cap`, `reserved` and `paid` are moved by
    ``actions.ledger`` alone, in one conditional update together with the entry."""

    fund_source = models.CharField(_("fund source"), max_length=12, choices=FundSource)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    name_zh = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=160)
    document = models.CharField(_("number of the budget document"), max_length=60, blank=True)
    scheme = models.ForeignKey(
        "subsidies.Scheme", models.PROTECT, null=True, blank=True, related_name="budget_lines",
        verbose_name=_("scheme"), help_text=_("Empty: the line serves every scheme."),
    )
    cap = MoneyField(_("allotted"), default=0, editable=False)
    reserved = MoneyField(_("reserved"), default=0, editable=False)
    paid = MoneyField(_("paid"), default=0, editable=False)

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering = ["-fiscal_year", "fund_source", "id"]
        constraints = [
            models.UniqueConstraint(fields=["fund_source", "fiscal_year", "name_zh"], name="budgetline_once"),
            models.CheckConstraint(
                condition=Q(fiscal_year__gte=2000, fiscal_year__lte=2100), name="budgetline_year_sane"
            ),
            models.CheckConstraint(
                condition=Q(cap__gte=F("reserved") + F("paid")),
                name="budgetline_not_overdrawn",
                violation_error_message=_("The line does not hold that much."),
            ),
            *nonnegative("cap", "reserved", "paid", prefix="budgetline"),
            *choices("fund_source", FundSource.values, prefix="budgetline"),
        ]

    def __str__(self):
        return f"{self.fiscal_year} · {self.get_fund_source_display()} · {localized(self, 'name')}"

    @property
    def free(self):
        """What may still be reserved, in yuan."""
        return self.cap - self.reserved - self.paid


class EntryQuerySet(models.QuerySet):
    def unsettled(self):
        """Entries that no later entry undoes or settles."""
        return self.filter(settled_by=None)

    def totals(self):
        """The counters as the entries have them: a dict of cap, reserved, paid in yuan."""
        return self.aggregate(**{
            name: Coalesce(Sum(f"{name}_effect"), 0, output_field=MoneyField())
            for name in ("cap", "reserved", "paid")
        })


def _effect(plus, minus):
    """A generated column: the signed amount by which an entry of these kinds moves a counter."""
    branches = [When(kind__in=plus, then=F("amount"))]
    if minus:
        branches.append(When(kind__in=minus, then=-F("amount")))
    return models.GeneratedField(
        expression=Case(*branches, default=0, output_field=MoneyField()), output_field=MoneyField(), db_persist=True
    )


class Entry(models.Model):
    """One movement of money on one line, for one payee line (allotments have none). Never updated,
    never deleted; an entry undoes or settles at most one earlier entry, and each is settled at most once."""

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="entries", verbose_name=_("budget line"))
    kind = models.CharField(_("kind"), max_length=8, choices=EntryKind)
    amount = MoneyField(_("amount"))
    payee_line = models.ForeignKey(
        "subsidies.PayeeLine", models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("payee")
    )
    settles = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="settled_by", verbose_name=_("settles")
    )
    key = models.CharField(_("idempotency key"), max_length=120, unique=True)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("recorded at"), default=clock.now)
    effective_date = models.DateField(_("effective date"))
    back_entered = models.BooleanField(_("back-entered"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    # Copied when it happened, so that a figure reads one table; an allotment belongs to the whole bureau.
    application = models.ForeignKey(
        "subsidies.Application", models.PROTECT, null=True, blank=True, related_name="entries",
        verbose_name=_("application"),
    )
    scheme = models.ForeignKey("subsidies.Scheme", models.PROTECT, null=True, blank=True, related_name="+")
    enterprise = models.ForeignKey("enterprises.Enterprise", models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    operating_region = models.ForeignKey("regions.Region", models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+")

    cap_effect = _effect([EntryKind.ALLOT], [])
    reserved_effect = _effect([EntryKind.RESERVE, EntryKind.RETURN], [EntryKind.RELEASE, EntryKind.PAY])
    paid_effect = _effect([EntryKind.PAY], [EntryKind.RETURN, EntryKind.RECOVER])

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["line", "-id"], name="entry_of_line"),
            models.Index(fields=["kind", "effective_date"], name="entry_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=EntryKind.ALLOT, payee_line=None)
                | ~Q(kind=EntryKind.ALLOT) & Q(payee_line__isnull=False),
                name="entry_payee_unless_allotment",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[EntryKind.ALLOT, EntryKind.RESERVE], settles=None)
                | ~Q(kind__in=[EntryKind.ALLOT, EntryKind.RESERVE]) & Q(settles__isnull=False),
                name="entry_settles_by_kind",
            ),
            *choices("kind", EntryKind.values, prefix="entry"),
            *positive("amount", prefix="entry"),
            *together("payee_line", "application", "scheme", "enterprise", "operating_region", prefix="entry"),
            *sane_dates("at", "effective_date", prefix="entry"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount}"
