"""How long a statistic speaks, and how a target stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stands(models.TextChoices):
    """A statistic of a period is never carried over; a level stands until the next one is stated."""

    PERIOD = "period", _("for its period only")
    LEVEL = "level", _("from the end of its period until the next one")


class Standing(models.TextChoices):
    """Completion beside the share of time that has passed (序时进度)."""

    AHEAD = "ahead", _("ahead of schedule")
    BEHIND = "behind", _("behind schedule")
    REACHED = "reached", _("reached")
    MISSED = "missed", _("not reached in time")
    BEYOND = "beyond", _("above the range")
    WAITS = "waits", _("has not begun")
