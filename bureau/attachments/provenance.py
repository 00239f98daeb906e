"""Where a record came from: one mixin for everything that can be entered online, for somebody, or afterwards."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.attachments.enums import Channel, Confirmation
from bureau.common import clock
from bureau.common.constraints import choices, sane_dates, together


class Recorded(models.Model):
    """Figures go by `effective_date`; deadlines, duties and audit by `recorded_at`.

    A subclass with a Meta of its own writes `constraints = [*Recorded.Meta.constraints, …]`.
    """

    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=gettext_lazy("entered by")
    )
    channel = models.CharField(gettext_lazy("channel"), max_length=12, choices=Channel, default=Channel.ONLINE)
    source = models.ForeignKey(
        "attachments.Attachment", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=gettext_lazy("source file"),
    )
    effective_date = models.DateField(gettext_lazy("effective date"), default=clock.today)
    recorded_at = models.DateTimeField(gettext_lazy("recorded at"), default=clock.now, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(channel__in=[Channel.BACK_ENTERED, Channel.IMPORTED]) | Q(source__isnull=False),
                name="%(app_label)s_%(class)s_source",
            ),
            *sane_dates("effective_date", "recorded_at", prefix="%(app_label)s_%(class)s"),
        ]

    @property
    def is_on_behalf(self) -> bool:
        return self.channel == Channel.ON_BEHALF


class TwoPeople(models.Model):
    """What one person proposes and another confirms: nothing of it counts before. The database refuses the same
    person for both.

    A subclass with a Meta of its own writes `constraints = [*TwoPeople.Meta.constraints, …]`.
    """

    state = models.CharField(gettext_lazy("state"), max_length=10, choices=Confirmation, default=Confirmation.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=gettext_lazy("proposed by")
    )
    proposed_at = models.DateTimeField(gettext_lazy("proposed at"), default=clock.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=gettext_lazy("confirmed by")
    )
    confirmed_at = models.DateTimeField(gettext_lazy("confirmed at"), null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="%(class)s_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state=Confirmation.CONFIRMED, confirmed_by__isnull=False)
                | ~Q(state=Confirmation.CONFIRMED) & Q(confirmed_by=None),
                name="%(class)s_confirmed_by_somebody",
            ),
            *together("confirmed_by", "confirmed_at", prefix="%(class)s"),
            *choices("state", Confirmation.values, prefix="%(class)s"),
            *sane_dates("proposed_at", "confirmed_at", prefix="%(class)s"),
        ]

    def decided_reasons(self) -> list[str]:
        """Why nothing can be decided about it any more; empty while it waits."""
        return [] if self.state == Confirmation.PROPOSED else [_("It has been decided already.")]

    def confirm_reasons(self, user) -> list[str]:
        """Why `user` may not confirm it; empty when he may."""
        if reasons := self.decided_reasons():
            return reasons
        if self.proposed_by_id == user.pk:
            return [_("You proposed this yourself; another person must confirm it.")]
        return []

    def confirm(self, by) -> None:
        """Marks it, without saving: the caller holds the row locked and has asked for the reasons."""
        self.state, self.confirmed_by, self.confirmed_at = Confirmation.CONFIRMED, by, clock.now()
