"""One shop's application: its answers, papers, payees, corrections and the clocks of the offices."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.attachments.provenance import Recorded
from bureau.common.constraints import choices, iff_state, needs_in_state, ordered, sane_dates, together
from bureau.common.lasting import LastingForeignKey
from bureau.common.money import MoneyField
from bureau.workflow.models import TransitionLog
from subsidies.enums import CLOSED, DECIDED, GIVEN_UP, GRANTED, UNDER_WAY, UNSENT, State


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Owners see what they applied for and what belongs to their confirmed shops; staff by unit."""
        from subsidies.permissions import visible_applications

        return visible_applications(self, user)

    def of_owner(self, user):
        from subsidies.permissions import owned_by

        return self.filter(owned_by(user, self.model))

    def sent(self):
        return self.exclude(submitted_at=None)

    def under_way(self):
        return self.filter(state__in=UNDER_WAY)

    def blocking(self):
        """Those that stand in the way of another application for the same shop."""
        return self.exclude(state__in=GIVEN_UP)


class Application(Recorded):
    """``state`` moves only through ``bureau.workflow.perform``; ``version`` counts its moves, ``rev`` its saves."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True, null=True, blank=True)
    scheme = models.ForeignKey("subsidies.Scheme", models.PROTECT, related_name="+", verbose_name=_("scheme"))
    scheme_version = LastingForeignKey(
        "subsidies.SchemeVersion", models.PROTECT, related_name="applications", verbose_name=_("scheme version")
    )
    enterprise = models.ForeignKey(
        "enterprises.Enterprise", models.PROTECT, related_name="applications", verbose_name=_("enterprise")
    )
    agreement = models.ForeignKey(
        "training.Agreement", models.PROTECT, null=True, blank=True, related_name="applications",
        verbose_name=_("agreement"), help_text=_("Of a scheme that pays for placements: which agreement it pays for."),
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="applications",
        verbose_name=_("applicant"),
    )
    contact_phone = models.CharField(_("phone of the owner"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    stage = LastingForeignKey(
        "subsidies.Stage", models.PROTECT, null=True, blank=True, related_name="applications", verbose_name=_("stage")
    )
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    amount_requested = MoneyField(_("amount requested"), null=True, blank=True)
    amount_approved = MoneyField(_("amount approved"), null=True, blank=True)
    amount_cap = MoneyField(_("highest amount"))
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    operating_region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("place of operation"),
    )
    unit = LastingForeignKey(
        "accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("office in charge")
    )
    entry_unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered at"),
        help_text=_("The office that entered the application for its owner."),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    refusal_reason = models.TextField(_("reason of refusal"), blank=True)
    declaration_signed_at = models.DateTimeField(_("declaration signed at"), null=True, blank=True)
    declaration_signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    declaration_sheet = models.ForeignKey(
        "attachments.Attachment", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("photo of the signed declaration"),
    )
    taken_over_at = models.DateTimeField(_("taken over at"), null=True, blank=True)
    taken_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("taken over by"),
    )
    submit_key = models.UUIDField(unique=True, null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    rev = models.PositiveIntegerField(default=0, editable=False)
    saved_at = models.DateTimeField(_("saved at"), null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["scheme", "state", "-id"], name="application_list"),
            models.Index(fields=["unit", "state"], name="application_unit_state"),
            models.Index(
                fields=["scheme", "effective_date", "id"], condition=Q(submitted_at__isnull=False),
                name="application_effective",
            ),
            models.Index(
                fields=["entry_unit", "-id"], condition=Q(state__in=(State.DRAFT, State.RETURNED)),
                name="application_unfinished",
            ),
        ]
        constraints = [
            *Recorded.Meta.constraints,
            models.UniqueConstraint(
                fields=["scheme", "enterprise"],
                condition=~Q(state__in=GIVEN_UP) & Q(agreement=None),
                name="application_one_open_or_granted_per_shop",
            ),
            models.UniqueConstraint(
                fields=["scheme", "agreement"],
                condition=~Q(state__in=GIVEN_UP) & Q(agreement__isnull=False),
                name="application_one_open_or_granted_per_agreement",
            ),
            *choices("state", State.values, prefix="application"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT, submitted_at=None, number=None, submit_key=None)
                | Q(state=State.WITHDRAWN)
                | (
                    ~Q(state__in=UNSENT)
                    & Q(submitted_at__isnull=False, number__isnull=False, amount_requested__isnull=False)
                ),
                name="application_sent_iff_submitted",
            ),
            *iff_state("state", UNDER_WAY, "stage", prefix="application"),
            *iff_state("state", DECIDED, "decided_at", prefix="application"),
            *iff_state("state", CLOSED, "closed_at", prefix="application"),
            *iff_state("state", GRANTED, "amount_approved", prefix="application"),
            *needs_in_state("state", [State.IN_REVIEW, *GRANTED], "accepted_at", prefix="application"),
            *together("decided_at", "decided_by", prefix="application"),
            *together("closed_at", "closed_on", prefix="application"),
            *together(
                "declaration_signed_at", "declaration_signed_by", "declaration_sheet", prefix="application"
            ),
            *together("taken_over_at", "taken_over_by", prefix="application"),
            *together("number", "submitted_at", prefix="application"),
            models.CheckConstraint(
                condition=~Q(state=State.REFUSED) | ~Q(refusal_reason=""), name="application_refusal_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(amount_requested__isnull=True)
                | Q(amount_requested__gte=0, amount_requested__lte=F("amount_cap")),
                name="application_requested_within_cap",
            ),
            models.CheckConstraint(
                condition=Q(amount_approved__isnull=True)
                | Q(amount_approved__gte=0, amount_approved__lte=F("amount_requested")),
                name="application_approved_within_requested",
            ),
            *ordered("submitted_at", "accepted_at", "decided_at", "closed_at", prefix="application"),
            *sane_dates(
                "submitted_at", "accepted_at", "decided_at", "closed_at", "closed_on",
                "declaration_signed_at", "taken_over_at", "saved_at", prefix="application",
            ),
        ]

    def __str__(self):
        return self.number or str(_("Draft"))

    def get_absolute_url(self):
        """The owner's page: what a message about the application links to."""
        return reverse("subsidies:my_detail", args=[self.ref])

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
    def is_draft(self):
        return self.state == State.DRAFT

    def open_correction(self):
        """The correction that waits for the owner, or None."""
        return self.corrections.filter(answered_at=None).first()

    def round(self):
        """How many corrections have been asked for so far."""
        return self.corrections.count()

    def current_wait(self):
        return self.waits.filter(ended_at=None).first()

    def files(self):
        """Documents in force, oldest first."""
        return self.materials.filter(removed_at=None).select_related("attachment").order_by("id")

    def payee_total(self):
        return sum((line.amount for line in self.payee_lines.all()), Decimal("0.00"))


class ApplicationLog(TransitionLog):
    """Every move of an application, with who, where and why."""

    subject = models.ForeignKey(Application, models.PROTECT, related_name="log")

    class Meta(TransitionLog.Meta):
        abstract = False
        verbose_name = _("move of an application")
        verbose_name_plural = _("moves of applications")
