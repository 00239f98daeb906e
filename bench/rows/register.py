"""Enterprises, the people who run them, and the owners who act for them online."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bench.bureau import Bureau
from bench.rows.filling import fill, reset_serials
from bureau.accounts.enums import UserKind
from bureau.accounts.models import User
from bureau.attachments.enums import Channel
from bureau.common import clock
from bureau.common.identity import uscc_check_character
from bureau.common.search import pinyin
from bureau.regions.models import Region
from enterprises.enums import Kind, MembershipState, State
from enterprises.models import Enterprise, Membership, Person

SURNAMES = "王李张罗韦莫陆蒙吴杨石岑潘覃黄龙陈刘周何"
GIVEN = "国良 学义 文明 占元 海龙 志强 建国 永福 生明 玉梅 秀英 春花 成俊 福海 忠孝 明礼 俊林 兰英 晓燕 雪梅".split()
FRONTS = "老街 清江 云上 苗岭 布依 山里 甲茶 斗篷山 剑江 平塘 天眼 绿博 金谷 百子桥 石板 龙潭 三都 惠水".split()
WORDS = "酸汤 毛尖 盐酸菜 刺梨 牛肉粉 豆花 花甜粑 黑糯米 剪粉 臭酸 黄糕粑 米酒".split()
TAILS = ("馆", "店", "坊", "小吃", "合作社", "食品有限公司", "农家乐", "铺")
STREETS = "中山路 人民路 解放路 学院路 建设路 和平路 文化路 新华街 胜利路 环城路".split()
BODY = "0123456789ABCDEFGHJKLMNPQRTUWXY"
#: A name that few shops have, for searches.
RARE, RARE_EVERY = "鹅卵石", 40_000
#: Every third shop has an owner who acts for it online.
ONLINE = 3


@dataclass(frozen=True)
class Shop:
    """What other rows copy of an enterprise."""

    pk: int
    home: Region
    operating: Region
    opened_on: date
    phone: str
    owner: int | None


def build(bureau: Bureau, size: int, chance: Random) -> list[Shop]:
    places = _Places(bureau, chance)
    today = clock.today()
    shops = [_shop(number, places, chance, today) for number in range(1, size + 1)]
    first_owner = User.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    shops = [
        Shop(shop.pk, shop.home, shop.operating, shop.opened_on, shop.phone, first_owner + shop.pk // ONLINE)
        if shop.pk % ONLINE == 0 else shop for shop in shops
    ]
    online = [shop for shop in shops if shop.owner]
    names = ["".join((chance.choice(SURNAMES), chance.choice(GIVEN))) for _shop in shops]
    fill(User, ("id", "kind", "phone", "name", "password"), (
        (shop.owner, UserKind.OWNER, shop.phone, names[shop.pk - 1], "!") for shop in online))
    fill(Person, ("id", "name", "phone", "home_county_id"), (
        (shop.pk, names[shop.pk - 1], shop.phone, shop.home.pk) for shop in shops))
    fill(Enterprise, COLUMNS, _enterprises(bureau, shops, chance, today))
    clerk = bureau.people["clerk"].pk
    fill(Membership, ("id", "user_id", "enterprise_id", "state", "note", "asked_at", "decided_at", "decided_by_id"), (
        (shop.pk, shop.owner, shop.pk, MembershipState.CONFIRMED, "本人经营", f"{shop.opened_on} 09:00+08",
         f"{shop.opened_on} 15:00+08", clerk) for shop in online))
    reset_serials(User, Person, Enterprise, Membership)
    return shops


class _Places:
    """Mostly the prefecture itself; a third of the shops stand elsewhere in China, one in fifty abroad."""

    def __init__(self, bureau: Bureau, chance: Random) -> None:
        self.chance = chance
        self.home = bureau.counties
        self.elsewhere = list(Region.objects.current().filter(kind="county").exclude(parent=bureau.root).order_by("code"))
        self.abroad = list(Region.objects.current().filter(kind="country").exclude(code="CN").order_by("code"))[:40]

    def draw(self, home: Region) -> Region:
        lot = self.chance.random()
        if lot < 0.02:
            return self.chance.choice(self.abroad)
        return self.chance.choice(self.elsewhere) if lot < 0.33 else home


def _shop(number: int, places: _Places, chance: Random, today: date) -> Shop:
    home = chance.choice(places.home)
    opened = today - timedelta(days=chance.randrange(60, 3600))
    return Shop(number, home, places.draw(home), opened, f"1{chance.choice('3578')}{number:09d}", None)


COLUMNS = (
    "id", "uscc", "name", "name_py", "name_initials", "kind", "state", "industry", "registered_region_id",
    "operating_region_id", "operating_address", "home_county_id", "region_id", "unit_id", "operator_id", "phone",
    "opened_on", "closed_on", "entered_by_id", "channel", "effective_date", "recorded_at",
)


def _enterprises(bureau: Bureau, shops: list[Shop], chance: Random, today: date) -> Iterator[tuple]:
    clerk = bureau.people["clerk"].pk
    for shop in shops:
        name, abroad = shop_name(shop.pk, chance), shop.operating.code.isalpha()
        closed = shop.opened_on + timedelta(days=400) if shop.pk % 12 == 0 else None
        closed = closed if closed and closed < today else None
        yield (
            shop.pk, None if abroad else uscc(shop.pk, shop.operating.code), name, *pinyin(name),
            Kind.OTHER if abroad else Kind.INDIVIDUAL, State.CLOSED if closed else State.ACTIVE, "H6210",
            None if abroad else shop.operating.pk, shop.operating.pk, address(shop.operating, chance), shop.home.pk,
            shop.home.pk, bureau.offices[shop.home.code].pk, shop.pk, shop.phone, shop.opened_on, closed, clerk,
            Channel.ON_BEHALF, shop.opened_on, f"{shop.opened_on} 10:00+08",
        )


def shop_name(number: int, chance: Random) -> str:
    middle = RARE if number % RARE_EVERY == 7 else chance.choice(WORDS)
    return f"{chance.choice(FRONTS)}{chance.choice(SURNAMES)}家{middle}{chance.choice(TAILS)}{number % 997 or ''}"


def address(place: Region, chance: Random) -> str:
    return f"{place.name_zh}{chance.choice(STREETS)}{chance.randrange(1, 320)}号"


def uscc(number: int, place: str) -> str:
    """A code with a right check character; `number` makes it the only one."""
    digits = ""
    for _place in range(9):
        number, rest = divmod(number, 31)
        digits = BODY[rest] + digits
    first17 = f"92{place}{digits}"
    return first17 + uscc_check_character(first17)
