"""Agreements with host shops, the people placed there, and what was confirmed month by month."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, GeneratedField, Q, Value
from django.db.models.functions import Cast, Concat, LPad
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
    nonnegative,
    ordered,
    positive,
    sane_dates,
    together,
)
from bureau.common.crypto import EncryptedTextField, blind_index
from bureau.common.money import MoneyField
from bureau.workflow.models import TransitionLog
from enterprises.enums import MembershipState
from enterprises.models import Membership
from training.placements.enums import BINDING, AccountKind, AgreementState, SheetState

PLACES = ("region", "operating_region")


def shops_of(user: User):
    return Membership.objects.filter(user=user, state=MembershipState.CONFIRMED).values("enterprise")


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: User) -> Self:
        return scope.visible(self, user, Permission.PLACEMENT_VIEW, Permission.PLACEMENT_EDIT, region=PLACES)

    def kept_by(self, user: User) -> Self:
        """Those of his offices and of those below them: he may write into them."""
        rule = Q(pk__in=[])
        for unit in user.granted_units(Permission.PLACEMENT_EDIT):
            rule |= Q(unit__path__startswith=unit.path)
        return self.filter(rule)

    def of_owner(self, user: User) -> Self:
        """Those of the shops he has been confirmed for; what is still being drawn up is the office's."""
        return self.filter(host__in=shops_of(user)).exclude(state=AgreementState.DRAFT)


