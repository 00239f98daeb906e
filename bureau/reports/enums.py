"""States and parts of a report."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportState(models.TextChoices):
    """拟稿 → 核稿 → 签发; a report is due before the worker has written its draft."""

    DUE = "due", _("being generated")
    DRAFT = "draft", _("draft")
    IN_CHECK = "in_check", _("in check")
    CHECKED = "checked", _("checked")
    ISSUED = "issued", _("issued")


#: States in which the figures stand: the worker has published, nobody has issued or all have.
WRITTEN = (ReportState.DRAFT, ReportState.IN_CHECK, ReportState.CHECKED, ReportState.ISSUED)


class Window(models.TextChoices):
    """Which time a frozen figure speaks of."""

    TO_DATE = "to_date", _("year to date")
    PERIOD = "period", _("this period")
    PREVIOUS = "previous", _("previous period")
    NEXT = "next", _("next period")
