"""Choices of accounts and units."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UserKind(models.TextChoices):
    OWNER = "owner", _("Business owner")
    STAFF = "staff", _("Staff")
    MACHINE = "machine", _("System")


class UnitKind(models.TextChoices):
    BUREAU = "bureau", _("Bureau")
    SECTION = "section", _("Section")
    COUNTY = "county", _("County office")
    OUTSIDE = "outside", _("Office in another city")


class ScopeBasis(models.TextChoices):
    """Which place of an enterprise decides who handles it and where it is counted."""

    HOME = "home", _("Home county of the operator")
    REGISTERED = "registered", _("Registered place")
    OPERATING = "operating", _("Place of operation")
