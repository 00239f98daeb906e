"""Titles of the demo: those named from 2018 to 2020, entered afterwards from a list and confirmed by a second person,
and the round of 2021, whose meeting has selected and whose conference is still to come."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from bureau.attachments.actions import make_private_file
from bureau.attachments.enums import Channel
from bureau.attachments.models import Attachment
from bureau.common import clock
from bureau.formbuilder.tabular.workbook import SheetOut, write_workbook
from demo.haidong.invent import Inventor
from demo.haidong.papers import sample
from demo.haidong.rows import create, relinked
from demo.haidong.story import Cast
from enterprises.credentials.actions import years_later
from enterprises.credentials.enums import State
from enterprises.credentials.models import (
    Credential,
    CredentialKind,
    CredentialLog,
    CredentialQuota,
    CredentialRound,
)
from enterprises.credentials.numbers import next_number
from enterprises.credentials.purposes import MINUTES, SOURCE
from enterprises.enums import State as ShopState
from enterprises.models import Enterprise

KINDS = [
    {
        "key": "leading", "name_zh": "龙头企业", "name_en": "Leading enterprise", "number_prefix": "LT", "years": 3,
        "authority_zh": "海东市品牌局", "authority_en": "Haidong Municipal Brand Bureau",
        "basis_zh": "《海东市拉面产业龙头企业评选办法》（示例）", "basis_en": "Rules for leading noodle enterprises (sample)",
        "text_zh": "龙头企业是在带动就业、门店规模和规范经营方面走在前列的拉面企业，三年一评，到期复审。",
        "text_en": "Leading enterprises are noodle businesses ahead in jobs, size and orderly trade. The title is given "
                   "for three years and then reviewed.",
    },
    {
        "key": "demonstration", "name_zh": "品牌示范店", "name_en": "Brand demonstration shop", "number_prefix": "SF",
        "years": 3, "authority_zh": "海东市品牌局", "authority_en": "Haidong Municipal Brand Bureau",
        "basis_zh": "《海东拉面品牌示范店评选办法》（示例）", "basis_en": "Rules for brand demonstration shops (sample)",
        "text_zh": "品牌示范店在店面形象、食品安全和服务上达到示范标准，三年一评，到期复审。",
        "text_en": "Brand demonstration shops meet the standard in appearance, food safety and service. The title is "
                   "given for three years and then reviewed.",
    },
]
#: document, named on, plaques given on (None: not yet), how many of each kind
EARLIER = [
    ("东品发〔2018〕6号", date(2018, 3, 20), date(2018, 3, 20), {"leading": 1, "demonstration": 4}),
    ("东品发〔2018〕15号", date(2018, 6, 20), date(2018, 6, 28), {"leading": 1, "demonstration": 3}),
    ("东品发〔2019〕12号", date(2019, 6, 18), date(2019, 6, 18), {"leading": 2, "demonstration": 5}),
    ("东品发〔2020〕9号", date(2020, 9, 10), date(2020, 9, 29), {"leading": 2, "demonstration": 6}),
]
ENTERED, CONFIRMED = date(2020, 11, 16), date(2020, 11, 18)
REVOKED_ON, REVOKED_WHY = date(2021, 3, 9), "经复核，该店连续两次食品安全检查不合格，且未按期整改。"
#: The round of 2021: nominated and selected of each kind.
ROUND = {"leading": (6, 4), "demonstration": (10, 6)}
MET_ON = date(2021, 4, 28)
PRAISE = (
    "门店整洁，明厨亮灶，从业人员均持健康证，示范带动作用明显。",
    "经营五年以上，带动同乡开店十余家，无投诉记录。",
    "统一门头标识和服装，积极参加品牌推广活动。",
)


def load(cast: Cast, inventor: Inventor) -> None:
    """Everything in bulk, with the logs that real work would have left behind."""
    kinds = {row["key"]: CredentialKind.objects.create(**row) for row in KINDS}
    shops = Shops(inventor)
    first = earlier(cast, kinds, shops)
    revoke(cast, first)
    nominations(cast, inventor, kinds, shops)


class Shops:
    """Shops of the register, each given out once: whoever was old enough on the day."""

    def __init__(self, inventor: Inventor):
        rows = Enterprise.objects.filter(state=ShopState.ACTIVE, region__isnull=False, opened_on__isnull=False)
        self._rows = list(rows.select_related("region", "operating_region", "unit").order_by("id"))
        inventor.chance.shuffle(self._rows)

    def take(self, day: date) -> Enterprise:
        """One that had been open for a year on the day; else the oldest there is."""
        fitting = (row for row in self._rows if row.opened_on and row.opened_on <= day - timedelta(days=365))
        found = next(fitting, None) or min(self._rows, key=lambda row: row.opened_on)
        self._rows.remove(found)
        return found


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.ZONE)


def row_for(shop: Enterprise, kind: CredentialKind, cast: Cast, **fields) -> Credential:
    return Credential(
        kind=kind, enterprise=shop, holder=shop.name, region=shop.region, operating_region=shop.operating_region,
        unit=cast.units[cast.county_of[shop.region.code]], **fields,
    )


def log(row: Credential, name: str, before: str, after: str, version: int, by, day: date, moment: datetime,
        comment: str = "") -> CredentialLog:
    return CredentialLog(subject=row, name=name, before=before, after=after, version=version, by=by,
                         unit=by.grants.first().unit, at=moment, effective_date=day, comment=comment)


# --- 2018 to 2020 -------------------------------------------------------------------------------------


def earlier(cast: Cast, kinds: dict[str, CredentialKind], shops: Shops) -> list[Credential]:
    clerk, checker = cast.people["clerk"], cast.people["check"]
    made: list[Credential] = []
    for document, named_on, plaque_on, counts in EARLIER:
        for key, count in counts.items():
            for serial in range(1, count + 1):
                kind = kinds[key]
                made.append(row_for(
                    shops.take(named_on), kind, cast, number=next_number(kind, named_on.year), document=document,
                    named_on=named_on, valid_from=named_on, valid_until=years_later(named_on, kind.years),
                    plaque_on=plaque_on, plaque_number=f"{kind.number_prefix}{named_on:%Y%m}-{serial:02d}",
                    state=State.PLAQUE, version=2, entered_by=clerk, channel=Channel.BACK_ENTERED,
                    effective_date=named_on, recorded_at=at(ENTERED, 15, 20), confirmed_by=checker,
                    confirmed_at=at(CONFIRMED, 10, 5),
                ))
    source = ledger_file(made, clerk)
    for row in made:
        row.source = source
    create(Credential, made)
    bind(source, made[0])
    create(CredentialLog, [
        log(row, "confirm", State.PROPOSED, State.PLAQUE, 2, checker, row.plaque_on, row.confirmed_at) for row in made
    ])
    return made


def ledger_file(rows: list[Credential], by) -> Attachment:
    """The ledger that the office kept, as the clerk imported it."""
    heads = ("获评单位", "统一社会信用代码", "称号", "命名文号", "命名日期", "有效期至", "牌匾编号", "授牌日期")
    cells = ((row.holder, row.enterprise.uscc, row.kind.name_zh, row.document, row.named_on, row.valid_until,
              row.plaque_number, row.plaque_on) for row in rows)
    path = write_workbook(SheetOut("称号台账", heads, cells, title="海东拉面龙头企业、品牌示范店台账（2018—2020年）"))
    try:
        return made_file(path, "称号台账2018—2020.xlsx", SOURCE, by, at(ENTERED, 15, 18))
    finally:
        path.unlink(missing_ok=True)


def made_file(content: Path | bytes, name: str, purpose: str, by, moment: datetime) -> Attachment:
    file = make_private_file(content, name, purpose, by, days=None)
    Attachment.objects.filter(pk=file.pk).update(created_at=moment)
    return file


def bind(file: Attachment, subject) -> None:
    Attachment.objects.filter(pk=file.pk).update(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))


def revoke(cast: Cast, rows: list[Credential]) -> None:
    """One demonstration shop of 2019 lost its title."""
    row = next(row for row in rows if row.kind.key == "demonstration" and row.named_on.year == 2019)
    approver = cast.people["approve"]
    row.state, row.version = State.REVOKED, 3
    row.ended_on, row.ended_at, row.ended_by, row.end_reason = REVOKED_ON, at(REVOKED_ON, 16), approver, REVOKED_WHY
    create(CredentialLog, [log(row, "revoke", State.PLAQUE, State.REVOKED, 3, approver, REVOKED_ON, row.ended_at,
                               REVOKED_WHY)])
    row.save()


# --- 2021 ---------------------------------------------------------------------------------------------


def nominations(cast: Cast, inventor: Inventor, kinds: dict[str, CredentialKind], shops: Shops) -> None:
    clerk = cast.people["clerk"]
    round = CredentialRound.objects.create(
        name_zh="2021年度龙头企业、品牌示范店评审", name_en="Leading enterprises and demonstration shops 2021",
        opens_on=date(2021, 3, 15), closes_on=date(2021, 4, 15), met_on=MET_ON,
        minutes=made_file(sample("Minutes"), "评审会议纪要.jpg", MINUTES, clerk, at(MET_ON, 17)),
    )
    bind(round.minutes, round)
    CredentialQuota.objects.bulk_create(
        CredentialQuota(round=round, kind=kinds[key], quota=selected) for key, (_all, selected) in ROUND.items()
    )
    rows: list[Credential] = []
    logs: list[CredentialLog] = []
    for key, (count, selected) in ROUND.items():
        for place in range(count):
            row = nominated(cast, inventor, kinds[key], shops, round)
            rows.append(row)
            if place < selected:
                logs.append(select(row, clerk, Decimal(95 - 2 * place) + Decimal(inventor.chance.randrange(100)) / 100))
            elif place < count - 1:
                logs.append(pass_over(row, clerk))
    create(Credential, rows)
    create(CredentialLog, relinked(logs, "subject"))


def nominated(cast: Cast, inventor: Inventor, kind: CredentialKind, shops: Shops, round: CredentialRound) -> Credential:
    day = date(2021, 3, 16) + timedelta(days=inventor.chance.randrange(28))
    shop = shops.take(day)
    return row_for(
        shop, kind, cast, number=next_number(kind, 2021), round=round, reason=inventor.chance.choice(PRAISE),
        state=State.NOMINATED, entered_by=cast.at_county(shop.region.code, "clerk"), channel=Channel.ONLINE,
        effective_date=day, recorded_at=at(day, 10, inventor.chance.randrange(60)),
    )


def select(row: Credential, clerk, score: Decimal) -> CredentialLog:
    row.state, row.version = State.SELECTED, 2
    row.selected_on, row.selected_at, row.selected_by, row.score = MET_ON, at(MET_ON, 17, 30), clerk, score
    row.opinion = "评审组一致同意。"
    return log(row, "select", State.NOMINATED, State.SELECTED, 2, clerk, MET_ON, row.selected_at, row.opinion)


def pass_over(row: Credential, clerk) -> CredentialLog:
    """The last one of each kind is still open: papers that the meeting wants to see again."""
    row.state, row.version = State.NOT_SELECTED, 2
    row.ended_on, row.ended_at, row.ended_by = MET_ON, at(MET_ON, 17, 40), clerk
    row.end_reason = "得分未进入名额，建议下一年度再次推荐。"
    return log(row, "not_select", State.NOMINATED, State.NOT_SELECTED, 2, clerk, MET_ON, row.ended_at, row.end_reason)
