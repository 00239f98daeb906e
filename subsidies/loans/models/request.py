"""A shop asks for a loan; the bureau passes it on; the bank decides and pays."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts import scope
from bureau.accounts.enums import UserKind
from bureau.accounts.roles import Permission
from bureau.attachments.provenance import Recorded
from bureau.common.constraints import choices, iff_state, nonnegative, ordered, positive, sane_dates
from bureau.common.money import MoneyField
from bureau.workflow.models import TransitionLog
from subsidies.loans.enums import DECIDED, DRAWABLE, ENDED, OPEN, State


class LoanRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Owners see their own; staff by region, place of operation and unit."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.kind == UserKind.OWNER:
            return self.of_owner(user)
        return scope.visible(self, user, Permission.LOAN_VIEW, region=("region", "operating_region"), unit="unit")

    def of_owner(self, user):
        from subsidies.permissions import owned_by

        return self.filter(owned_by(user, self.model))

    def open(self):
        return self.filter(state__in=OPEN)

    def waiting(self):
        """Those that no list has taken yet."""
        return self.filter(state=State.REQUESTED)

    def granted(self):
        """The bank has said yes, whatever happened afterwards."""
        return self.exclude(amount_approved=None)


class LoanRequest(Recorded):
    """`drawn` is kept by the database (`sql/loans.sql`): the sum of the drawdowns, never above what was approved.
    `decided_on` is the bank's day; `closed_on` the day on which it ended, whichever way."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    product = models.ForeignKey(
        "subsidies.LoanProduct", models.PROTECT, related_name="requests", verbose_name=_("loan product")
    )
    enterprise = models.ForeignKey(
        "enterprises.Enterprise", models.PROTECT, related_name="loan_requests", verbose_name=_("enterprise")
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("applicant")
    )
    contact_phone = models.CharField(_("phone of the owner"), max_length=20, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED, editable=False)
    amount_wished = MoneyField(_("amount wished"))
    purpose = models.CharField(_("what the loan is for"), max_length=200, blank=True)
    consent_text = models.TextField(_("consent as it was given"), blank=True)
    consent_at = models.DateTimeField(_("consent given at"), null=True, blank=True)
    amount_approved = MoneyField(_("amount approved"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decline_reason = models.CharField(_("reason of the bank"), max_length=200, blank=True)
    drawn = MoneyField(_("drawn"), default=Decimal(0), editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    operating_region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="+", verbose_name=_("place of operation")
    )
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("office in charge"))
    entry_unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered at")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = LoanRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("loan request")
        verbose_name_plural = _("loan requests")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "-id"], name="loanrequest_state"),
            models.Index(fields=["effective_date"], name="loanrequest_effective"),
            models.Index(fields=["effective_date", "id"], condition=Q(state=State.REQUESTED), name="loanrequest_waiting"),
            models.Index(fields=["decided_on"], condition=Q(decided_on__isnull=False), name="loanrequest_decided"),
        ]
        constraints = [
            *Recorded.Meta.constraints,
            models.UniqueConstraint(
                fields=["product", "enterprise"], condition=Q(state__in=OPEN) & ~Q(channel="back_entered"),
                name="loanrequest_one_open_per_shop",
                violation_error_message=_("This shop has an open request for this loan already."),
            ),
            models.CheckConstraint(
                condition=Q(drawn__lte=F("amount_approved")) | Q(amount_approved=None, drawn=0),
                name="loanrequest_not_overdrawn",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DRAWABLE) | Q(amount_approved__isnull=False), name="loanrequest_granted_amount"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.REQUESTED, State.LISTED, State.DECLINED, State.WITHDRAWN])
                | Q(amount_approved=None),
                name="loanrequest_amount_only_granted",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["back_entered", "imported"])
                | (Q(consent_at__isnull=False) & ~Q(consent_text="")),
                name="loanrequest_has_consent",
            ),
            models.CheckConstraint(
                condition=Q(consent_at__isnull=True, consent_text="")
                | (Q(consent_at__isnull=False) & ~Q(consent_text="")),
                name="loanrequest_consent_as_given",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DECLINED) | ~Q(decline_reason=""), name="loanrequest_declined_why"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DRAWN) | Q(drawn__gt=0), name="loanrequest_drawn_something"
            ),
            *choices("state", State.values, prefix="loanrequest"),
            *iff_state("state", DECIDED, "decided_on", prefix="loanrequest"),
            *iff_state("state", ENDED, "closed_on", prefix="loanrequest"),
            *positive("amount_wished", "amount_approved", prefix="loanrequest"),
            *nonnegative("drawn", prefix="loanrequest"),
            *ordered("effective_date", "decided_on", "closed_on", prefix="loanrequest"),
            *sane_dates("consent_at", "decided_on", "closed_on", prefix="loanrequest"),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        """The owner's page: what a message about the request links to."""
        return reverse("loans:my_detail", args=[self.ref])

    @property
    def state_label(self):
        return State(self.state).label

    @property
    def owner_label(self):
        return State(self.state).for_owner

    @property
    def tone(self):
        return State(self.state).tone

    @property
    def left(self):
        """What may still be drawn, in yuan."""
        return (self.amount_approved or Decimal(0)) - self.drawn


class LoanRequestLog(TransitionLog):
    """Every move of a request, with who, where and why."""

    subject = models.ForeignKey(LoanRequest, models.PROTECT, related_name="log")

    class Meta(TransitionLog.Meta):
        abstract = False
        verbose_name = _("move of a loan request")
        verbose_name_plural = _("moves of loan requests")
