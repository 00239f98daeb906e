"""Lists over several models, each in a fixed number of queries."""

from django.db.models import Prefetch, QuerySet

from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from enterprises.enums import OPEN_MEMBERSHIPS, MembershipState, State
from enterprises.models import Enterprise, Membership


def shops_of(user: User) -> QuerySet[Membership]:
    """What an owner has asked for or acts for, newest first."""
    shops = Membership.objects.filter(user=user).exclude(state=MembershipState.ENDED)
    return shops.select_related("enterprise__home_county", "enterprise__operating_region", "enterprise__operator")


def enterprises_of(user: User) -> QuerySet[Enterprise]:
    """Shops that the owner may act for; what he may read of a shop."""
    return Enterprise.objects.of_member(user).select_related(
        "home_county", "operating_region", "registered_region", "operator", "actual_operator"
    )


def claimable(text: str) -> QuerySet[Enterprise]:
    """Shops an owner finds to claim: by the whole code, else by name. Nothing personal is shown of them."""
    code = "".join(text.split()).upper()
    found = Enterprise.objects.filter(state__in=(State.ACTIVE, State.PENDING))
    exact = found.filter(uscc=code)
    rows = exact if len(code) == 18 and exact.exists() else found.filter(state=State.ACTIVE).search_name(text)
    return rows.select_related("operating_region", "home_county")


def staff_list(user: User) -> QuerySet[Enterprise]:
    return Enterprise.objects.visible_to(user).select_related(
        "home_county", "operating_region", "operator", "actual_operator"
    )


def open_claims(user: User) -> QuerySet[Membership]:
    """Claims that wait for this member of staff, oldest first."""
    if not user.can(Permission.CLAIM_CONFIRM):
        return Membership.objects.none()
    return (
        Membership.objects.visible_to(user)
        .asked()
        .select_related("user", "enterprise__home_county", "enterprise__operator", "enterprise__actual_operator")
        .order_by("asked_at", "id")
    )


def with_members(rows: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    open_ones = Membership.objects.filter(state__in=OPEN_MEMBERSHIPS).select_related("user")
    return rows.prefetch_related(Prefetch("memberships", open_ones, to_attr="open_memberships"))
