"""What a pledge may be, and where it and what citizens say about it stand."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Promisor(models.TextChoices):
    UNIT = "unit", _("the office itself")
    PERSON = "person", _("a person of the office")
    ORGANIZATION = "organization", _("an organization outside the bureau")


class Category(models.TextChoices):
    SERVICE = "service", _("Service to enterprises")
    ENVIRONMENT = "environment", _("Business environment")
    MONEY = "money", _("Money and finance")
    TRAINING = "training", _("Training and jobs")
    BRAND = "brand", _("Brand and quality")
    OTHER = "other", _("Other")


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Under way")
    FULFILLED = "fulfilled", _("Fulfilled")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def tone(self) -> str:
        return {"draft": "neutral", "published": "info", "fulfilled": "good", "withdrawn": "bad"}[self.value]


#: Ended, one way or the other.
CLOSED = (State.FULFILLED, State.WITHDRAWN)
#: Citizens may rate these.
OPEN_TO_FEEDBACK = (State.PUBLISHED, State.FULFILLED)


class FeedbackState(models.TextChoices):
    WAITING = "waiting", _("Waiting for review")
    SHOWN = "shown", _("Shown")
    HIDDEN = "hidden", _("Not shown")
    WITHDRAWN = "withdrawn", _("Taken back by its author")

    @property
    def tone(self) -> str:
        return {"waiting": "attention", "shown": "good", "hidden": "bad", "withdrawn": "neutral"}[self.value]
