"""Kinds of fields a form may have."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    TEXT = "text", _("text")
    LONGTEXT = "longtext", _("long text")
    INT = "int", _("whole number")
    DECIMAL = "decimal", _("decimal number")
    MONEY = "money", _("amount in yuan")
    DATE = "date", _("date")
    CHOICE = "choice", _("one of a list")
    MULTICHOICE = "multichoice", _("several of a list")
    BOOL = "bool", _("yes or no")
    PHONE = "phone", _("phone")
    USCC = "uscc", _("unified social credit code")
    ID_NUMBER = "id_number", _("identity number")
    REGION = "region", _("region")
    FILE = "file", _("file")
    PHOTO = "photo", _("photo")
    GROUP = "group", _("repeated group")


TEXTS = (Kind.TEXT, Kind.LONGTEXT, Kind.PHONE, Kind.USCC, Kind.ID_NUMBER)
NUMBERS = (Kind.INT, Kind.DECIMAL, Kind.MONEY)
CHOICES = (Kind.CHOICE, Kind.MULTICHOICE)
FILES = (Kind.FILE, Kind.PHOTO)

#: What a condition over an answer compares; a kind that is absent cannot be asked about.
CONDITION_TYPES = {
    Kind.TEXT: "text",
    Kind.INT: "int",
    Kind.DECIMAL: "number",
    Kind.MONEY: "number",
    Kind.DATE: "date",
    Kind.CHOICE: "text",
    Kind.MULTICHOICE: "list",
    Kind.BOOL: "bool",
    Kind.USCC: "text",
    Kind.REGION: "text",
}
