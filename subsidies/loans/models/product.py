"""What a bank offers to shops."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.common import clock
from bureau.common.constraints import ordered, positive, sane_dates
from bureau.common.i18n import localized
from bureau.common.money import MoneyField
from bureau.facts import rules

LONGEST_TERM = 360


def sound_rules(tree):
    """For `validators`: a tree of conditions over facts, or nothing."""
    if tree and (problems := rules.check(tree)):
        raise ValidationError([str(problem) for problem in problems])


class LoanProductQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published=True)

    def open_on(self, day):
        """Those that take requests on a day."""
        began = Q(opens_on=None) | Q(opens_on__lte=day)
        return self.published().filter(began, Q(closes_on=None) | Q(closes_on__gte=day))


class LoanProduct(models.Model):
    """One bank's loan. The owner reads the conditions; `rules`, where given, are asked before he may request it."""

    key = models.SlugField(_("key"), max_length=40, unique=True, help_text=_("Part of its address, for example lamiandai."))
    bank_zh = models.CharField(_("bank (Chinese)"), max_length=120)
    bank_en = models.CharField(_("bank (English)"), max_length=120)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120)
    rate_low = models.DecimalField(
        _("yearly rate from (%)"), max_digits=6, decimal_places=3,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    rate_high = models.DecimalField(
        _("yearly rate to (%)"), max_digits=6, decimal_places=3,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    highest = MoneyField(_("highest amount (yuan)"))
    months = models.PositiveSmallIntegerField(
        _("longest term (months)"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST_TERM)]
    )
    conditions_zh = models.TextField(_("conditions (Chinese)"), max_length=2000)
    conditions_en = models.TextField(_("conditions (English)"), max_length=2000)
    rules = models.JSONField(
        _("conditions that the portal checks"), null=True, blank=True, validators=[sound_rules],
        help_text=_("A tree over facts, as in award schemes; empty: everybody may ask."),
    )
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    closes_on = models.DateField(_("closes on"), null=True, blank=True)
    contact = models.CharField(_("contact at the bank"), max_length=60, blank=True)
    phone = models.CharField(_("phone of the bank"), max_length=20, blank=True)
    published = models.BooleanField(_("published"), default=False)

    objects = LoanProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("loan product")
        verbose_name_plural = _("loan products")
        ordering = ["name_zh", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rate_low__gte=0, rate_high__lte=100, rate_high__gte=models.F("rate_low")),
                name="loanproduct_rates", violation_error_message=_("The rates must rise and lie between 0 and 100."),
            ),
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=LONGEST_TERM), name="loanproduct_months",
            ),
            *positive("highest", prefix="loanproduct"),
            *ordered("opens_on", "closes_on", prefix="loanproduct"),
            *sane_dates("opens_on", "closes_on", prefix="loanproduct"),
        ]

    def __str__(self):
        return f"{localized(self, 'bank')} · {localized(self, 'name')}"

    def get_absolute_url(self):
        return reverse("loans:product", args=[self.key])

    @property
    def is_open(self):
        """Takes requests today."""
        day = clock.today()
        return self.published and (self.opens_on or day) <= day <= (self.closes_on or day)

    @property
    def rate(self):
        """4.35%, or 4.35%–5.65%."""
        low, high = (f"{value.normalize():f}%" for value in (self.rate_low, self.rate_high))
        return low if low == high else f"{low}–{high}"
