from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    INDIVIDUAL = "individual", _("Individual business")
    COMPANY = "company", _("Company")
    COOPERATIVE = "cooperative", _("Farmers' cooperative")
    OTHER = "other", _("Other")


# The first two signs of a unified social credit code name the kind (GB 32100).
KIND_BY_USCC = {"91": Kind.COMPANY, "92": Kind.INDIVIDUAL, "93": Kind.COOPERATIVE}


class State(TextChoices):
    PENDING = "pending", _("To be confirmed")
    ACTIVE = "active", _("In business")
    CLOSED = "closed", _("Out of business")
    REFUSED = "refused", _("Not accepted")
    MERGED = "merged", _("Merged")


LIVE_STATES = (State.PENDING, State.ACTIVE)


class Relation(TextChoices):
    """What the person who runs the shop is to the operator on the license."""

    SPOUSE = "spouse", _("Spouse")
    PARENT = "parent", _("Parent")
    CHILD = "child", _("Son or daughter")
    SIBLING = "sibling", _("Brother or sister")
    NEPHEW = "nephew", _("Nephew or niece")
    RELATIVE = "relative", _("Other relative")
    PARTNER = "partner", _("Business partner")
    EMPLOYEE = "employee", _("Employee")
    OTHER = "other", _("Other")


class MembershipState(TextChoices):
    ASKED = "asked", _("Waiting for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Not confirmed")
    ENDED = "ended", _("Ended")


OPEN_MEMBERSHIPS = (MembershipState.ASKED, MembershipState.CONFIRMED)
