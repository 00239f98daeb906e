"""What stands in the way of a step, in sentences. The database keeps the same rules."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.accounts.enums import UnitKind
from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from enterprises.credentials.enums import ENDED, EVER_NAMED, State
from enterprises.credentials.models import Credential, CredentialKind, CredentialQuota, CredentialRound
from enterprises.enums import OPEN_MEMBERSHIPS
from enterprises.models import Membership

Reasons = list[str | Promise]


def own_reasons(credential: Credential, user: User) -> Reasons:
    """Nobody decides on a shop he belongs to."""
    shop = credential.enterprise
    phones = {shop.phone, shop.second_phone} - {""}
    member = Membership.objects.filter(user=user, enterprise=shop, state__in=OPEN_MEMBERSHIPS).exists()
    return [_("This is a shop you belong to.")] if member or user.phone in phones else []


def review_reasons(credential: Credential, user: User) -> Reasons:
    """What the meeting decided is recorded at the bureau, by somebody who did not nominate the shop."""
    reasons = own_reasons(credential, user)
    units = user.granted_units(Permission.CREDENTIAL_EDIT)
    if not any(unit.kind in (UnitKind.BUREAU, UnitKind.SECTION) for unit in units):
        reasons.append(_("The bureau records what the review meeting decided."))
    if credential.entered_by_id == user.pk:
        reasons.append(_("You nominated this shop; another person records what the meeting decided."))
    if credential.round is None or credential.round.minutes_id is None:
        reasons.append(_("The round has no minutes of its review meeting yet."))
    return reasons


def select_reasons(credential: Credential, user: User) -> Reasons:
    reasons = review_reasons(credential, user)
    if credential.round is not None and free_places(credential.round, credential.kind) < 1:
        reasons.append(_("The quota of this round for this kind is used up."))
    return reasons


def free_places(round: CredentialRound, kind: CredentialKind) -> int:
    """How many of a kind a round may still select."""
    quota = CredentialQuota.objects.filter(round=round, kind=kind).values_list("quota", flat=True).first() or 0
    taken = Credential.objects.filter(round=round, kind=kind, selected_on__isnull=False)
    return quota - taken.exclude(state=State.NOT_SELECTED).count()


def name_reasons(credential: Credential, user: User) -> Reasons:
    reasons = own_reasons(credential, user)
    if credential.selected_by_id == user.pk:
        reasons.append(_("You recorded the selection of this shop; another person names it."))
    return reasons


def plaque_reasons(credential: Credential, user: User) -> Reasons:
    return [] if credential.kind.has_plaque else [_("This kind of credential comes without a plaque.")]


def confirm_reasons(credential: Credential, user: User) -> Reasons:
    reasons = own_reasons(credential, user)
    if credential.entered_by_id == user.pk:
        reasons.append(_("You entered this yourself; another person must confirm it."))
    return reasons


def predecessor_of(kind: CredentialKind, enterprise_id: int) -> Credential | None:
    """The last credential of the kind that the shop was named for and that nothing renews yet."""
    given_up = [state for state in ENDED if state != State.REVOKED]
    renewed = Credential.objects.exclude(predecessor=None).exclude(state__in=given_up).values("predecessor")
    held = Credential.objects.filter(kind=kind, enterprise=enterprise_id, state__in=EVER_NAMED)
    return held.exclude(pk__in=renewed).order_by("-valid_until", "-id").first()
