"""Writes on credentials: a nomination, and the effects of the transition table (`obj, by, data, log`)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bureau import audit
from bureau.accounts.models import User
from bureau.attachments import actions as files
from bureau.attachments.enums import Channel
from bureau.common import clock
from bureau.notifications import notify
from enterprises.credentials.models import Credential, CredentialKind, CredentialQuota, CredentialRound
from enterprises.credentials.numbers import next_number
from enterprises.credentials.permissions import own_reasons, predecessor_of
from enterprises.enums import MembershipState
from enterprises.models import Enterprise, unit_for


def years_later(day: date, years: int) -> date:
    """The last day of `years` years that begin on `day`."""
    try:
        return day.replace(year=day.year + years) - timedelta(days=1)
    except ValueError:  # 29 February
        return date(day.year + years, 2, 28)


def for_shop(shop: Enterprise) -> dict[str, Any]:
    """What a credential copies from its shop on the day it is entered."""
    unit = shop.unit or unit_for(shop.region)
    return {"enterprise": shop, "holder": shop.name, "region": shop.region, "operating_region": shop.operating_region,
            "unit": unit}


@transaction.atomic
def nominate(*, by: User, round: CredentialRound, kind: CredentialKind, shop: Enterprise, reason: str) -> Credential:
    """Put a shop forward in an open round. Raises ValidationError by field."""
    if not round.opens_on <= clock.today() <= round.closes_on:
        raise ValidationError({"round": _("This round takes no nominations today.")})
    if not CredentialQuota.objects.filter(round=round, kind=kind).exists():
        raise ValidationError({"kind": _("This round does not give this kind.")})
    row = Credential(
        **for_shop(shop), number=next_number(kind, clock.today().year), kind=kind, round=round, reason=reason,
        predecessor=predecessor_of(kind, shop.pk), entered_by=by, channel=Channel.ONLINE,
        effective_date=clock.today(),
    )
    if reasons := own_reasons(row, by):
        raise ValidationError({"shop": [str(reason) for reason in reasons]})
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise ValidationError({"shop": _("This shop has been nominated for this in this round already.")}) from None
    audit.record("enterprises.credential.nominated", row, by=by, round=round.pk, kind=kind.key)
    return row


@transaction.atomic
def save_round(round: CredentialRound, quotas: Mapping[CredentialKind, int | None]) -> None:
    """The round with how many of each kind it gives; a kind without a number is not given (any more)."""
    round.save()
    for kind, quota in quotas.items():
        if quota:
            CredentialQuota.objects.update_or_create(round=round, kind=kind, defaults={"quota": quota})
        else:
            CredentialQuota.objects.filter(round=round, kind=kind).delete()
    if round.minutes is not None:
        files.claim(round.minutes, round)


# --- effects of the steps ---------------------------------------------------------------------------


def on_select(row: Credential, by: User, data: dict, log: Any) -> None:
    row.selected_on, row.selected_at, row.selected_by = data["selected_on"], clock.now(), by
    row.score, row.opinion = data.get("score"), data.get("opinion", "")
    log.effective_date, log.comment = row.selected_on, row.opinion


def on_end(row: Credential, by: User, data: dict, log: Any) -> None:
    row.ended_on, row.ended_at, row.ended_by = clock.today(), clock.now(), by
    row.end_reason = log.comment = data["reason"]


def on_name(row: Credential, by: User, data: dict, log: Any) -> None:
    """Without given dates it is valid from the naming, or from the end of what it renews."""
    row.document, row.named_on = data["document"], data["named_on"]
    row.named_at, row.named_by = clock.now(), by
    row.valid_from = data.get("valid_from") or begins(row, row.named_on)
    row.valid_until = data.get("valid_until") or years_later(row.valid_from, row.kind.years)
    log.effective_date, log.comment = row.named_on, row.document
    tell_owners(row, "enterprises.credential_named", {"kind": str(row.kind), "number": row.number})


def begins(row: Credential, named_on: date) -> date:
    before = row.predecessor
    if before is None or before.valid_until is None or before.ended_on is not None:
        return named_on
    return max(named_on, before.valid_until + timedelta(days=1))


def on_plaque(row: Credential, by: User, data: dict, log: Any) -> None:
    row.plaque_on, row.plaque_number = data["plaque_on"], data.get("plaque_number") or row.number
    log.effective_date, log.comment = row.plaque_on, row.plaque_number


def on_confirm(row: Credential, by: User, data: dict, log: Any) -> None:
    row.confirmed_at, row.confirmed_by = clock.now(), by
    log.effective_date = row.plaque_on or row.named_on


def on_revoke(row: Credential, by: User, data: dict, log: Any) -> None:
    row.ended_on, row.ended_at, row.ended_by = data["ended_on"], clock.now(), by
    row.end_reason = log.comment = data["reason"]
    log.effective_date = row.ended_on
    tell_owners(row, "enterprises.credential_revoked", {"kind": str(row.kind), "number": row.number})


def tell_owners(row: Credential, key: str, context: dict, dedupe: str = "") -> int:
    """A message to everybody who acts for the shop; how many. The same `dedupe` tells nobody twice."""
    members = row.enterprise.memberships.filter(state=MembershipState.CONFIRMED).select_related("user")
    owners = [member.user for member in members if member.user.is_active]
    for user in owners:
        notify(key, to=user, subject=row, context=context,
               dedupe=f"{dedupe or f'credential:{row.pk}:{key}'}:{user.pk}")
    return len(owners)
