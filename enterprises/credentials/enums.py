from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.attachments.enums import Channel


class State(TextChoices):
    """How far a credential has come. Whether a named one is valid today is asked of its dates, never kept here."""

    PROPOSED = "proposed", _("Back-entered, to be confirmed")
    DISCARDED = "discarded", _("Back-entry discarded")
    NOMINATED = "nominated", _("Nominated")
    WITHDRAWN = "withdrawn", _("Nomination withdrawn")
    NOT_SELECTED = "not_selected", _("Not selected")
    SELECTED = "selected", _("Selected, to be named")
    NAMED = "named", _("Named")
    PLAQUE = "plaque", _("Plaque given")
    REVOKED = "revoked", _("Revoked")


HELD = (State.NAMED, State.PLAQUE)
#: Named at some time, so that strangers may ask about it.
EVER_NAMED = (*HELD, State.REVOKED)
ENDED = (State.DISCARDED, State.WITHDRAWN, State.NOT_SELECTED, State.REVOKED)
#: Entered after the event by one person and confirmed by another.
AFTERWARDS = (Channel.BACK_ENTERED, Channel.IMPORTED)

TONES = {
    State.PROPOSED: "attention", State.DISCARDED: "neutral", State.NOMINATED: "info", State.WITHDRAWN: "neutral",
    State.NOT_SELECTED: "neutral", State.SELECTED: "attention", State.NAMED: "good", State.PLAQUE: "good",
    State.REVOKED: "bad",
}


class Standing(TextChoices):
    """What a named credential is worth on a day."""

    COMING = "coming", pgettext_lazy("credential", "Not in force yet")
    VALID = "valid", pgettext_lazy("credential", "Valid")
    EXPIRED = "expired", pgettext_lazy("credential", "Expired")
    REVOKED = "revoked", pgettext_lazy("credential", "Revoked")

    @property
    def tone(self) -> str:
        return {"coming": "info", "valid": "good", "expired": "attention", "revoked": "bad"}[self.value]
