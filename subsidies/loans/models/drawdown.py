"""Money that a bank has paid out: facts, never edited. And loans of earlier times, entered by two people."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.accounts import scope
from bureau.accounts.roles import Permission
from bureau.attachments.provenance import Recorded, TwoPeople
from bureau.common.constraints import positive, sane_dates
from bureau.common.money import MoneyField


class DrawdownQuerySet(models.QuerySet):
    def visible_to(self, user):
        return scope.visible(self, user, Permission.LOAN_VIEW, region=("region", "operating_region"), unit="unit")


class Drawdown(Recorded):
    """One payment of the bank on a loan; `effective_date` is its day. The bank's serial never counts twice."""

    request = models.ForeignKey(
        "subsidies.LoanRequest", models.PROTECT, related_name="drawdowns", verbose_name=_("loan request")
    )
    bank = models.CharField(_("bank"), max_length=120)
    serial = models.CharField(_("serial of the bank"), max_length=60)
    amount = MoneyField(_("amount"))
    product = models.ForeignKey("subsidies.LoanProduct", models.PROTECT, related_name="+", verbose_name=_("loan product"))
    enterprise = models.ForeignKey(
        "enterprises.Enterprise", models.PROTECT, related_name="loan_drawdowns", verbose_name=_("enterprise")
    )
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    operating_region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="+", verbose_name=_("place of operation")
    )
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("office in charge"))

    objects = DrawdownQuerySet.as_manager()

    class Meta:
        verbose_name = _("drawdown")
        verbose_name_plural = _("drawdowns")
        ordering = ["-effective_date", "-id"]
        indexes = [models.Index(fields=["effective_date"], name="drawdown_effective")]
        constraints = [
            *Recorded.Meta.constraints,
            models.UniqueConstraint(fields=["bank", "serial"], name="drawdown_serial_once"),
            models.CheckConstraint(condition=~Q(serial="") & ~Q(bank=""), name="drawdown_has_serial"),
            *positive("amount", prefix="drawdown"),
        ]

    def __str__(self):
        return f"{self.serial} · {self.amount}"


class LoanBackEntryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Lists of one's own unit and below; the bureau sees all."""
        return scope.visible(
            self, user, Permission.BACK_ENTER, Permission.BACK_ENTER_CONFIRM, Permission.LOAN_VIEW, region=()
        )


class LoanBackEntry(TwoPeople):
    """A roster of loans paid out before the portal, as somebody read it from a file; another person confirms it."""

    product = models.ForeignKey(
        "subsidies.LoanProduct", models.PROTECT, related_name="+", verbose_name=_("loan product")
    )
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    source = models.ForeignKey(
        "attachments.Attachment", models.PROTECT, related_name="+", verbose_name=_("source file")
    )

    objects = LoanBackEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("roster of earlier loans")
        verbose_name_plural = _("rosters of earlier loans")
        ordering = ["-id"]
        constraints = [*TwoPeople.Meta.constraints]

    def __str__(self):
        return f"{self.source} · {self.product}"


class LoanBackRow(models.Model):
    """One loan of the roster; `request` stands once it has been confirmed."""

    back_entry = models.ForeignKey(LoanBackEntry, models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField(_("row in the file"))
    enterprise = models.ForeignKey(
        "enterprises.Enterprise", models.PROTECT, related_name="+", verbose_name=_("enterprise")
    )
    amount = MoneyField(_("amount"))
    paid_on = models.DateField(_("paid out on"))
    serial = models.CharField(_("serial of the bank"), max_length=60, blank=True)
    request = models.OneToOneField(
        "subsidies.LoanRequest", models.PROTECT, null=True, related_name="back_row", verbose_name=_("loan request")
    )

    class Meta:
        verbose_name = _("row of a roster of loans")
        verbose_name_plural = _("rows of a roster of loans")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["back_entry", "number"], name="loanbackrow_once"),
            *positive("amount", prefix="loanbackrow"),
            *sane_dates("paid_on", prefix="loanbackrow"),
        ]

    def __str__(self):
        return str(self.number)
