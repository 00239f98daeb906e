"""Titles of twelve rounds, from nomination to plaque, expiry and revocation, and some entered afterwards from a list."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import transaction

from bench.bureau import Bureau
from bench.rows.filling import execute, fill, reset_serials
from bench.rows.papers import paper
from bench.rows.register import Shop
from bench.rows.times import at
from bureau.attachments.enums import Channel
from bureau.common import clock
from enterprises.credentials.actions import years_later
from enterprises.credentials.enums import ENDED, State
from enterprises.credentials.models import (
    CODE_LENGTH,
    CODE_SIGNS,
    Credential,
    CredentialKind,
    CredentialLog,
    CredentialQuota,
    CredentialRound,
)
from enterprises.credentials.purposes import MINUTES, SOURCE

#: A small town has its lists full too: fewer rounds, each of more than its page shows.
LEAST, ROUNDS, FULL, EVERY = 320, 12, 60, 90
#: One in five was entered afterwards.
AFTERWARDS, SINCE = 5, 1000
KINDS = (("leading", "LT", "龙头企业", "Leading enterprise", 2), ("demonstration", "SF", "品牌示范店", "Brand shop", 1))


@dataclass
class Title:
    """One credential as it is built: days of its steps, and (name, before, after, day, who) of its moves."""

    pk: int
    shop: Shop
    kind: CredentialKind
    round: CredentialRound | None
    state: str
    begun: date
    moves: list[tuple[str, str, str, date, str]] = field(default_factory=list)
    selected: date | None = None
    named: date | None = None
    plaque: date | None = None
    ended: date | None = None

    def move(self, name: str, after: str, day: date, who: str) -> None:
        self.moves.append((name, self.state, after, day, who))
        self.state = after
        if after in ENDED:
            self.ended = day


def build(bureau: Bureau, shops: list[Shop], size: int, chance: Random) -> None:
    size = max(size, LEAST)
    kinds = [_kind(*words) for words in KINDS]
    rounds = [_round(number, bureau) for number in range(ROUNDS - min(ROUNDS, size // FULL), ROUNDS)]
    holders = chance.sample(shops, size)
    titles = []
    for number in range(size):
        shop, kind = holders[number * 4 // 5], kinds[number // len(rounds) % 2]
        if number % AFTERWARDS == 0:
            titles.append(_earlier(number + 1, shop, kind, chance))
        else:
            titles.append(_of_round(number + 1, shop, kind, rounds[number % len(rounds)], chance))
    most = size // len(rounds) + 10
    CredentialQuota.objects.bulk_create(
        CredentialQuota(round=one, kind=kind, quota=most) for one in rounds for kind in kinds)
    with transaction.atomic():
        fill(Credential, COLUMNS, _credentials(bureau, titles, chance))
        fill(CredentialLog, ("subject_id", "name", "before", "after", "version", "by_id", "unit_id", "at",
                             "effective_date"), (
            (title.pk, name, before, after, version, bureau.people[who].pk, bureau.unit.pk, at(day), day)
            for title in titles for version, (name, before, after, day, who) in enumerate(title.moves, start=2)))
    reset_serials(Credential)
    execute("SELECT setval('enterprises_credential_number', %s)", [size])


def _kind(key: str, prefix: str, name_zh: str, name_en: str, years: int) -> CredentialKind:
    return CredentialKind.objects.create(
        key=key, number_prefix=prefix, name_zh=name_zh, name_en=name_en, years=years, authority_zh="黔南州促进局",
        authority_en="Qiannan Bureau", basis_zh="评选办法（示例）", basis_en="Rules (sample)",
    )


def _round(number: int, bureau: Bureau) -> CredentialRound:
    """One a quarter; the last one takes nominations."""
    opens = clock.today() - timedelta(days=20 + EVERY * (ROUNDS - 1 - number))
    met = opens + timedelta(days=45) if number < ROUNDS - 1 else None
    return CredentialRound.objects.create(
        name_zh=f"第{number + 1}批评选", name_en=f"Round {number + 1}", opens_on=opens, closes_on=opens + timedelta(days=40),
        met_on=met, minutes=paper(MINUTES, "会议纪要.pdf", bureau.people["clerk"]) if met else None,
        conference_on=opens + timedelta(days=60) if met else None,
    )


def _of_round(pk: int, shop: Shop, kind: CredentialKind, call: CredentialRound, chance: Random) -> Title:
    title = Title(pk, shop, kind, call, State.NOMINATED, call.opens_on + timedelta(days=chance.randrange(20)))
    lot = chance.random()
    if lot < 0.04:
        title.move("withdraw", State.WITHDRAWN, title.begun, "clerk")
    elif call.met_on and lot < 0.12:
        title.move("not_select", State.NOT_SELECTED, call.met_on, "clerk")
    elif call.met_on:
        title.selected = call.met_on + timedelta(days=chance.randrange(8))
        title.move("select", State.SELECTED, title.selected, "clerk")
        _after_selection(title, call, lot, chance)
    return title


def _after_selection(title: Title, call: CredentialRound, lot: float, chance: Random) -> None:
    if lot < 0.16:
        title.move("not_select", State.NOT_SELECTED, call.conference_on - timedelta(days=chance.randrange(7)), "clerk")
    elif lot > 0.22:
        title.named = call.conference_on + timedelta(days=chance.randrange(8))
        title.move("name", State.NAMED, title.named, "approver")
        _after_naming(title, lot, chance)


def _after_naming(title: Title, lot: float, chance: Random) -> None:
    if lot > 0.3:
        title.plaque = title.named + timedelta(days=chance.randrange(1, 20))
        title.move("give_plaque", State.PLAQUE, title.plaque, "clerk")
    day = (title.plaque or title.named) + timedelta(days=chance.randrange(10, 400))
    if lot > 0.93 and day <= clock.today():
        title.move("revoke", State.REVOKED, day, "approver")


def _earlier(pk: int, shop: Shop, kind: CredentialKind, chance: Random) -> Title:
    """Entered from a list: the day of the naming and of the plaque, then a second person."""
    named = clock.today() - timedelta(days=chance.randrange(30, SINCE))
    title = Title(pk, shop, kind, None, State.PROPOSED, named, named=named)
    title.plaque = named + timedelta(days=chance.randrange(1, 20)) if pk % 3 else None
    lot, today = chance.random(), clock.today()
    if lot < 0.02:
        title.move("discard", State.DISCARDED, today, "approver")
    elif lot > 0.08:
        title.move("confirm", State.PLAQUE if title.plaque else State.NAMED, title.plaque or named, "approver")
        if lot > 0.95:
            title.move("revoke", State.REVOKED, today - timedelta(days=chance.randrange(10)), "approver")
    return title


COLUMNS: tuple[str, ...] = (
    "id", "number", "code", "kind_id", "round_id", "enterprise_id", "holder", "region_id", "operating_region_id",
    "unit_id", "state", "selected_on", "selected_at", "selected_by_id", "document", "named_on", "named_at", "named_by_id",
    "valid_from", "valid_until", "plaque_number", "plaque_on", "ended_on", "ended_at", "ended_by_id", "end_reason",
    "confirmed_at", "confirmed_by_id", "version", "entered_by_id", "channel", "source_id", "effective_date",
    "recorded_at",
)


def _credentials(bureau: Bureau, titles: list[Title], chance: Random) -> Iterator[tuple[Any, ...]]:
    clerk, approver = bureau.people["clerk"].pk, bureau.people["approver"].pk
    source = paper(SOURCE, "名册.pdf", bureau.people["clerk"]).pk
    for one in titles:
        shop, home, own = one.shop, one.shop.home, one.round is not None
        done = {name for name, *_rest in one.moves}
        yield (
            one.pk, f"{one.kind.number_prefix}{one.begun.year}{one.pk:06d}",
            "".join(chance.choices(CODE_SIGNS, k=CODE_LENGTH)), one.kind.pk, one.round.pk if one.round else None, shop.pk,
            f"店铺{shop.pk}", home.pk, shop.operating.pk, bureau.offices[home.code].pk, one.state, one.selected,
            one.selected and at(one.selected), one.selected and clerk, "黔品发〔示例〕1号" if one.named else "",
            one.named, at(one.named) if one.named and own else None, approver if one.named and own else None, one.named,
            one.named and years_later(one.named, one.kind.years), f"{one.pk:06d}" if one.plaque else None, one.plaque,
            one.ended, one.ended and at(one.ended), one.ended and approver, "不再符合条件" if one.ended else "",
            at(one.begun, 15) if "confirm" in done else None, approver if "confirm" in done else None,
            1 + len(one.moves), bureau.people[f"clerk.{home.code}"].pk, Channel.ONLINE if own else Channel.IMPORTED,
            None if own else source, one.begun, at(one.begun),
        )
