"""A training session: when, where, for whom it counts, how many seats, and what decides completion."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts import scope
from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.attachments.provenance import Recorded
from bureau.common.constraints import choices, iff_state, ordered, sane_dates, together
from bureau.common.money import MoneyField
from bureau.workflow.models import TransitionLog
from training.enums import COMING, SHOWN, UNDER_WAY, Half, Kind, State

MOST_DAYS = 60
#: Each participant is a field of the attendance grid, and a request may have 1,000 of them.
MOST_SEATS = 900


def key_of(day: date, half: str) -> str:
    """A half-day as the plan holds it: "2021-05-17am"."""
    return f"{day.isoformat()}{half}"


def half_day(key: str) -> tuple[date, Half]:
    """The day and the half that a key of the plan names. ValueError for anything else."""
    return date.fromisoformat(key[:10]), Half(key[10:])


def every_half_day(first: date, last: date) -> list[str]:
    """The plan of whole days, morning and afternoon, first to last day included."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [key_of(day, half) for day in days for half in Half]


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: User) -> Self:
        """What staff may see: sessions of their territory or office, and those their people may join."""
        mine = self.looked_after_by(user)
        return mine | self.filter(state=State.OPEN) if user.granted_units(Permission.TRAINING_VIEW) else mine

    def looked_after_by(self, user: User) -> Self:
        """Sessions of his territory or office: whose whole list of participants he may read."""
        return scope.visible(self, user, Permission.TRAINING_VIEW)

    def shown(self) -> Self:
        """What the public may see."""
        return self.filter(state__in=SHOWN)

    def attended(self) -> Self:
        """Those with participants: all but livestreams."""
        return self.exclude(kind=Kind.LIVESTREAM)


class Session(Recorded):
    """`state` moves only through `bureau.workflow.perform`. `plan` lists the half-days ("2021-05-17am"); `days`,
    `half_days` and `seats_taken` are kept by triggers. It counts on `ended_on`, the last day of a session that
    has ended. `version` counts its moves, `rev` its edits, `marks_version` the saves of its attendance."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.CLASS)
    title = models.CharField(_("title of the session"), max_length=120)
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    summary = models.TextField(_("about this session"), max_length=2000, blank=True)
    begins_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    plan = models.JSONField(_("half-days"), default=list, blank=True, editable=False)
    days = models.PositiveSmallIntegerField(_("days"), default=0, editable=False)
    half_days = models.PositiveSmallIntegerField(_("number of half-days"), default=0, editable=False)
    place = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("place"))
    address = models.CharField(_("address of the place"), max_length=200, blank=True)
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="+", verbose_name=_("region it counts for")
    )
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("office in charge"))
    capacity = models.PositiveSmallIntegerField(_("seats"), default=0)
    seats_taken = models.PositiveSmallIntegerField(_("seats taken"), default=0, editable=False)
    enroll_until = models.DateField(_("enrollment until"), null=True, blank=True)
    hours_per_half_day = models.DecimalField(
        _("hours per half-day"), max_digits=3, decimal_places=1, default=Decimal("4.0")
    )
    required_share = models.PositiveSmallIntegerField(
        _("attendance needed to complete (%)"), default=80,
        help_text=_("Share of the half-days at which a participant must have been present."),
    )
    teacher = models.CharField(_("teacher"), max_length=120, blank=True)
    organizer = models.CharField(_("organizer"), max_length=120, blank=True)
    phone = models.CharField(_("phone for questions"), max_length=20, blank=True)
    viewers = models.PositiveIntegerField(_("viewers"), null=True, blank=True)
    sales = MoneyField(_("sales (yuan)"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED, editable=False)
    ended_on = models.DateField(_("counts on"), null=True, blank=True, editable=False)
    canceled_at = models.DateTimeField(_("canceled at"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(_("reason of cancellation"), max_length=200, blank=True, editable=False)
    marks_version = models.PositiveIntegerField(default=0, editable=False)
    marks_closed_at = models.DateTimeField(_("attendance closed at"), null=True, blank=True, editable=False)
    marks_closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("attendance closed by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    rev = models.PositiveIntegerField(default=0, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("training session")
        verbose_name_plural = _("Training sessions")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "begins_on"], name="session_coming"),
            models.Index(fields=["ended_on", "id"], name="session_ended"),
        ]
        constraints = [
            *Recorded.Meta.constraints,
            *choices("kind", Kind.values, prefix="session"),
            *choices("state", State.values, prefix="session"),
            *ordered("begins_on", "ends_on", prefix="session"),
            *iff_state("state", [State.ENDED], "ended_on", prefix="session"),
            *iff_state("state", [State.CANCELED], "canceled_at", prefix="session"),
            *together("marks_closed_at", "marks_closed_by", prefix="session"),
            *sane_dates(
                "begins_on", "ends_on", "ended_on", "enroll_until", "canceled_at", "marks_closed_at", prefix="session"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="session_titled"),
            models.CheckConstraint(
                condition=Q(seats_taken__lte=F("capacity")), name="session_never_overbooked",
                violation_error_message=_("More people are enrolled than there are seats."),
            ),
            models.CheckConstraint(condition=Q(capacity__lte=MOST_SEATS), name="session_seats_sane"),
            models.CheckConstraint(condition=Q(ended_on__isnull=True) | Q(ended_on=F("ends_on")), name="session_counts_on_last_day"),
            models.CheckConstraint(
                condition=Q(required_share__gte=1, required_share__lte=100), name="session_share_is_percent"
            ),
            models.CheckConstraint(
                condition=Q(hours_per_half_day__gt=0, hours_per_half_day__lte=8), name="session_hours_sane"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.LIVESTREAM, capacity=0)
                | (~Q(kind=Kind.LIVESTREAM) & Q(capacity__gt=0, half_days__gt=0, viewers=None, sales=None)),
                name="session_livestream_apart",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CANCELED) | ~Q(cancel_reason=""), name="session_canceled_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(marks_closed_at__isnull=True) | Q(state=State.ENDED), name="session_closed_after_end"
            ),
            models.CheckConstraint(condition=Q(sales__isnull=True) | Q(sales__gte=0), name="session_sales_nonneg"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("training:session", args=[self.number])

    @property
    def tone(self) -> str:
        return State(self.state).tone

    @property
    def state_label(self):
        return State(self.state).label

    @property
    def is_livestream(self) -> bool:
        return self.kind == Kind.LIVESTREAM

    @property
    def is_coming(self) -> bool:
        return self.state in COMING

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def marks_closed(self) -> bool:
        return self.marks_closed_at is not None

    @property
    def seats_left(self) -> int:
        return max(self.capacity - self.seats_taken, 0)

    @property
    def last_day_to_enroll(self) -> date:
        """Up to the day before the first day, unless an earlier day is set."""
        return self.enroll_until or self.begins_on - timedelta(days=1)

    def half_day_list(self) -> list[tuple[str, date, Half]]:
        """(key, day, half) in the order of the plan."""
        return [(key, *half_day(key)) for key in self.plan]


class SessionLog(TransitionLog):
    """Every move of a session, with who, where and why."""

    subject = models.ForeignKey(Session, models.PROTECT, related_name="log")

    class Meta(TransitionLog.Meta):
        abstract = False
        verbose_name = _("move of a session")
        verbose_name_plural = _("moves of sessions")