class Agreement(Recorded):
    """Between the bureau or a county and a host shop: how long, for which wage, who teaches."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = GeneratedField(
        verbose_name=_("number of the agreement"),
        expression=Concat(Value("SX"), LPad(Cast("id", models.TextField()), 6, Value("0"))),
        output_field=models.CharField(max_length=12),
        db_persist=True,
    )
    host = models.ForeignKey(
        "enterprises.Enterprise", models.PROTECT, related_name="agreements", verbose_name=_("host shop")
    )
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("office in charge"))
    # Copied from the host when it was drawn up, so that a figure stays what it was.
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("home county"))
    operating_region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("place of operation"),
    )
    trainer = models.CharField(_("trainer"), max_length=60)
    monthly_wage = MoneyField(_("monthly wage (yuan)"))
    starts_on = models.DateField(_("from day"))
    ends_on = models.DateField(_("until day"))
    state = models.CharField(
        _("state"), max_length=10, choices=AgreementState.choices, default=AgreementState.DRAFT, editable=False
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True, editable=False)
    scan = models.ForeignKey(
        "attachments.Attachment", models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("scan of the signed agreement"),
    )
    stopped_on = models.DateField(_("ended on"), null=True, blank=True, editable=False)
    stop_reason = models.CharField(_("why it ended early"), max_length=200, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement with a host shop")
        verbose_name_plural = _("agreements with host shops")
        ordering = ["-id"]
        indexes = [models.Index(fields=["unit", "state"], name="agreement_unit_state")]
        constraints = [
            *Recorded.Meta.constraints,
            models.CheckConstraint(condition=~Q(trainer=""), name="agreement_has_trainer"),
            models.CheckConstraint(
                condition=Q(state=AgreementState.ENDED) & ~Q(stop_reason="")
                | ~Q(state=AgreementState.ENDED) & Q(stop_reason=""),
                name="agreement_ended_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(stopped_on__isnull=True) | Q(stopped_on__gte=F("starts_on"), stopped_on__lte=F("ends_on")),
                name="agreement_stopped_within_term",
            ),
            *iff_state("state", BINDING, "signed_on", prefix="agreement"),
            *iff_state("state", [AgreementState.ENDED], "stopped_on", prefix="agreement"),
            *together("signed_on", "scan", prefix="agreement"),
            *choices("state", AgreementState.values, prefix="agreement"),
            *ordered("starts_on", "ends_on", prefix="agreement"),
            *positive("monthly_wage", prefix="agreement"),
            *sane_dates("starts_on", "ends_on", "signed_on", "stopped_on", prefix="agreement"),
        ]

    def __str__(self) -> str:
        return self.number or str(_("Agreement"))

    def get_absolute_url(self) -> str:
        return reverse("training:placement", args=[self.ref])

    @property
    def tone(self) -> str:
        return AgreementState(self.state).tone

    @property
    def last_day(self) -> date:
        """The day on which it ends, or ended early."""
        return self.stopped_on or self.ends_on

    def months(self) -> list[date]:
        """First days of the months that it touches."""
        found, day = [], self.starts_on.replace(day=1)
        while day <= self.last_day:
            found.append(day)
            day = (day + timedelta(days=32)).replace(day=1)
        return found


class AgreementLog(TransitionLog):
    """Every move of an agreement."""

    subject = models.ForeignKey(Agreement, models.PROTECT, related_name="log")

    class Meta(TransitionLog.Meta):
        abstract = False
        verbose_name = _("move of an agreement")
        verbose_name_plural = _("moves of agreements")


class PlacementQuerySet(models.QuerySet["Placement"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(agreement__in=Agreement.objects.visible_to(user).order_by().values("pk"))

    def standing(self) -> Self:
        """Those that were not cancelled before they began."""
        return self.filter(cancelled_at=None)


def _span(*bounds, function, output_field):
    """A range of PostgreSQL, both ends included."""
    return Func(*bounds, Value("[]"), function=function, output_field=output_field)


class Placement(Recorded):
    """One trainee at one host, from a day to a day. The account is his own, encrypted, shown masked."""

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="placements", verbose_name=_("agreement")
    )
    person = models.ForeignKey(
        "enterprises.Person", models.PROTECT, related_name="placements", verbose_name=_("trainee")
    )
    starts_on = models.DateField(_("from day"))
    ends_on = models.DateField(_("until day"))
    left_reason = models.CharField(_("why he left"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    account_kind = models.CharField(_("kind of account"), max_length=10, choices=AccountKind.choices, blank=True)
    account = EncryptedTextField(_("account"), mask="account", null=True, blank=True)
    account_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    bank = models.CharField(_("bank and branch"), max_length=120, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["id"]
        constraints = [
            *Recorded.Meta.constraints,
            # One person learns in one shop at a time. A key as a range needs no extension of the database.
            ExclusionConstraint(
                name="placement_no_overlap",
                expressions=[
                    (_span(F("person"), F("person"), function="int8range", output_field=BigIntegerRangeField()),
                     RangeOperators.OVERLAPS),
                    (_span(F("starts_on"), F("ends_on"), function="daterange", output_field=DateRangeField()),
                     RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at=None),
                violation_error_message=_("This person is placed in a shop on some of these days already."),
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True, account_index="", bank="", account_kind="")
                | Q(account__isnull=False) & ~Q(account_index="") & ~Q(bank="") & ~Q(account_kind=""),
                name="placement_account_whole",
            ),
            *together("cancelled_at", "cancelled_by", prefix="placement"),
            *choices("account_kind", ["", *AccountKind.values], prefix="placement"),
            *ordered("starts_on", "ends_on", prefix="placement"),
            *sane_dates("starts_on", "ends_on", "cancelled_at", prefix="placement"),
        ]

    def __str__(self) -> str:
        return self.person.name

    def set_account(self, *, kind: str, account: str, bank: str) -> None:
        """The only way these four columns are written."""
        self.account_kind, self.bank = kind, bank
        self.account, self.account_index = account, blind_index(account, "account")


class MonthSheetQuerySet(models.QuerySet["MonthSheet"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(agreement__in=Agreement.objects.visible_to(user).order_by().values("pk"))


class MonthSheet(Recorded):
    """What a host says about one month: days worked and wages paid. It counts when the county has confirmed it."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="sheets", verbose_name=_("agreement"))
    month = models.DateField(_("month"), help_text=_("Its first day."))
    state = models.CharField(
        _("state"), max_length=10, choices=SheetState.choices, default=SheetState.REPORTED, editable=False
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("confirmed by"),
    )
    return_note = models.CharField(_("what is to be corrected"), max_length=300, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MonthSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("month of an agreement")
        verbose_name_plural = _("months of agreements")
        ordering = ["-month", "-id"]
        indexes = [models.Index(fields=["-month", "-id"], name="monthsheet_newest")]
        constraints = [
            *Recorded.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "month"], name="monthsheet_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="monthsheet_first_day"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("entered_by")),
                name="monthsheet_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state=SheetState.RETURNED) | ~Q(return_note=""), name="monthsheet_returned_with_note"
            ),
            *iff_state("state", [SheetState.CONFIRMED], "confirmed_at", prefix="monthsheet"),
            *together("confirmed_at", "confirmed_by", prefix="monthsheet"),
            *choices("state", SheetState.values, prefix="monthsheet"),
            *sane_dates("month", "confirmed_at", prefix="monthsheet"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} · {self.month:%Y-%m}"

    @property
    def unit(self):
        return self.agreement.unit

    @property
    def tone(self) -> str:
        return SheetState(self.state).tone

    def get_absolute_url(self) -> str:
        return reverse("training:placement_month", args=[self.agreement.ref, f"{self.month:%Y-%m}"])


class MonthSheetLog(TransitionLog):
    """Every move of a month."""

    subject = models.ForeignKey(MonthSheet, models.PROTECT, related_name="log")

    class Meta(TransitionLog.Meta):
        abstract = False
        verbose_name = _("move of a month")
        verbose_name_plural = _("moves of months")


class MonthRow(models.Model):
    """One trainee in one month. Kept as it is once the month has been confirmed (``sql/placements.sql``)."""

    sheet = models.ForeignKey(MonthSheet, models.PROTECT, related_name="rows")
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="months")
    days = models.PositiveSmallIntegerField(_("days worked"))
    wage = MoneyField(_("wage paid (yuan)"))

    class Meta:
        verbose_name = _("trainee in a month")
        verbose_name_plural = _("trainees in months")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "placement"], name="monthrow_once"),
            models.CheckConstraint(condition=Q(days__lte=31), name="monthrow_days"),
            *nonnegative("wage", prefix="monthrow"),
        ]

    def __str__(self) -> str:
        return f"{self.placement_id} · {self.days}"


def month_is_over(month: date) -> bool:
    """Whether nothing of the month lies ahead."""
    return (month + timedelta(days=32)).replace(day=1) <= clock.today()
