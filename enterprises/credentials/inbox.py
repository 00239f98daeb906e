"""What of credentials waits on whose desk, how they are found, and what owners see of theirs."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.common.shelves import HomeItem, HomeSource, InboxSource, SearchSource, register
from enterprises.credentials import queries
from enterprises.credentials.enums import State
from enterprises.credentials.models import Credential


def case_url(row: Credential) -> str:
    return reverse("admin:enterprises_credential_change", args=[row.pk])


def list_url(desk: str) -> str:
    return reverse("admin:enterprises_credential_changelist") + f"?desk={desk}"


def _waiting(state: State, right: Permission):
    return lambda user: queries.waiting_for(user, state, right)


def _to_confirm(user: User):
    return queries.waiting_for(user, State.PROPOSED, Permission.BACK_ENTER_CONFIRM).exclude(entered_by=user)


def _note(row: Credential) -> str:
    return f"{row.kind} · {row.number}"


def _found(user: User, text: str, limit: int) -> list[Credential]:
    if not user.can(Permission.CREDENTIAL_VIEW):
        return []
    rows = queries.find(Credential.objects.visible_to(user), text)
    return list(rows.select_related("kind").order_by("-id")[:limit])


def _mine(user: User) -> list[HomeItem]:
    items = []
    for row in queries.owner_list(user)[:5]:
        standing = row.standing()
        items.append(HomeItem(
            title=str(row.kind), url=row.get_absolute_url(), note=f"{row.holder} · {row.number}",
            pill=(standing.label, standing.tone) if standing else None,
        ))
    return items


register(
    InboxSource(
        "enterprises.credentials_to_name", _("Selected, to be named"),
        _waiting(State.SELECTED, Permission.CREDENTIAL_NAME), url=case_url, title=lambda row: row.holder, note=_note,
        all_url=lambda user: list_url("naming"),
    ),
    InboxSource(
        "enterprises.credentials_to_confirm", _("Back-entered credentials to confirm"), _to_confirm, url=case_url,
        title=lambda row: row.holder, note=_note, all_url=lambda user: list_url("confirm"),
    ),
    InboxSource(
        "enterprises.credentials_ending", _("Titles that end soon"), queries.ending_for, url=case_url, due="valid_until",
        title=lambda row: row.holder, note=_note,
        all_url=lambda user: reverse("admin:enterprises_credential_changelist") + "?standing=ending",
    ),
    SearchSource(
        "enterprises.credentials", _("Credentials"), _found, url=case_url,
        title=lambda row: f"{row.number} · {row.holder}", note=lambda row: f"{row.kind} · {row.get_state_display()}",
    ),
    HomeSource(
        "enterprises.credentials", _("My credentials"), _mine, audience="owner", order=30,
        empty=_("Your shops hold no title yet"), more_url="enterprises:credentials",
    ),
)
