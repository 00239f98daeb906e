"""Writes on the register: each in one transaction, with `by`, and with its audit event inside."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bureau import audit
from bureau.accounts.models import User
from bureau.attachments.enums import Channel
from bureau.common import clock
from bureau.notifications import notify
from enterprises import permissions
from enterprises.enums import KIND_BY_USCC, Kind, MembershipState, State
from enterprises.models import Enterprise, Membership, Person


def person(*, name: str, id_number: str = "", phone: str = "", home_county: Any = None) -> Person:
    """The person of an identity number, else a new one. Raises ValidationError when the number is another's."""
    if id_number:
        known = Person.objects.by_id_number(id_number).first()
        if known and known.name != name:
            raise ValidationError(
                {"operator_id": _("This identity number is registered under another name. Please ask the county office.")}
            )
        if known:
            return known
    made = Person(name=name, phone=phone, home_county=home_county)
    if id_number:
        made.set_id_number(id_number)
    made.save()
    return made


@transaction.atomic
def register_shop(*, by: User, data: Mapping[str, Any]) -> Membership:
    """A shop that is not in the register yet: kept as "to be confirmed" together with the owner's claim.
    Raises ValidationError by field."""
    uscc = data.get("uscc") or None
    if uscc and Enterprise.objects.filter(uscc=uscc).exists():
        raise ValidationError({"uscc": _("This shop is in the register already: claim it instead of entering it.")})
    _refuse_many(by)
    operator = person(name=data["operator"], id_number=data.get("operator_id", ""),
                      phone=data.get("phone", ""), home_county=data["home_county"])
    actual = person(name=data["actual_operator"]) if data.get("actual_operator") else None
    shop = Enterprise(
        uscc=uscc, name=data["name"], kind=KIND_BY_USCC.get((uscc or "")[:2], Kind.OTHER), state=State.PENDING,
        registered_region=data.get("registered_region"), operating_region=data["operating_region"],
        operating_address=data.get("operating_address", ""), home_county=data["home_county"], operator=operator,
        actual_operator=actual, relation=data.get("relation", "") if actual else "", phone=data.get("phone", ""),
        opened_on=data.get("opened_on"), effective_date=data.get("opened_on") or clock.today(),
        entered_by=by, channel=Channel.ONLINE,
    )
    try:
        with transaction.atomic():
            shop.save()
    except IntegrityError:
        raise ValidationError({"uscc": _("This shop is in the register already: claim it instead of entering it.")}) from None
    audit.record("enterprises.enterprise.registered", shop, by=by)
    return _ask(by, shop, data.get("note", ""))


def _refuse_many(by: User) -> None:
    if by.memberships.filter(state=MembershipState.ASKED).count() >= permissions.MOST_OPEN_CLAIMS:
        raise ValidationError(_("Several of your shops are waiting for confirmation. Please wait for these first."))


@transaction.atomic
def claim(*, by: User, enterprise: Enterprise, note: str = "") -> Membership:
    """Ask to act for a shop of the register. Raises ValidationError with the reasons why not."""
    if reasons := permissions.may_claim(by, enterprise):
        raise ValidationError([str(reason) for reason in reasons])
    try:
        with transaction.atomic():
            return _ask(by, enterprise, note)
    except IntegrityError:
        raise ValidationError(_("This shop is in your list already.")) from None


def _ask(by: User, enterprise: Enterprise, note: str) -> Membership:
    membership = Membership.objects.create(user=by, enterprise=enterprise, note=note, asked_at=clock.now())
    audit.record("enterprises.membership.asked", membership, by=by, enterprise=enterprise.number)
    return membership


@transaction.atomic
def confirm(*, membership: Membership, by: User) -> Membership:
    """The owner may act for the shop; a shop he entered himself now stands in the register."""
    membership = _decide(membership, by, MembershipState.CONFIRMED, "")
    shop = Enterprise.objects.select_for_update(of=("self",), no_key=True).get(pk=membership.enterprise_id)
    if shop.state == State.PENDING:
        shop.state, shop.version = State.ACTIVE, shop.version + 1
        shop.save(update_fields=["state", "version"])
    notify("enterprises.claim_confirmed", to=membership.user, subject=membership, context={"shop": shop.name},
           dedupe=f"membership:{membership.pk}:confirmed")
    return membership


@transaction.atomic
def refuse(*, membership: Membership, by: User, reason: str) -> Membership:
    """With the reason that the owner reads. A shop only he has entered is not accepted either."""
    membership = _decide(membership, by, MembershipState.REFUSED, reason)
    shop = Enterprise.objects.select_for_update(of=("self",), no_key=True).get(pk=membership.enterprise_id)
    others = shop.memberships.filter(state=MembershipState.ASKED)
    if shop.state == State.PENDING and not others.exists():
        shop.state, shop.version, shop.uscc = State.REFUSED, shop.version + 1, None
        shop.save(update_fields=["state", "version", "uscc"])
    notify("enterprises.claim_refused", to=membership.user, subject=membership,
           context={"shop": shop.name, "reason": reason}, dedupe=f"membership:{membership.pk}:refused")
    return membership


def _decide(membership: Membership, by: User, state: MembershipState, reason: str) -> Membership:
    rows = Membership.objects.select_related("user", "enterprise").select_for_update(of=("self",), no_key=True)
    membership = rows.get(pk=membership.pk)
    if reasons := permissions.may_decide(by, membership):
        raise ValidationError([str(reason) for reason in reasons])
    membership.state, membership.reason = state, reason
    membership.decided_at, membership.decided_by = clock.now(), by
    membership.save()
    audit.record(f"enterprises.membership.{state.value}", membership, by=by, reason=reason)
    return membership


@transaction.atomic
def end(*, membership: Membership, by: User) -> None:
    """The owner no longer acts for the shop; what he filed stays."""
    membership = Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=membership.pk)
    if membership.state not in (MembershipState.ASKED, MembershipState.CONFIRMED):
        raise ValidationError(_("This claim has ended already."))
    membership.state, membership.ended_at = MembershipState.ENDED, clock.now()
    membership.save()
    audit.record("enterprises.membership.ended", membership, by=by)
