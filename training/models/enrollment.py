"""One person in one session: a seat or a place on the waiting list, and what came of it."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts import scope
from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.attachments.provenance import Recorded
from bureau.common.constraints import choices, iff_state, sane_dates
from bureau.workflow.models import TransitionLog
from training.enums import HELD, Place
from training.models.session import Session


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def visible_to(self, user: User) -> Self:
        """People whom the office looks after, or who sit in its sessions, or whom it enrolled."""
        mine = scope.visible(self, user, Permission.TRAINING_VIEW)
        units = user.granted_units(Permission.TRAINING_VIEW)
        return mine | self.filter(entry_unit__in=units) if units else mine

    def of_owner(self, user: User) -> Self:
        return self.filter(user=user)

    def seated(self) -> Self:
        return self.filter(state=Place.ENROLLED)

    def held(self) -> Self:
        return self.filter(state__in=HELD)

    def in_line(self) -> Self:
        """The waiting list, who came first in front."""
        return self.filter(state=Place.WAITING).order_by("id")


class Enrollment(Recorded):
    """`region` is the person's home county where the bureau looks after it, else the region of the session.

    `present` (half-days), `days_present`, `hours` and `completed` are counted from the marks by triggers, and
    `ended_on` is copied from the session by one: with `present` it makes the row a person-time on that day."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(
        Session, models.PROTECT, related_name="enrollments", verbose_name=_("training session")
    )
    person = models.ForeignKey(
        "enterprises.Person", models.PROTECT, related_name="enrollments", verbose_name=_("person")
    )
    enterprise = models.ForeignKey(
        "enterprises.Enterprise", models.PROTECT, null=True, blank=True, related_name="enrollments",
        verbose_name=_("enterprise"),
    )
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="enrollments", verbose_name=_("owner")
    )
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("office in charge"))
    entry_unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered at")
    )
    state = models.CharField(_("state"), max_length=10, choices=Place, default=Place.ENROLLED, editable=False)
    canceled_at = models.DateTimeField(_("canceled at"), null=True, blank=True, editable=False)
    present = models.PositiveSmallIntegerField(_("half-days present"), default=0, editable=False)
    days_present = models.PositiveSmallIntegerField(_("days present"), default=0, editable=False)
    hours = models.DecimalField(
        _("hours"), max_digits=6, decimal_places=1, default=Decimal("0.0"), editable=False
    )
    completed = models.BooleanField(_("completed"), default=False, editable=False)
    ended_on = models.DateField(_("counts on"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrollment")
        verbose_name_plural = _("Enrollments")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["ended_on", "region"], condition=Q(present__gt=0), name="enrollment_person_times"),
            models.Index(fields=["session", "id"], condition=Q(state="waiting"), name="enrollment_in_line"),
        ]
        constraints = [
            *Recorded.Meta.constraints,
            models.UniqueConstraint(
                fields=["session", "person"], condition=Q(state__in=HELD), name="enrollment_person_once",
                violation_error_message=_("This person is enrolled in this session already."),
            ),
            models.UniqueConstraint(
                fields=["session", "user"], condition=Q(state__in=HELD, user__isnull=False),
                name="enrollment_owner_once",
            ),
            *choices("state", Place.values, prefix="enrollment"),
            *iff_state("state", [Place.CANCELED], "canceled_at", prefix="enrollment"),
            *sane_dates("canceled_at", "ended_on", prefix="enrollment"),
            models.CheckConstraint(
                condition=Q(state=Place.ENROLLED) | Q(present=0), name="enrollment_only_the_seated_attend"
            ),
            models.CheckConstraint(
                condition=Q(days_present__lte=models.F("present")) & Q(present__lte=models.F("days_present") * 2),
                name="enrollment_days_of_half_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.session}"

    def get_absolute_url(self) -> str:
        """Where a message about it leads."""
        return reverse("training:mine")

    @property
    def state_label(self):
        return Place(self.state).label

    @property
    def tone(self) -> str:
        return Place(self.state).tone

    @property
    def is_held(self) -> bool:
        return self.state in HELD


class EnrollmentLog(TransitionLog):
    """Moves up from the waiting list and cancellations."""

    subject = models.ForeignKey(Enrollment, models.PROTECT, related_name="log")

    class Meta(TransitionLog.Meta):
        abstract = False
        verbose_name = _("move of an enrollment")
        verbose_name_plural = _("moves of enrollments")
