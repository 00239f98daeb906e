"""Lists of requests as they were given to a bank. What went out stands still."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.accounts import scope
from bureau.accounts.roles import Permission
from bureau.common import clock
from bureau.common.constraints import positive, sane_dates
from bureau.common.crypto import EncryptedTextField
from bureau.common.money import MoneyField


class ReferralListQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Lists of one's own unit and below; the bureau sees all."""
        return scope.visible(self, user, Permission.LOAN_VIEW, region=())


class ReferralList(models.Model):
    """One file to one bank. `digest` is the SHA-256 of its rows; `file` the very file that went out."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    product = models.ForeignKey(
        "subsidies.LoanProduct", models.PROTECT, related_name="lists", verbose_name=_("loan product")
    )
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("office"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    made_on = models.DateField(_("date of the list"), default=clock.today)
    due_on = models.DateField(_("answer expected by"))
    size = models.PositiveIntegerField(_("requests on the list"))
    digest = models.CharField(_("SHA-256 of the rows"), max_length=64)
    file = models.ForeignKey("attachments.Attachment", models.PROTECT, related_name="+", verbose_name=_("file"))

    objects = ReferralListQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral list")
        verbose_name_plural = _("referral lists")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="referrallist_digest"),
            models.CheckConstraint(condition=Q(due_on__gte=models.F("made_on")), name="referrallist_due"),
            *positive("size", prefix="referrallist"),
            *sane_dates("made_at", "made_on", "due_on", prefix="referrallist"),
        ]

    def __str__(self):
        return self.number


class ReferralRow(models.Model):
    """One request as the bank got it. Personal numbers stand here, encrypted, because consent was given."""

    listing = models.ForeignKey(ReferralList, models.PROTECT, related_name="rows")
    position = models.PositiveIntegerField(_("position"))
    request = models.OneToOneField(
        "subsidies.LoanRequest", models.PROTECT, related_name="referral", verbose_name=_("loan request")
    )
    shop = models.CharField(_("shop"), max_length=120)
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    operator = models.CharField(_("operator"), max_length=60, blank=True)
    id_number = EncryptedTextField(_("identity number"), null=True)
    phone = EncryptedTextField(_("phone"), null=True, mask="phone")
    address = models.CharField(pgettext_lazy("of a borrower", "address"), max_length=200, blank=True)
    amount = MoneyField(_("amount wished"))
    purpose = models.CharField(_("what the loan is for"), max_length=200, blank=True)
    # Copies, for the figures.
    listed_on = models.DateField(_("listed on"))
    product = models.ForeignKey("subsidies.LoanProduct", models.PROTECT, related_name="+")
    enterprise = models.ForeignKey("enterprises.Enterprise", models.PROTECT, related_name="+")
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    operating_region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("row of a referral list")
        verbose_name_plural = _("rows of a referral list")
        ordering = ["position"]
        indexes = [models.Index(fields=["listed_on"], name="referralrow_listed")]
        constraints = [
            models.UniqueConstraint(fields=["listing", "position"], name="referralrow_once"),
            *positive("amount", prefix="referralrow"),
            *sane_dates("listed_on", prefix="referralrow"),
        ]

    def __str__(self):
        return f"{self.listing_id} · {self.position}"
