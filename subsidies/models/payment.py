"""Payments as registered, and awards of earlier years entered afterwards by two people."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from bureau.accounts import scope
from bureau.accounts.roles import Permission
from bureau.attachments.provenance import TwoPeople
from bureau.common import clock
from bureau.common.constraints import positive, sane_dates
from bureau.common.crypto import EncryptedTextField
from bureau.common.money import MoneyField


class PaymentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Payments of the cases that one may see."""
        from subsidies.models import Application

        cases = Application.objects.visible_to(user).order_by()
        return self.filter(Exists(cases.filter(pk=OuterRef("application"))))


class Payment(models.Model):
    """A payment that the treasury or a bank made, registered here; never edited. When the bank
    returns the money, the ledger says so (`entry.settled_by`) and the next payment is a new row."""

    application = models.ForeignKey(
        "subsidies.Application", models.PROTECT, related_name="payments", verbose_name=_("application")
    )
    payee_line = models.ForeignKey(
        "subsidies.PayeeLine", models.PROTECT, related_name="payments", verbose_name=_("payee")
    )
    entry = models.OneToOneField(
        "subsidies.Entry", models.PROTECT, related_name="payment", verbose_name=_("ledger entry")
    )
    amount = MoneyField(_("amount"))
    paid_on = models.DateField(_("paid on"))
    voucher = models.CharField(_("voucher number"), max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    at = models.DateTimeField(_("registered at"), default=clock.now)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-paid_on", "-id"]
        indexes = [models.Index(fields=["-paid_on", "-id"], name="payment_list")]
        constraints = [
            models.CheckConstraint(condition=~Q(voucher=""), name="payment_has_voucher"),
            *positive("amount", prefix="payment"),
            *sane_dates("paid_on", "at", prefix="payment"),
        ]

    def __str__(self):
        return f"{self.voucher} · {self.amount}"


class BackEntryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Lists of one's own unit and below; the bureau sees all."""
        return scope.visible(
            self, user, Permission.BACK_ENTER, Permission.BACK_ENTER_CONFIRM, Permission.BUDGET_VIEW,
            region="unit__region",
        )


class BackEntry(TwoPeople):
    """Awards of one scheme that were paid already, as somebody read them from a file; another person confirms them."""

    scheme_version = models.ForeignKey(
        "subsidies.SchemeVersion", models.PROTECT, related_name="+", verbose_name=_("scheme version")
    )
    line = models.ForeignKey(
        "subsidies.BudgetLine", models.PROTECT, related_name="+", verbose_name=_("budget line")
    )
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    source = models.ForeignKey(
        "attachments.Attachment", models.PROTECT, related_name="+", verbose_name=_("source file")
    )
    # The columns are older than the mixin.
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("imported by"),
        db_column="imported_by_id",
    )
    proposed_at = models.DateTimeField(_("imported at"), default=clock.now, db_column="imported_at")

    objects = BackEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("back-entry")
        verbose_name_plural = _("back-entries")
        ordering = ["-id"]
        constraints = [
            *TwoPeople.Meta.constraints,
        ]

    def __str__(self):
        return str(self.source)


class BackEntryRow(models.Model):
    """One award of the file: which shop, how much, to which account, when, by which voucher. The shop itself is in the
    register."""

    back_entry = models.ForeignKey(BackEntry, models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField(_("row in the file"))
    enterprise = models.ForeignKey(
        "enterprises.Enterprise", models.PROTECT, related_name="+", verbose_name=_("enterprise")
    )
    amount = MoneyField(_("amount"))
    bank = models.CharField(_("bank"), max_length=120, blank=True)
    account = EncryptedTextField(_("account"), mask="account")
    paid_on = models.DateField(_("paid on"))
    voucher = models.CharField(_("voucher number"), max_length=60)
    application = models.OneToOneField(
        "subsidies.Application", models.PROTECT, null=True, related_name="back_entry_row",
        verbose_name=_("application"),
    )

    class Meta:
        verbose_name = _("row of a back-entry")
        verbose_name_plural = _("rows of a back-entry")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["back_entry", "number"], name="backentryrow_once"),
            models.UniqueConstraint(fields=["back_entry", "enterprise"], name="backentryrow_shop_once"),
            models.CheckConstraint(condition=~Q(voucher=""), name="backentryrow_has_voucher"),
            *positive("amount", prefix="backentryrow"),
            *sane_dates("paid_on", prefix="backentryrow"),
        ]

    def __str__(self):
        return str(self.number)
