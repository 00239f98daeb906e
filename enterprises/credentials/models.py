"""Kinds of credentials, the rounds in which they are given, and the credentials themselves."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts import scope
from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.attachments.provenance import Recorded
from bureau.common import clock
from bureau.common.constraints import (
    choices,
    iff_state,
    needs_in_state,
    only_in_state,
    ordered,
    positive,
    sane_dates,
    together,
)
from bureau.common.i18n import localized
from bureau.common.lasting import LastingForeignKey
from bureau.workflow.models import TransitionLog
from enterprises.credentials.enums import AFTERWARDS, ENDED, EVER_NAMED, HELD, TONES, Standing, State

#: Signs that nobody mistakes for another when he reads them from a plaque.
CODE_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 20
CODE_PATTERN = rf"^[{CODE_SIGNS}]{{{CODE_LENGTH}}}$"
NUMBER_PATTERN = r"^[A-Z]{2,6}[0-9]{8,12}$"


def new_code() -> str:
    """The code behind a QR: 99 bits by chance, so it can be neither counted up nor guessed."""
    return "".join(secrets.choice(CODE_SIGNS) for _sign in range(CODE_LENGTH))


class CredentialKind(models.Model):
    """A title that shops may hold, as its rules define it."""

    key = models.CharField(_("key"), max_length=30, unique=True, validators=[RegexValidator(r"^[a-z][a-z_]*$")])
    name_zh = models.CharField(_("name (Chinese)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=80)
    number_prefix = models.CharField(
        _("prefix of its numbers"), max_length=6, unique=True, validators=[RegexValidator(r"^[A-Z]{2,6}$")]
    )
    years = models.PositiveSmallIntegerField(
        _("years of validity"), validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    authority_zh = models.CharField(_("issuing authority (Chinese)"), max_length=80)
    authority_en = models.CharField(_("issuing authority (English)"), max_length=120)
    basis_zh = models.CharField(_("basis (Chinese)"), max_length=200)
    basis_en = models.CharField(_("basis (English)"), max_length=300)
    has_plaque = models.BooleanField(_("comes with a plaque"), default=True)
    is_complete = models.BooleanField(
        _("this register is complete"), default=True,
        help_text=_("Every holder stands here: who does not, holds none. Otherwise rules treat others as unknown."),
    )
    text_zh = models.TextField(_("text of the public page (Chinese)"), blank=True, max_length=1000)
    text_en = models.TextField(_("text of the public page (English)"), blank=True, max_length=2000)
    is_active = models.BooleanField(_("still given"), default=True)

    class Meta:
        verbose_name = _("kind of credential")
        verbose_name_plural = _("kinds of credentials")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(key__regex=r"^[a-z][a-z_]*$"), name="credential_kind_key"),
            models.CheckConstraint(condition=Q(number_prefix__regex=r"^[A-Z]{2,6}$"), name="credential_kind_prefix"),
            models.CheckConstraint(condition=Q(years__gte=1, years__lte=30), name="credential_kind_years"),
            models.CheckConstraint(condition=~Q(name_zh="") & ~Q(name_en=""), name="credential_kind_named"),
        ]

    def __str__(self) -> str:
        return localized(self, "name")


class RoundQuerySet(models.QuerySet["CredentialRound"]):
    def visible_to(self, user: User) -> Self:
        """A round is of the whole bureau: who sees any credentials sees all rounds."""
        return self if user.granted_units(Permission.CREDENTIAL_VIEW) else self.none()

    def open_on(self, day: date) -> Self:
        """Those that take nominations."""
        return self.filter(opens_on__lte=day, closes_on__gte=day)


class CredentialRound(models.Model):
    """One call: nominations, a meeting that selects, a conference that names. What is left open has no date."""

    name_zh = models.CharField(_("name (Chinese)"), max_length=100, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=160)
    opens_on = models.DateField(_("nominations from"))
    closes_on = models.DateField(_("nominations until"))
    met_on = models.DateField(_("review meeting on"), null=True, blank=True)
    minutes = models.ForeignKey(
        "attachments.Attachment", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("minutes of the meeting"),
    )
    conference_on = models.DateField(_("conference on"), null=True, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round of credentials")
        verbose_name_plural = _("rounds of credentials")
        ordering = ["-opens_on", "-id"]
        constraints = [
            *ordered("opens_on", "closes_on", prefix="credential_round"),
            *ordered("opens_on", "met_on", "conference_on", prefix="credential_round"),
            *together("met_on", "minutes", prefix="credential_round"),
            *sane_dates("opens_on", "closes_on", "met_on", "conference_on", prefix="credential_round"),
        ]

    def __str__(self) -> str:
        return localized(self, "name")


class CredentialQuota(models.Model):
    """A kind that a round gives, and how many of it at most. The database counts."""

    round = models.ForeignKey(CredentialRound, models.PROTECT, related_name="quotas", verbose_name=_("round of credentials"))
    kind = models.ForeignKey(CredentialKind, models.PROTECT, related_name="+", verbose_name=_("kind"))
    quota = models.PositiveSmallIntegerField(_("at most"))

    class Meta:
        verbose_name = _("quota of a round")
        verbose_name_plural = _("quotas of rounds")
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["round", "kind"], name="credential_quota_once"),
            *positive("quota", prefix="credential_quota"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ≤ {self.quota}"


class CredentialQuerySet(models.QuerySet["Credential"]):
    def visible_to(self, user: User) -> Self:
        """What staff may see: their territory by region of scope or place of operation, and their unit."""
        return scope.visible(self, user, Permission.CREDENTIAL_VIEW, region=("region", "operating_region"))

    def of_owner(self, user: User) -> Self:
        """Named credentials of the shops that he has been confirmed to act for."""
        from enterprises.models import Enterprise

        mine = Enterprise.objects.of_member(user).order_by().values("pk")
        return self.filter(enterprise__in=mine, state__in=EVER_NAMED)

    def public(self) -> Self:
        """What a stranger may ask about: named at some time. Who was only nominated is nobody's business."""
        return self.filter(state__in=EVER_NAMED)

    def valid_on(self, day: date) -> Self:
        return self.public().filter(
            Q(ended_on=None) | Q(ended_on__gt=day), valid_from__lte=day, valid_until__gte=day
        )


