"""Pledges of a side in every state, with papers for the public and for the offices, and what citizens said of them."""

from bureau.accounts.models import User
from bureau.accounts.roles import Role
from bureau.attachments.actions import claim, make_private_file
from bureau.attachments.models import Attachment
from bureau.workflow import perform
from programs.models import Pledge
from programs.purposes import INTERNAL_FILE, PUBLIC_FILE
from tests.factories import pledges as make
from tests.factories import subsidies


def fill(one, people: dict[str, User]) -> None:
    """`pledges` by state, `feedback` by state, `pledge_files` by (state, public or internal) of a side."""
    root = one.county.parent
    moderator = User.objects.filter(username="maker-moderator").first() or subsidies.staff(
        "maker-moderator", (Role.MODERATOR, root)
    )
    desk = make.Desk(one.county, people["clerk"], people["approver"], moderator)
    hidden = {"text_zh": f"{one.words.row}的草稿", "made_by": "person", "person_name": one.words.operator}
    one.pledges = {"draft": make.draft(desk, **hidden), "published": make.published(desk), "fulfilled": make.fulfilled(desk)}
    withdrawn = perform(make.draft(desk, **hidden), "withdraw", by=desk.clerk, data={"note": "不再承诺"})
    one.pledges |= {"withdrawn": withdrawn, "rated": make.published(desk)}
    one.feedback = {
        "waiting": make.said(one.pledges["published"], comment=one.words.row),
        "shown": make.shown(one.pledges["fulfilled"], desk), "own": make.said(one.pledges["rated"], by=one.owner),
    }
    one.pledge_files = {
        (state, purpose): paper(one.pledges[state], purpose, one) for state in ("draft", "published")
        for purpose in (PUBLIC_FILE, INTERNAL_FILE)
    }


def paper(pledge: Pledge, purpose: str, one) -> Attachment:
    made = make_private_file(b"%PDF-1.4 paper", "承诺书.pdf", purpose, one.clerk)
    return claim(made, pledge)


# --- what tests/harness/targets.py asks of a room ---------------------------------------------------------------------

#: Model → rows of a side; of the own side the first one is opened.
ADMIN = {
    "programs/pledge": lambda route, side: list(side.pledges.values()),
    "programs/feedback": lambda route, side: list(side.feedback.values()),
}
STEPS = {"programs/pledge": "publish", "programs/feedback": "show"}


def of_number(state: str = "published", *more: str):
    """A page of one pledge: the public one opens, drafts and what never was public are not there for anybody."""
    def find(world):
        secret = [side.pledges[one] for side in (world.a, world.b) for one in ("draft", "withdrawn")]
        secret += [world.b.pledges[one] for one in more]
        return [{"number": world.a.pledges[state].number}], [{"number": row.number} for row in secret]

    return find


def of_file(opens: bool):
    """A public paper under its own pledge; nothing else: not the offices' papers, nor another pledge's or a draft's."""
    def find(world):
        a, b = world.a, world.b
        shown, files = a.pledges["published"].number, a.pledge_files
        public = files["published", PUBLIC_FILE]
        wrong = [(shown, files["published", INTERNAL_FILE]), (shown, b.pledge_files["published", PUBLIC_FILE]),
                 (shown, files["draft", PUBLIC_FILE]), (a.pledges["draft"].number, files["draft", PUBLIC_FILE]),
                 (b.pledges["published"].number, public)]
        own = [{"number": shown, "pk": public.pk}] if opens else []
        return own, [{"number": number, "pk": file.pk} for number, file in wrong]

    return find


PAGES = {
    "programs:pledge": of_number(), "programs:rate": of_number(), "programs:take_back": of_number("rated", "rated"),
    "programs:file": of_file(True), "programs:thumb": of_file(False),
}
