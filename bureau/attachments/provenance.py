"""Where a record came from: one mixin for everything that can be entered online, for somebody, or afterwards."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.attachments.enums import Channel
from bureau.common import clock
from bureau.common.constraints import sane_dates


class Recorded(models.Model):
    """Figures go by `effective_date`; deadlines, duties and audit by `recorded_at`.

    A subclass with a Meta of its own writes `constraints = [*Recorded.Meta.constraints, …]`.
    """

    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    channel = models.CharField(_("channel"), max_length=12, choices=Channel, default=Channel.ONLINE)
    source = models.ForeignKey(
        "attachments.Attachment", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("source file"),
    )
    effective_date = models.DateField(_("effective date"), default=clock.today)
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)

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
