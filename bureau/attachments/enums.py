"""Choices of files."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """There is no row for a file that was refused: nothing of it is kept but an audit event."""

    CLEAN = "clean", _("Checked")
    EXPIRED = "expired", _("Expired")


class Channel(models.TextChoices):
    """The way a record came into the portal."""

    ONLINE = "online", _("Online")
    ON_BEHALF = "on_behalf", _("Entered for the owner")
    BACK_ENTERED = "back_entered", _("Entered afterwards")
    IMPORTED = "imported", _("Imported")


class Confirmation(models.TextChoices):
    """What one person has proposed counts when another has confirmed it."""

    PROPOSED = "proposed", _("Waiting for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    DISCARDED = "discarded", _("Discarded")
