"""Where the words of one side may stand before people of the other. Everything else is a leak."""

from bureau.accounts.access import Route
from tests.factories.world import World

#: Numbers that no page shows in full, not even to who may open the case.
NUMBERS = ("identity", "account")
#: Kind of word → beginnings of the addresses that show it on purpose.
DECLARED: dict[str, tuple[str, ...]] = {
    # accounts and who asked for a job, to the administrators; who did what, to the auditor
    "owner": ("/admin/accounts/", "/admin/jobs/job/", "/admin/audit/", "/audit/"),
    # the demo's phones, a page that production does not have
    "owner_phone": ("/admin/accounts/", "/sent-messages/"),
    "shop_phone": ("/sent-messages/",),
    # what the log is about, by its name; numbers never stand there
    "operator": ("/admin/audit/", "/audit/"),
    # an owner claims a shop of the register by its name
    "shop": (
        "/admin/audit/", "/audit/",
        "/my/shops/find/", "/my/shops/<shop:number>/claim/",
        # who holds a title is public
        "/verify/", "/credentials/",
    ),
}


def leaks(world: World, route: Route, text: str) -> list[str]:
    """Kinds of words that the answer must not hold for somebody of side A."""
    foreign = [f"the other side's {kind}" for kind, word in world.b.words.items()
               if word in text and not route.path.startswith(DECLARED.get(kind, ()))]
    return foreign + [f"{kind} in full" for kind in NUMBERS if getattr(world.a.words, kind) in text]


def shown(world: World, text: str) -> set[str]:
    """Kinds of words of the own side that the answer holds: the search for the other's finds what is there."""
    return {kind for kind, word in world.a.words.items() if word in text}
