"""Public pledges: what was promised, how it goes, and what citizens say about it."""

from __future__ import annotations

import hashlib
from typing import Any, Self

from django.db import models
from django.db.models import F, GeneratedField, Q, Value
from django.db.models.functions import Cast, Concat, LPad
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts import scope
from bureau.accounts.models import SiteProfile, Unit, User
from bureau.accounts.roles import Permission
from bureau.attachments.enums import State as FileState
from bureau.attachments.models import Attachment
from bureau.attachments.provenance import Recorded
from bureau.common import clock
from bureau.common.constraints import choices, iff_state, ordered, sane_dates, together
from bureau.common.crypto import mask_phone
from bureau.common.i18n import localized
from bureau.workflow.models import TransitionLog
from programs.enums import CLOSED, OPEN_TO_FEEDBACK, Category, FeedbackState, Promisor, State

BEST = 5
#: What stands as it is once a pledge is public.
FINAL = ("made_by", "person_name", "person_post", "organization", "occasion", "category", "text_zh", "text_en",
         "measure_zh", "measure_en", "region_id", "unit_id", "effective_date", "due_on")


class PledgeQuerySet(models.QuerySet["Pledge"]):
    def visible_to(self, user: User) -> Self:
        """For staff: pledges of their territory and of their offices."""
        return scope.visible(self, user, Permission.PLEDGE_VIEW)

    def public(self) -> Self:
        """Whatever was published; one withdrawn later stays, with its reason. Nothing while display is off."""
        return self.exclude(published_at=None) if shows_pledges() else self.none()

    def open(self) -> Self:
        return self.filter(state=State.PUBLISHED)


def shows_pledges() -> bool:
    """The bureau's setting; what is not set up yet shows nothing."""
    return SiteProfile.objects.filter(shows_pledges=True).exists()


