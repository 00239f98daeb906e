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


class Sensitivity(models.TextChoices):
    PUBLIC = "public", _("officials")
    INTERNAL = "internal", _("staff")
    PERSONAL = "personal", _("staff, personal data")


class Section(models.TextChoices):
    """Where a sentence stands in a periodic report."""

    PROGRESS = "progress", _("Progress of the work")
    PROBLEMS = "problems", _("Problems")
    PLANS = "plans", _("Next steps")
