"""What hangs on an application: who receives the money, and the documents."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.common.constraints import choices, positive, sane_dates, together
from bureau.common.crypto import EncryptedTextField, blind_index
from bureau.common.i18n import localized
from bureau.common.money import MoneyField
from subsidies.enums import PayeeKind, PayeeRole
from subsidies.models.application import Application


class PayeeLine(models.Model):
    """Who receives how much, on which account; identity and account are encrypted and shown masked."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="payee_lines")
    role = models.CharField(_("role"), max_length=8, choices=PayeeRole.choices, default=PayeeRole.SHOP)
    placement = models.ForeignKey(
        "training.Placement", models.PROTECT, null=True, blank=True, related_name="payee_lines",
        verbose_name=_("placement"),
    )
    months = models.PositiveSmallIntegerField(_("months confirmed"), null=True, blank=True)
    # Both are kept by triggers (``placements/sql``): whose allowance it is, and whether the claim to it stands.
    person = models.ForeignKey(
        "enterprises.Person", models.PROTECT, null=True, blank=True, editable=False, related_name="allowances"
    )
    live = models.BooleanField(default=False, editable=False)
    kind = models.CharField(_("kind of account"), max_length=10, choices=PayeeKind.choices)
    name = models.CharField(_("name of the payee"), max_length=80)
    relation = models.CharField(_("relation to the operator"), max_length=40, blank=True)
    id_number = EncryptedTextField(_("identity number or unified code"))
    id_index = models.CharField(max_length=64, editable=False)
    account = EncryptedTextField(_("account"), mask="account")
    account_index = models.CharField(max_length=64, editable=False, db_index=True)
    bank = models.CharField(_("bank and branch"), max_length=120)
    amount = MoneyField(_("amount"))

    class Meta:
        verbose_name = _("payee line")
        verbose_name_plural = _("payee lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "account_index"], name="payeeline_account_once"),
            models.UniqueConstraint(
                fields=["application", "placement"], condition=Q(placement__isnull=False), name="payeeline_trainee_once"
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(role=PayeeRole.HOST), name="payeeline_one_host"
            ),
            # One allowance per person, whatever the shop and the year.
            models.UniqueConstraint(
                fields=["person"], condition=Q(live=True), name="payeeline_one_live_allowance_per_person"
            ),
            models.CheckConstraint(
                condition=Q(role=PayeeRole.TRAINEE, placement__isnull=False, person__isnull=False, months__isnull=False)
                | ~Q(role=PayeeRole.TRAINEE) & Q(placement=None, person=None, months=None, live=False),
                name="payeeline_trainee_iff_placement",
            ),
            *positive("amount", prefix="payeeline"),
            *choices("role", PayeeRole.values, prefix="payeeline"),
            *choices("kind", PayeeKind.values, prefix="payeeline"),
        ]

    def __str__(self):
        return self.name

    def set_secrets(self, *, id_number, account):
        """Store both numbers with their blind indexes; the only way these four columns are written."""
        self.id_number, self.id_index = id_number, blind_index(id_number, "id")
        self.account, self.account_index = account, blind_index(account, "account")


class Material(models.Model):
    """A document of the application under an item of the scheme. Removed ones stay, with the time."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="materials")
    key = models.SlugField(_("item"), max_length=40)
    attachment = models.ForeignKey("attachments.Attachment", models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["attachment"], condition=models.Q(removed_at=None), name="material_file_once"
            ),
            *together("removed_at", "removed_by", prefix="material"),
            *sane_dates("added_at", "removed_at", prefix="material"),
        ]

    def __str__(self):
        return self.key

    def label(self):
        """The item's name as the scheme has it."""
        for item in self.application.scheme_version.materials:
            if item["key"] == self.key:
                return localized(item, "label")
        return self.key
