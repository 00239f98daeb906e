"""Kinds, rounds and credentials at any point of their life; everybody who acts is somebody else."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from bureau.accounts.models import User
from bureau.accounts.roles import Role
from bureau.attachments.actions import make_private_file
from bureau.attachments.enums import Channel
from bureau.common import clock
from bureau.workflow import perform
from enterprises.credentials import actions
from enterprises.credentials.enums import State
from enterprises.credentials.models import Credential, CredentialKind, CredentialRound
from enterprises.credentials.numbers import next_number
from enterprises.credentials.purposes import MINUTES, SOURCE
from enterprises.models import Enterprise
from tests.factories import accounts
from tests.factories import enterprises as shops

_serial = count(1)


@dataclass
class People:
    """A county's clerk nominates, the bureau's records, the approver names, the verifier confirms back-entries."""

    county: User
    clerk: User
    approver: User
    verifier: User


def people() -> People:
    return People(
        accounts.staff(Role.CLERK, unit=accounts.county()), accounts.staff(Role.CLERK),
        accounts.staff(Role.APPROVER), accounts.staff(Role.VERIFIER),
    )


def kind(key: str = "leading", **fields) -> CredentialKind:
    known = CredentialKind.objects.filter(key=key).first()
    names = {"leading": ("龙头企业", "Leading enterprise", "LT"), "demonstration": ("品牌示范店", "Demonstration shop", "SF")}
    zh, en, prefix = names.get(key, (f"称号{key}", f"Title {key}", key[:6].upper().replace("_", "")))
    return known or CredentialKind.objects.create(**{
        "key": key, "name_zh": zh, "name_en": en, "number_prefix": prefix, "years": 3, "authority_zh": "海东市品牌局",
        "authority_en": "Haidong Brand Bureau", "basis_zh": "评选办法", "basis_en": "Rules", **fields,
    })


def round_of(*kinds: CredentialKind, quota: int = 5, by: User | None = None, met: bool = True) -> CredentialRound:
    """Open for nominations today; with a meeting today unless `met` is False."""
    today = clock.today()
    made = CredentialRound(
        name_zh=f"第{next(_serial)}轮评审", name_en="Round", opens_on=today - timedelta(days=30),
        closes_on=today + timedelta(days=30),
    )
    actions.save_round(made, dict.fromkeys(kinds or (kind(),), quota))
    if met:
        hold_meeting(made, by or accounts.staff(Role.CLERK))
    return made


def hold_meeting(round: CredentialRound, by: User) -> None:
    round.met_on = clock.today()
    round.minutes = make_private_file(b"minutes", "纪要.pdf", MINUTES, by, days=None)
    actions.save_round(round, {quota.kind: quota.quota for quota in round.quotas.select_related("kind")})


NAMING = {"document": "东品发〔2021〕1号"}


def credential(who: People, *, state: State = State.NOMINATED, round: CredentialRound | None = None,
               shop: Enterprise | None = None, of: CredentialKind | None = None, named_on: date | None = None) -> Credential:
    """One that has come as far as `state`, step by step."""
    of = of or kind()
    round = round or round_of(of, by=who.clerk)
    row = actions.nominate(by=who.county, round=round, kind=of, shop=shop or shops.enterprise(), reason="示范作用明显")
    if state == State.NOMINATED:
        return row
    if state == State.WITHDRAWN:
        return perform(row, "withdraw", by=who.county, data={"reason": "撤回"})
    if state == State.NOT_SELECTED:
        return perform(row, "not_select", by=who.clerk, data={"reason": "得分靠后"})
    row = perform(row, "select", by=who.clerk, data={"selected_on": clock.today(), "score": 91, "opinion": "同意"})
    if state == State.SELECTED:
        return row
    row = perform(row, "name", by=who.approver, data={**NAMING, "named_on": named_on or clock.today()})
    if state == State.NAMED:
        return row
    if state == State.PLAQUE:
        return perform(row, "give_plaque", by=who.clerk, data={"plaque_on": clock.today()})
    return perform(row, "revoke", by=who.approver, data={"ended_on": clock.today(), "reason": "整改不合格"})


def back_entered(who: People, *, named_on: date, valid_until: date | None = None, shop: Enterprise | None = None,
                 of: CredentialKind | None = None, confirmed: bool = True, **fields) -> Credential:
    """One named before the portal; `fields` may bring a plaque."""
    of, shop = of or kind(), shop or shops.enterprise()
    row = Credential.objects.create(**{
        **actions.for_shop(shop), "number": next_number(of, named_on.year), "kind": of, "state": State.PROPOSED,
        "document": "东品发〔2019〕2号", "named_on": named_on, "valid_from": named_on,
        "valid_until": valid_until or actions.years_later(named_on, of.years), "entered_by": who.county,
        "effective_date": named_on, "channel": Channel.BACK_ENTERED,
        "source": make_private_file(b"ledger", "台账.xlsx", SOURCE, who.county, days=None), **fields,
    })
    return perform(row, "confirm", by=who.verifier) if confirmed else row
