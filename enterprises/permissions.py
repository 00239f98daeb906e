"""What stands in the way, in sentences; an empty list means that nothing does."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from enterprises.enums import MembershipState, State
from enterprises.models import Enterprise, Membership

MOST_OPEN_CLAIMS = 5


def may_claim(user: User, enterprise: Enterprise) -> list[str | Promise]:
    reasons: list[str | Promise] = []
    own = user.memberships.filter(state=MembershipState.ASKED)
    if user.memberships.filter(
        enterprise=enterprise, state__in=(MembershipState.ASKED, MembershipState.CONFIRMED)
    ).exists():
        reasons.append(_("This shop is in your list already."))
    elif own.count() >= MOST_OPEN_CLAIMS:
        reasons.append(_("Several of your shops are waiting for confirmation. Please wait for these first."))
    if enterprise.state not in (State.ACTIVE, State.PENDING):
        reasons.append(_("This shop is closed."))
    return reasons


def may_decide(user: User, membership: Membership) -> list[str | Promise]:
    if membership.state != MembershipState.ASKED:
        return [_("This claim has been decided already.")]
    if membership.user_id == user.pk:
        return [_("Nobody decides on his own claim.")]
    return []
