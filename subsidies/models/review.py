"""Who did which step on a case, and which steps one person may not hold together."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bureau.common import clock
from bureau.common.constraints import choices, positive, sane_dates
from subsidies.enums import Outcome, Step


class DutyFloor(models.Model):
    """Two steps that the same person never holds on one application, whatever a scheme says.

    Rows come with the migrations and cannot be changed or deleted; a trigger on the tables of
    steps reads them (``sql/duties.sql``). A scheme may add pairs of its own, never take one away.
    """

    first = models.CharField(_("step"), max_length=20, choices=Step)
    second = models.CharField(_("and"), max_length=20, choices=Step)

    class Meta:
        verbose_name = _("separation of duties")
        verbose_name_plural = _("separation of duties")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="dutyfloor_once"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="dutyfloor_two_steps"),
        ]

    def __str__(self):
        return f"{self.get_first_display()} ≠ {self.get_second_display()}"


class Review(models.Model):
    """One office step with its outcome. Rows are never updated; a correction opens the next round."""

    application = models.ForeignKey(
        "subsidies.Application", models.PROTECT, related_name="reviews", verbose_name=_("application")
    )
    step = models.CharField(_("step"), max_length=20, choices=Step)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("by"),
        help_text=_("Unknown only where an earlier decision was back-entered; its two people are on the list."),
    )
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    at = models.DateTimeField(_("recorded at"), default=clock.now)
    effective_date = models.DateField(_("effective date"), default=clock.today)
    opinion = models.CharField(_("opinion"), max_length=500, blank=True)
    back_entered = models.BooleanField(_("back-entered"), default=False)

    # Copied when it happened, so that a figure reads one table.
    scheme = models.ForeignKey("subsidies.Scheme", models.PROTECT, related_name="+")
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    operating_region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["id"]
        indexes = [models.Index(fields=["step", "effective_date"], name="review_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["application", "step", "round"], name="review_once_a_round"),
            models.UniqueConstraint(
                fields=["application", "step"], condition=Q(outcome=Outcome.PASSED), name="review_passed_once"
            ),
            models.CheckConstraint(condition=Q(by__isnull=False) | Q(back_entered=True), name="review_by_somebody"),
            models.CheckConstraint(condition=~Q(step=Step.ENTER), name="review_not_entry"),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.REFUSED) | ~Q(opinion=""), name="review_refusal_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.RETURNED) | Q(round=1) | ~Q(opinion=""),
                name="review_second_correction_has_reason",
            ),
            *choices("step", Step.values, prefix="review"),
            *choices("outcome", Outcome.values, prefix="review"),
            *positive("round", prefix="review"),
            *sane_dates("at", "effective_date", prefix="review"),
        ]

    def __str__(self):
        return f"{self.get_step_display()}: {self.get_outcome_display()}"
