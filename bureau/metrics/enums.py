"""Units that figures are counted in, and who may see a column behind them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Units(models.TextChoices):
    """Never mixed: a shop, an enterprise, a person and a person-time are different things."""

    SHOPS = "shops", _("shops")
    ENTERPRISES = "enterprises", _("enterprises")
    PERSONS = "persons", _("persons")
    PERSON_TIMES = "person_times", _("person-times")
    PERSON_DAYS = "person_days", _("person-days")
    DAYS = "days", _("days")
    HOURS = "hours", _("hours")
    CASES = "cases", _("cases")
    ITEMS = "items", _("items")
    TERMS = "terms", _("classes")
    EVENTS = "events", _("events")
    YUAN = "yuan", _("yuan")
    PERCENT = "percent", _("percent")


#: English has another word for exactly one of these; it goes by the word, so that a unit of one's own is left as it is.
SINGULAR = {
    "shops": "shop", "enterprises": "enterprise", "persons": "person", "person-times": "person-time",
    "person-days": "person-day", "days": "day", "hours": "hour", "cases": "case", "items": "item",
    "classes": "class", "events": "event",
}


def agreeing(number: str, unit: str) -> str:
    """The unit in the form that the number asks for: "1", "cases" → "case"."""
    return SINGULAR.get(unit, unit) if number == "1" else unit


def with_unit(number: str, unit: str, language: str) -> str:
    """As prose has it: 1,431户, 1,431 shops, 1 shop."""
    return f"{number}{unit}" if language == "zh" else f"{number} {agreeing(number, unit)}"


class Sensitivity(models.TextChoices):
    PUBLIC = "public", _("officials")
    INTERNAL = "internal", _("staff")
    PERSONAL = "personal", _("staff, personal data")


class Section(models.TextChoices):
    """Where a sentence stands in a periodic report."""

    PROGRESS = "progress", _("Progress of the work")
    PROBLEMS = "problems", _("Problems")
    PLANS = "plans", _("Next steps")
