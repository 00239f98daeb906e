"""What the desk shows of the register: claims that wait, a search, an owner's shops."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.common.shelves import HomeItem, HomeSource, InboxSource, SearchSource, register
from enterprises import queries
from enterprises.enums import MembershipState
from enterprises.models import Enterprise

TONES = {
    MembershipState.ASKED: "attention", MembershipState.CONFIRMED: "good", MembershipState.REFUSED: "bad",
    MembershipState.ENDED: "neutral",
}


def _found(user: User, text: str, limit: int) -> list[Enterprise]:
    if not user.can(Permission.ENTERPRISE_VIEW):
        return []
    return list(queries.staff_list(user).search(text).order_by("name_py", "id")[:limit])


def _shop_note(shop: Enterprise) -> str:
    return " · ".join(filter(None, [shop.number, shop.uscc, str(shop.home_county or "")]))


def _shops(user: User) -> list[HomeItem]:
    return [
        HomeItem(
            title=claim.enterprise.name, url=reverse("enterprises:shop", args=[claim.enterprise.number])
            if claim.state == MembershipState.CONFIRMED else reverse("enterprises:my"),
            note=claim.enterprise.number,
            pill=(claim.get_state_display(), TONES[MembershipState(claim.state)]),
        )
        for claim in queries.shops_of(user)[:5]
    ]


register(
    InboxSource(
        key="enterprises.claims",
        label=_("Shops to confirm"),
        queryset=queries.open_claims,
        url=lambda claim: reverse("admin:enterprises_membership_change", args=[claim.pk]),
        title=lambda claim: claim.enterprise.name,
        note=lambda claim: f"{claim.user} · {claim.enterprise.number}",
        all_url=lambda user: reverse("admin:enterprises_membership_changelist") + "?state__exact=asked",
    ),
    SearchSource(
        key="enterprises",
        label=_("Enterprises"),
        find=_found,
        url=lambda shop: reverse("admin:enterprises_enterprise_change", args=[shop.pk]),
        note=_shop_note,
    ),
    HomeSource(
        key="enterprises.shops",
        label=_("My shops"),
        items=_shops,
        audience="owner",
        order=20,
        empty=_("You have no shop here yet. Find yours in the register, or enter it."),
        more_url="enterprises:my",
        first_step=_("Find my shop"),
    ),
)

from enterprises.credentials import inbox as credential_inbox  # noqa: E402, F401