class Pledge(Recorded):
    """A public promise. `effective_date` is the day it was made, `due_on` the day it is due by now; the days before
    stand in `PledgeDateChange`. `state` moves only through `bureau.workflow.perform`."""

    number = GeneratedField(
        verbose_name=_("pledge number"),
        expression=Concat(Value("CN"), LPad(Cast("id", models.TextField()), 6, Value("0"))),
        output_field=models.CharField(max_length=20),
        db_persist=True,
    )
    made_by = models.CharField(_("pledged by"), max_length=12, choices=Promisor, default=Promisor.UNIT)
    person_name = models.CharField(_("name of the person"), max_length=60, blank=True)
    person_post = models.CharField(_("post of the person"), max_length=60, blank=True)
    organization = models.CharField(_("organization"), max_length=120, blank=True)
    occasion = models.CharField(
        _("where it was pledged"), max_length=200, help_text=_("Title of the campaign, meeting or document.")
    )
    category = models.CharField(_("category"), max_length=12, choices=Category)
    text_zh = models.TextField(_("pledge (Chinese)"), max_length=1000)
    text_en = models.TextField(_("pledge (English)"), max_length=2000, blank=True)
    measure_zh = models.TextField(_("measure of success (Chinese)"), max_length=500)
    measure_en = models.TextField(_("measure of success (English)"), max_length=1000, blank=True)
    due_on = models.DateField(_("due on"))
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="pledges", verbose_name=_("responsible office"),
        help_text=_("Reports on the pledge and answers citizens."),
    )
    edited_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("edited by")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    published_on = models.DateField(_("published on"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("published by")
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    closing_note = models.TextField(_("how it ended"), blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("Pledges")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="pledge_state_due"),
            models.Index(fields=["unit", "state"], name="pledge_unit_state"),
        ]
        constraints = [
            *Recorded.Meta.constraints,
            models.UniqueConstraint(fields=["number"], name="pledge_number_once"),
            *choices("state", State.values, prefix="pledge"),
            *choices("made_by", Promisor.values, prefix="pledge"),
            *choices("category", Category.values, prefix="pledge"),
            models.CheckConstraint(
                condition=Q(made_by=Promisor.UNIT, person_name="", person_post="", organization="")
                | Q(made_by=Promisor.PERSON, organization="") & ~Q(person_name="")
                | Q(made_by=Promisor.ORGANIZATION) & ~Q(organization=""),
                name="pledge_made_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(text_zh="") & ~Q(measure_zh="") & ~Q(occasion=""), name="pledge_says_something"
            ),
            *together("published_at", "published_on", "published_by", prefix="pledge"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT, published_at=None)
                | Q(state__in=OPEN_TO_FEEDBACK, published_at__isnull=False)
                | Q(state=State.WITHDRAWN),
                name="pledge_published_by_state",
            ),
            # Two people: who wrote it and who made it public.
            models.CheckConstraint(
                condition=Q(published_by=None)
                | ~Q(published_by=F("entered_by")) & (Q(edited_by=None) | ~Q(published_by=F("edited_by"))),
                name="pledge_two_people",
            ),
            *iff_state("state", CLOSED, "closed_on", prefix="pledge"),
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN) | ~Q(closing_note=""), name="pledge_withdrawn_with_reason"
            ),
            *ordered("effective_date", "published_on", prefix="pledge"),
            *ordered("published_on", "closed_on", prefix="pledge"),
            models.CheckConstraint(condition=Q(due_on__gte=F("effective_date")), name="pledge_due_after_made"),
            *sane_dates("due_on", "published_at", "published_on", "closed_on", prefix="pledge"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("programs:pledge", args=[self.number])

    @property
    def state_label(self) -> Any:
        return State(self.state).label

    @property
    def tone(self) -> str:
        return State(self.state).tone

    @property
    def is_public(self) -> bool:
        """Published once; whether anything is displayed at all is the bureau's setting."""
        return self.published_at is not None

    @property
    def is_open(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def takes_feedback(self) -> bool:
        return self.state in OPEN_TO_FEEDBACK

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < clock.today()

    @property
    def promisor(self) -> str:
        """Who promised, as a reader should see it."""
        if self.made_by == Promisor.ORGANIZATION:
            return " ".join(filter(None, [self.organization, self.person_name, self.person_post]))
        name = localized(self.unit, "name")
        return " ".join(filter(None, [name, self.person_name, self.person_post]))

    def fingerprint(self) -> str:
        """Of everything that publication makes final: who publishes must have seen it as it is."""
        said = [str(getattr(self, name)) for name in FINAL]
        return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:16]

    def title(self, length: int = 40) -> str:
        text = " ".join(localized(self, "text").split())
        return text if len(text) <= length else f"{text[: length - 1]}…"


class PledgeLog(TransitionLog):
    subject = models.ForeignKey(Pledge, models.PROTECT, related_name="log")

    class Meta(TransitionLog.Meta):
        verbose_name = _("step of a pledge")


class PledgeDateChange(models.Model):
    """A day by which a pledge is due: the first one, named on publication (`old` is null), and each one after it.
    Never edited; carries its own date, region and unit, so that what was overdue on a past day stays countable."""

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="dates", verbose_name=_("pledge"))
    old = models.DateField(_("due on before"), null=True, blank=True)
    new = models.DateField(_("due on"))
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("recorded at"), default=clock.now)
    effective_date = models.DateField(_("effective date"), default=clock.today)
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("responsible office"))

    class Meta:
        verbose_name = _("change of a due date")
        verbose_name_plural = _("changes of due dates")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["pledge"], condition=Q(old=None), name="pledgedate_first_once"),
            models.CheckConstraint(
                condition=Q(old=None, reason="") | Q(old__isnull=False) & ~Q(reason="") & ~Q(old=F("new")),
                name="pledgedate_change_has_reason",
            ),
            *sane_dates("old", "new", "at", "effective_date", prefix="pledgedate"),
        ]

    def __str__(self) -> str:
        return f"{self.old or ''} → {self.new}"


