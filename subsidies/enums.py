"""Words of the award line: states, stages, kinds. No imports from this app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an application stands, in the words of the office. Moved only by ``workflow.perform``."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    RETURNED = "returned", _("Returned for correction")
    APPROVED = "approved", _("Approved")
    PAID = "paid", _("Paid")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def for_owner(self):
        """The same state in the words of the shop owner."""
        return OWNER_STATES[self]

    @property
    def tone(self):
        return TONES[self]


OWNER_STATES = {
    State.DRAFT: _("Not handed in yet"),
    State.SUBMITTED: _("Handed in, waiting for the county office"),
    State.IN_REVIEW: _("Accepted, being reviewed"),
    State.RETURNED: _("Waiting for your corrections"),
    State.APPROVED: _("Approved, waiting for payment"),
    State.PAID: _("Paid"),
    State.REFUSED: _("Not approved"),
    State.WITHDRAWN: _("Withdrawn by you"),
}

TONES = {
    State.DRAFT: "neutral",
    State.SUBMITTED: "info",
    State.IN_REVIEW: "info",
    State.RETURNED: "attention",
    State.APPROVED: "good",
    State.PAID: "good",
    State.REFUSED: "bad",
    State.WITHDRAWN: "neutral",
}

# Waits for an office or the owner, at one stage of its scheme.
UNDER_WAY = (State.SUBMITTED, State.IN_REVIEW, State.RETURNED, State.APPROVED)
# The clock of the office runs.
WITH_OFFICE = (State.SUBMITTED, State.IN_REVIEW, State.APPROVED)
DECIDED = (State.APPROVED, State.PAID, State.REFUSED)
GRANTED = (State.APPROVED, State.PAID)
CLOSED = (State.PAID, State.REFUSED, State.WITHDRAWN)
# Such an application does not stand in the way of another one for the same shop.
GIVEN_UP = (State.REFUSED, State.WITHDRAWN)
# May exist without ever having been handed in.
UNSENT = (State.DRAFT, State.WITHDRAWN)


class StageKind(models.TextChoices):
    """What an office does at a stage. A scheme orders its stages freely within this vocabulary."""

    ACCEPT = "accept", _("Acceptance")
    REVIEW = "review", _("Review")
    APPROVAL = "approval", _("Approval")
    PAYMENT = "payment", _("Payment")


class Level(models.TextChoices):
    COUNTY = "county", _("County office")
    BUREAU = "bureau", _("Bureau")


class PayeeKind(models.TextChoices):
    COMPANY = "company", _("Company account")
    PERSONAL = "personal", _("Personal bank card")
    CARD = "card", _("Social security card")


class PayeeRole(models.TextChoices):
    """For what a payee receives money: his shop's award, his own placement, or the placements in his shop."""

    SHOP = "shop", _("The shop")
    TRAINEE = "trainee", _("Trainee")
    HOST = "host", _("Host shop")


class ItemKind(models.TextChoices):
    """What a correction may name. Nothing else is unlocked for the owner."""

    FIELD = "field", _("Answer")
    MATERIAL = "material", _("Document")
    PAYEES = "payees", _("Payee and account")
    DECLARATION = "declaration", _("Declaration of truth")


class Step(models.TextChoices):
    """What one person does on a case. The floor of duties names pairs of steps that exclude each other."""

    ENTER = "enter", _("Entry of the application")
    ACCEPT = "accept", _("Acceptance")
    FIRST_REVIEW = "first_review", _("First review")
    CHECK = "check", _("Check by the bureau")
    APPROVAL = "approval", _("Approval")
    PAYMENT = "payment", _("Registration of the payment")


class Outcome(models.TextChoices):
    PASSED = "passed", _("Passed")
    RETURNED = "returned", _("Returned for correction")
    REFUSED = "refused", _("Refused")


class FundSource(models.TextChoices):
    CENTRAL = "central", _("Central funds")
    PROVINCIAL = "provincial", _("Provincial funds")
    PREFECTURE = "prefecture", _("Prefecture funds")
    COUNTY = "county", _("County funds")


class EntryKind(models.TextChoices):
    ALLOT = "allot", _("Allotment")
    RESERVE = "reserve", _("Reservation")
    RELEASE = "release", _("Release")
    PAY = "pay", _("Payment")
    RETURN = "return", _("Returned by the bank")
    RECOVER = "recover", _("Recovery")


# What an entry may undo or settle. A payment that the bank returned is owed again: a new payment settles it.
SETTLES = {
    EntryKind.RELEASE: (EntryKind.RESERVE, EntryKind.RETURN),
    EntryKind.PAY: (EntryKind.RESERVE, EntryKind.RETURN),
    EntryKind.RETURN: (EntryKind.PAY,),
    EntryKind.RECOVER: (EntryKind.PAY,),
}
