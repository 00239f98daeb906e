"""Words of loans. No imports from this app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a request stands, in the words of the office. Moved only by ``workflow.perform``."""

    REQUESTED = "requested", _("Waiting for a list")
    LISTED = "listed", _("With the bank")
    ACCEPTED = "accepted", _("Approved by the bank")
    DECLINED = "declined", _("Declined by the bank")
    DRAWN = "drawn", _("Drawn")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def for_owner(self):
        """The same state in the words of the shop owner."""
        return OWNER_STATES[self]

    @property
    def tone(self):
        return TONES[self]


OWNER_STATES = {
    State.REQUESTED: _("Handed in; the office passes it on to the bank"),
    State.LISTED: _("The bank is deciding"),
    State.ACCEPTED: _("The bank has approved it"),
    State.DECLINED: _("The bank has declined it"),
    State.DRAWN: _("The bank has paid out"),
    State.CLOSED: _("Finished"),
    State.WITHDRAWN: _("Withdrawn by you"),
}

TONES = {
    State.REQUESTED: "info",
    State.LISTED: "info",
    State.ACCEPTED: "good",
    State.DECLINED: "bad",
    State.DRAWN: "good",
    State.CLOSED: "neutral",
    State.WITHDRAWN: "neutral",
}

# Stands in the way of another request of the same shop for the same product.
OPEN = (State.REQUESTED, State.LISTED, State.ACCEPTED, State.DRAWN)
# The bank has said yes.
GRANTED = (State.ACCEPTED, State.DRAWN)
# The bank may pay out.
DRAWABLE = (State.ACCEPTED, State.DRAWN)
ENDED = (State.DECLINED, State.CLOSED, State.WITHDRAWN)
# The bank's answer is known.
DECIDED = (State.ACCEPTED, State.DECLINED, State.DRAWN, State.CLOSED)


class Decision(models.TextChoices):
    """What a bank answers to a request."""

    ACCEPT = "accept", _("Approved")
    DECLINE = "decline", _("Declined")


#: How banks write it into their files.
DECISION_WORDS = {
    "同意": Decision.ACCEPT, "通过": Decision.ACCEPT, "审批通过": Decision.ACCEPT, "已通过": Decision.ACCEPT,
    "同意授信": Decision.ACCEPT, "授信": Decision.ACCEPT, "批准": Decision.ACCEPT,
    "拒绝": Decision.DECLINE, "不同意": Decision.DECLINE, "未通过": Decision.DECLINE, "不通过": Decision.DECLINE,
    "否决": Decision.DECLINE, "不予授信": Decision.DECLINE, "退回": Decision.DECLINE,
}  # fmt: skip