class ProgressNote(models.Model):
    """How far a pledge has come, on a day, with its evidence (attachments). Never edited: the next note corrects."""

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="notes", verbose_name=_("pledge"))
    text = models.TextField(_("progress"), max_length=1000)
    percent = models.PositiveSmallIntegerField(_("percent"))
    noted_on = models.DateField(_("as of"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    at = models.DateTimeField(_("recorded at"), default=clock.now)

    class Meta:
        verbose_name = _("progress note")
        verbose_name_plural = _("progress notes")
        ordering = ["noted_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="progressnote_percent"),
            models.CheckConstraint(condition=~Q(text=""), name="progressnote_says_something"),
            *sane_dates("noted_on", "at", prefix="progressnote"),
        ]

    def __str__(self) -> str:
        return f"{self.pledge} · {self.percent}%"


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def visible_to(self, user: User) -> Self:
        """Moderators and those who read pledges, each within their scope."""
        return scope.visible(self, user, Permission.MODERATE, Permission.PLEDGE_VIEW)

    def of(self, user: User) -> Self:
        """What somebody says himself; what he took back is gone for him."""
        return self.filter(user=user).exclude(state=FeedbackState.WITHDRAWN)

    def waiting(self) -> Self:
        return self.filter(state=FeedbackState.WAITING)

    def shown(self) -> Self:
        return self.filter(state=FeedbackState.SHOWN)


class Feedback(models.Model):
    """A citizen's rating and comment on a pledge: one per phone, which is known to the bureau and shown to nobody.
    `comment` is kept with personal numbers hidden already; neither it nor the rating is ever changed."""

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="feedback", verbose_name=_("pledge"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("citizen"))
    phone_index = models.CharField(max_length=64, editable=False)
    rating = models.PositiveSmallIntegerField(_("rating"))
    comment = models.TextField(_("citizen's comment"), max_length=500, blank=True)
    is_masked = models.BooleanField(_("numbers were hidden"), default=False)
    is_suspect = models.BooleanField(
        _("held back"), default=False, help_text=_("Looks like a link or an advertisement: is never shown in a batch.")
    )
    state = models.CharField(_("state"), max_length=10, choices=FeedbackState, default=FeedbackState.WAITING)
    reason = models.TextField(_("why it is not shown"), blank=True)
    given_on = models.DateField(_("given on"), default=clock.today)
    sent_at = models.DateTimeField(_("received at"), default=clock.real_now)
    address = models.GenericIPAddressField(_("IP address"))
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("responsible office"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("citizen's feedback")
        verbose_name_plural = _("Citizens' feedback")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "-id"], name="feedback_state"),
            models.Index(fields=["address", "-sent_at"], name="feedback_address"),
            models.Index(fields=["phone_index", "-sent_at"], name="feedback_phone"),
            models.Index(fields=["pledge", "-sent_at"], name="feedback_pledge"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "phone_index"], condition=~Q(state=FeedbackState.WITHDRAWN),
                name="feedback_once_per_phone",
            ),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=BEST), name="feedback_rating_1_to_5"),
            models.CheckConstraint(condition=Q(phone_index__regex=r"^[0-9a-f]{64}$"), name="feedback_phone_hashed"),
            models.CheckConstraint(
                condition=Q(state=FeedbackState.HIDDEN) & ~Q(reason="") | ~Q(state=FeedbackState.HIDDEN) & Q(reason=""),
                name="feedback_hidden_with_reason",
            ),
            *choices("state", FeedbackState.values, prefix="feedback"),
            *sane_dates("given_on", "sent_at", prefix="feedback"),
        ]

    def __str__(self) -> str:
        return f"{self.pledge} · {self.rating}/{BEST}"

    def get_absolute_url(self) -> str:
        return f"{self.pledge.get_absolute_url()}#feedback"

    @property
    def state_label(self) -> Any:
        return FeedbackState(self.state).label

    @property
    def tone(self) -> str:
        return FeedbackState(self.state).tone

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.user.phone or "")

    @property
    def stars(self) -> str:
        return "★" * self.rating + "☆" * (BEST - self.rating)


class FeedbackLog(TransitionLog):
    subject = models.ForeignKey(Feedback, models.PROTECT, related_name="log")

    class Meta(TransitionLog.Meta):
        verbose_name = _("step of a feedback")


class Answer(models.Model):
    """What the responsible office answers; never edited, another answer adds to it."""

    feedback = models.ForeignKey(Feedback, models.PROTECT, related_name="answers", verbose_name=_("citizen's feedback"))
    text = models.TextField(_("office's answer"), max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    answered_on = models.DateField(_("answered on"), default=clock.today)
    at = models.DateTimeField(_("recorded at"), default=clock.now)

    class Meta:
        verbose_name = _("office's answer")
        verbose_name_plural = _("offices' answers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="answer_says_something"),
            *sane_dates("answered_on", "at", prefix="answer"),
        ]

    def __str__(self) -> str:
        return f"{self.feedback}"


def files_of(subject: Pledge | ProgressNote, purpose: str) -> models.QuerySet[Attachment]:
    """Papers of a pledge or evidence of a note, public or internal by their purpose."""
    return Attachment.objects.of(subject).filter(purpose=purpose, state=FileState.CLEAN)