class Credential(Recorded):
    """One title of one shop, from nomination to its end. ``state`` moves only through ``bureau.workflow.perform``.

    ``effective_date`` is the day of nomination. Every step carries its own day, hour and author. Those entered
    afterwards have no authors of the steps; they have who entered and who confirmed.
    """

    number = models.CharField(_("credential number"), max_length=20, unique=True)
    code = models.CharField(
        _("verification code"), max_length=CODE_LENGTH, unique=True, default=new_code, editable=False,
        db_collation="C",
    )
    kind = models.ForeignKey(CredentialKind, models.PROTECT, related_name="+", verbose_name=_("kind"))
    round = models.ForeignKey(
        CredentialRound, models.PROTECT, null=True, blank=True, related_name="credentials", verbose_name=_("round of credentials")
    )
    enterprise = models.ForeignKey(
        "enterprises.Enterprise", models.PROTECT, related_name="credentials", verbose_name=_("enterprise")
    )
    holder = models.CharField(
        _("name of the holder"), max_length=120, help_text=_("As the shop was called when it was nominated.")
    )
    predecessor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_("renews")
    )
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    operating_region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("place of operation"),
    )
    unit = LastingForeignKey(
        "accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("office in charge")
    )
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.NOMINATED, editable=False
    )
    reason = models.TextField(_("reason for the nomination"), max_length=1000, blank=True)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True, blank=True)
    opinion = models.TextField(_("opinion of the review"), max_length=1000, blank=True)
    selected_on = models.DateField(_("selected on"), null=True, blank=True)
    selected_at = models.DateTimeField(_("selection recorded at"), null=True, blank=True)
    selected_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("selection recorded by")
    )
    document = models.CharField(_("number of the naming document"), max_length=60, blank=True)
    named_on = models.DateField(_("named on"), null=True, blank=True)
    named_at = models.DateTimeField(_("naming recorded at"), null=True, blank=True)
    named_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("named by")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    plaque_number = models.CharField(_("number on the plaque"), max_length=40, null=True, blank=True)
    plaque_on = models.DateField(_("plaque given on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_at = models.DateTimeField(_("end recorded at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    end_reason = models.TextField(_("reason of the end"), max_length=500, blank=True)
    confirmed_at = models.DateTimeField(_("back-entry confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("back-entry confirmed by")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("Credentials")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["enterprise", "kind"], name="credential_of_shop"),
            models.Index(fields=["kind", "valid_until"], name="credential_validity"),
            models.Index(fields=["state", "-id"], name="credential_state"),
            models.Index(fields=["-named_on", "id"], condition=Q(state__in=EVER_NAMED), name="credential_named_last"),
            models.Index(fields=["valid_until", "id"], condition=Q(state__in=HELD), name="credential_ending"),
        ]
        constraints = [
            *Recorded.Meta.constraints,
            models.UniqueConstraint(
                fields=["round", "kind", "enterprise"], condition=~Q(state=State.WITHDRAWN),
                name="credential_once_per_round",
                violation_error_message=_("This shop has been nominated for this in this round already."),
            ),
            models.UniqueConstraint(
                fields=["predecessor"], condition=~Q(state__in=[s for s in ENDED if s != State.REVOKED]),
                name="credential_renewed_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "plaque_number"], condition=~Q(state=State.DISCARDED), name="credential_plaque_once",
                violation_error_message=_("There is a plaque with this number already."),
            ),
            models.CheckConstraint(condition=Q(number__regex=NUMBER_PATTERN), name="credential_number_form"),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="credential_code_form"),
            models.CheckConstraint(condition=~Q(holder=""), name="credential_held_by_somebody"),
            models.CheckConstraint(condition=~Q(predecessor=F("id")), name="credential_not_its_own_heir"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100), name="credential_score_range"
            ),
            *choices("state", State.values, prefix="credential"),
            # Where it came from: the portal's own have a round and authors, those entered afterwards two people.
            models.CheckConstraint(
                condition=Q(channel__in=AFTERWARDS) | Q(round__isnull=False), name="credential_of_a_round"
            ),
            models.CheckConstraint(
                condition=(Q(channel__in=AFTERWARDS) & ~Q(state__in=[
                    State.NOMINATED, State.WITHDRAWN, State.NOT_SELECTED, State.SELECTED,
                ])) | (~Q(channel__in=AFTERWARDS) & ~Q(state__in=[State.PROPOSED, State.DISCARDED])),
                name="credential_way_of_its_channel",
            ),
            models.CheckConstraint(
                condition=(Q(channel__in=AFTERWARDS, state__in=EVER_NAMED) & Q(confirmed_by__isnull=False))
                | (~Q(channel__in=AFTERWARDS, state__in=EVER_NAMED) & Q(confirmed_by__isnull=True)),
                name="credential_confirmed_afterwards",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("entered_by")),
                name="credential_confirmed_by_another",
            ),
            *together("confirmed_by", "confirmed_at", prefix="credential"),
            # Selected by somebody who did not nominate it.
            *together("selected_by", "selected_at", "selected_on", prefix="credential"),
            *only_in_state(
                "state", [State.SELECTED, State.NOT_SELECTED, *EVER_NAMED], "selected_on", prefix="credential"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.SELECTED, *EVER_NAMED]) | Q(channel__in=AFTERWARDS)
                | Q(selected_on__isnull=False),
                name="credential_selected_before_named",
            ),
            models.CheckConstraint(
                condition=Q(selected_by__isnull=True) | ~Q(selected_by=F("entered_by")),
                name="credential_selected_by_another",
            ),
            # Named by somebody who did not select it.
            *iff_state(
                "state", [State.PROPOSED, State.DISCARDED, *EVER_NAMED], "named_on", prefix="credential"
            ),
            *together("named_on", "valid_from", "valid_until", prefix="credential"),
            *together("named_by", "named_at", prefix="credential"),
            models.CheckConstraint(
                condition=(Q(state__in=EVER_NAMED) & ~Q(channel__in=AFTERWARDS) & Q(named_by__isnull=False))
                | ((~Q(state__in=EVER_NAMED) | Q(channel__in=AFTERWARDS)) & Q(named_by__isnull=True)),
                name="credential_named_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(named_by__isnull=True) | ~Q(named_by=F("selected_by")), name="credential_named_by_another"
            ),
            models.CheckConstraint(
                condition=(Q(named_on__isnull=True) & Q(document="")) | (Q(named_on__isnull=False) & ~Q(document="")),
                name="credential_named_by_document",
            ),
            # The plaque.
            *together("plaque_on", "plaque_number", prefix="credential"),
            *needs_in_state("state", [State.PLAQUE], "plaque_on", prefix="credential"),
            *only_in_state(
                "state", [State.PLAQUE, State.REVOKED, State.PROPOSED, State.DISCARDED], "plaque_on",
                prefix="credential",
            ),
            models.CheckConstraint(condition=~Q(plaque_number=""), name="credential_plaque_numbered"),
            # The end.
            *iff_state("state", ENDED, "ended_on", prefix="credential"),
            *together("ended_on", "ended_at", "ended_by", prefix="credential"),
            models.CheckConstraint(
                condition=(Q(ended_on__isnull=True) & Q(end_reason=""))
                | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="credential_end_has_reason",
            ),
            *ordered("selected_on", "named_on", "plaque_on", prefix="credential"),
            *ordered("valid_from", "valid_until", prefix="credential"),
            *ordered("effective_date", "selected_on", prefix="credential"),
            *ordered("named_on", "ended_on", prefix="credential"),
            *ordered("effective_date", "ended_on", prefix="credential"),
            *sane_dates(
                "selected_on", "selected_at", "named_on", "named_at", "valid_from", "valid_until", "plaque_on",
                "ended_on", "ended_at", "confirmed_at", prefix="credential",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.holder}"

    def get_absolute_url(self) -> str:
        """The owner's page: what a message about the credential links to."""
        return reverse("enterprises:credential", args=[self.number])

    @property
    def verify_url(self) -> str:
        """The address under the QR code, without the host."""
        return reverse("enterprises:verify", args=[self.code])

    @property
    def is_held(self) -> bool:
        return self.state in HELD

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]

    def standing(self, day: date | None = None) -> Standing | None:
        """What it is worth on a day (today); None for what was never named."""
        if self.state not in EVER_NAMED or self.valid_from is None or self.valid_until is None:
            return None
        day = day or clock.today()
        if self.ended_on is not None and self.ended_on <= day:
            return Standing.REVOKED
        if day < self.valid_from:
            return Standing.COMING
        return Standing.VALID if day <= self.valid_until else Standing.EXPIRED


class CredentialLog(TransitionLog):
    """Every move of a credential, with who, where and why."""

    subject = models.ForeignKey(Credential, models.PROTECT, related_name="log")

    class Meta(TransitionLog.Meta):
        abstract = False
        verbose_name = _("move of a credential")
        verbose_name_plural = _("moves of credentials")
