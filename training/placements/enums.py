"""Words of placements. No imports from this app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgreementState(models.TextChoices):
    """Where an agreement with a host shop stands. Moved only by ``workflow.perform``."""

    DRAFT = "draft", _("Being drawn up")
    SIGNED = "signed", _("Signed")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    ENDED = "ended", _("Ended early")

    @property
    def tone(self) -> str:
        return AGREEMENT_TONES[self]


AGREEMENT_TONES = {
    AgreementState.DRAFT: "neutral",
    AgreementState.SIGNED: "info",
    AgreementState.RUNNING: "good",
    AgreementState.FINISHED: "neutral",
    AgreementState.ENDED: "attention",
}
#: It binds both sides: term, wage and trainer stand still, months are confirmed.
BINDING = (AgreementState.SIGNED, AgreementState.RUNNING, AgreementState.FINISHED, AgreementState.ENDED)
#: Trainees may join and leave.
OPEN = (AgreementState.DRAFT, AgreementState.SIGNED, AgreementState.RUNNING)


class SheetState(models.TextChoices):
    """One month of one agreement: the host says, the county confirms."""

    REPORTED = "reported", _("Waiting for the county office")
    RETURNED = "returned", _("To be corrected by the shop")
    CONFIRMED = "confirmed", _("Confirmed")

    @property
    def tone(self) -> str:
        return SHEET_TONES[self]


SHEET_TONES = {SheetState.REPORTED: "info", SheetState.RETURNED: "attention", SheetState.CONFIRMED: "good"}


class AccountKind(models.TextChoices):
    """A trainee is paid on an account of his own. The same words as those of payees."""

    PERSONAL = "personal", _("Personal bank card")
    CARD = "card", _("Social security card")
