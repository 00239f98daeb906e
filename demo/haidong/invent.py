"""Invented people, shops, codes and accounts. The same seed always invents the same ones."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from bureau.common.identity import id_check_digit, uscc_check_character

COUNTIES = {  # code: (weight, how shops of this county like to call themselves)
    "630224": (44, ("化隆", "群科", "巴燕", "甘都", "德恒隆")),
    "630222": (19, ("民和", "官亭", "川口", "古鄯")),
    "630225": (14, ("循化", "积石", "街子", "撒拉")),
    "630223": (9, ("互助", "威远", "土乡")),
    "630203": (8, ("平安", "古驿", "三合")),
    "630202": (6, ("乐都", "碾伯", "瞿昙")),
}
#: Where the shops stand: code of a district or, abroad, of a country; name of the district; weight.
PLACES = [
    ("440111", "白云", 9), ("440106", "天河", 7), ("440305", "南山", 6), ("440307", "龙岗", 6), ("441302", "惠城", 3),
    ("310112", "闵行", 7), ("310115", "浦东", 7), ("110105", "朝阳", 5), ("110106", "丰台", 4), ("120104", "南开", 3),
    ("330106", "西湖", 6), ("330203", "海曙", 3), ("330302", "鹿城", 3), ("320106", "鼓楼", 4), ("320505", "虎丘", 5),
    ("350203", "思明", 6), ("350102", "鼓楼", 4), ("420111", "洪山", 6), ("430104", "岳麓", 4), ("410105", "金水", 4),
    ("370202", "市南", 4), ("370102", "历下", 3), ("340104", "蜀山", 3), ("360102", "东湖", 3), ("450103", "青秀", 3),
    ("460105", "秀英", 2), ("500103", "渝中", 3), ("510107", "武侯", 5), ("530102", "五华", 3), ("520102", "南明", 2),
    ("610113", "雁塔", 4), ("620102", "城关", 4), ("640104", "兴庆", 2), ("650102", "天山", 2), ("540102", "城关", 3),
    ("130102", "长安", 2), ("140105", "小店", 2), ("210102", "和平", 2), ("220102", "南关", 1), ("230102", "道里", 1),
    ("150102", "新城", 1), ("630102", "城东", 9), ("630103", "城中", 6), ("630104", "城西", 5), ("630105", "城北", 4),
    ("632802", "德令哈", 2), ("MY", "吉隆坡", 2), ("TR", "伊斯坦布尔", 1), ("AE", "迪拜", 1), ("KZ", "阿拉木图", 1),
]
SURNAMES = "马韩冶绽喇鲜李王张祁陈妥白沙何安苏丁杨赵"
GIVEN = (
    "国良 学义 文明 占元 海龙 志强 得林 建国 永福 生明 玉梅 秀英 春花 尕林 成俊 进才 生财 福海 "
    "忠孝 明礼 俊林 海清 兰英 晓燕 雪梅 少华 振海 宝林 启明 昌盛 有福 延寿 长青 立新 启元 存良 生辉 雅文 丽君 桂兰"
).split()
MINORITY_GIVEN = "阿卜杜拉 尤素夫 伊斯玛 穆萨 哈桑 索菲亚 法图麦 艾米娜".split()
STYLES = (
    "伊香 顺兴 味真 金积石 老撒拉 尕马 清香园 一品 福满楼 穆香居 东乡人家 黄河源 牛肉 小尕 三江源 "
    "聚贤 高原红 鑫源"
).split()
KINDS = ("拉面馆", "牛肉面馆", "拉面店")
STREETS = "中山路 人民路 解放路 学院路 建设路 和平路 文化路 新华街 胜利路 长江路".split()
BANKS = ("青海农商银行", "青海银行", "中国邮政储蓄银行", "中国农业银行", "中国建设银行")
USCC_BODY = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Being:
    """A natural person who doesn't exist."""

    name: str
    id_number: str
    phone: str
    county: str


@dataclass(frozen=True)
class Shop:
    name: str
    uscc: str | None
    place: str
    address: str
    opened_on: date
    area: int
    owner: Being
    is_abroad: bool
    run_by: Being | None = None
    card: str = ""


class Inventor:
    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self._used: set[str] = set()

    def once(self, make) -> str:
        """Draw until the value has not been drawn before."""
        while (value := make()) in self._used:
            pass
        self._used.add(value)
        return value

    def phone(self) -> str:
        return self.once(lambda: f"1{self.chance.choice('3578')}{self.chance.randrange(10**9):09d}")

    def id_number(self, county: str) -> str:
        def make() -> str:
            born = date(1962, 1, 1) + timedelta(days=self.chance.randrange(14_600))
            first17 = f"{county}{born:%Y%m%d}{self.chance.randrange(1, 999):03d}"
            return first17 + id_check_digit(first17)

        return self.once(make)

    def name(self) -> str:
        surname = self.chance.choice(SURNAMES)
        if self.chance.random() < 0.04:
            return f"{surname}·{self.chance.choice(MINORITY_GIVEN)}"
        return surname + self.chance.choice(GIVEN)

    def account(self) -> str:
        """A card number of 16 digits with a right check digit (Luhn)."""

        def make() -> str:
            first15 = f"6217{self.chance.randrange(10**11):011d}"
            doubled = (int(d) * (2 if n % 2 == 0 else 1) for n, d in enumerate(first15))
            return first15 + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)

        return self.once(make)

    def uscc(self, place: str) -> str:
        def make() -> str:
            first17 = f"92{place}" + "".join(self.chance.choice(USCC_BODY) for _n in range(9))
            return first17 + uscc_check_character(first17)

        return self.once(make)

    def being(self, county: str | None = None) -> Being:
        county = county or self.weighted(COUNTIES, [weight for weight, _names in COUNTIES.values()])
        return Being(self.name(), self.id_number(county), self.phone(), county)

    def weighted(self, values, weights):
        return self.chance.choices(list(values), list(weights))[0]

    def shop(self, opened_on: date, area: int | None = None, abroad: bool | None = None) -> Shop:
        """A shop of `area` square meters; `abroad` fixes whether it stands in China or not."""
        owner = self.being()
        places = [p for p in PLACES if abroad is None or (len(p[0]) == 2) == abroad]
        code, town, _weight = self.weighted(places, [p[2] for p in places])
        is_abroad = len(code) == 2
        prefix = self.chance.choice(COUNTIES[owner.county][1])
        name = self.once(lambda: "".join((town, prefix, *map(self.chance.choice, (STYLES, KINDS)), self.tail())))
        address = f"{town}{self.chance.choice(STREETS)}{self.chance.randrange(1, 320)}号"
        uscc = None if is_abroad else self.uscc(code)
        return Shop(name, uscc, code, address, opened_on, area or self.chance.randrange(28, 190), owner, is_abroad)

    def tail(self) -> str:
        return self.chance.choice(("", "", "", "（二店）", "（三店）", "（总店）", "（新店）", "（路口店）"))
