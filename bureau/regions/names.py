"""What people call a region for short, and what its Chinese name is made of."""

import re

PEOPLES = (
    "阿昌族 白族 保安族 布朗族 布依族 朝鲜族 傣族 达斡尔族 德昂族 侗族 东乡族 独龙族 鄂伦春族 鄂温克族 仡佬族 哈尼族 "
    "哈萨克族 哈萨克 回族 基诺族 京族 景颇族 柯尔克孜族 柯尔克孜 拉祜族 黎族 傈僳族 珞巴族 满族 毛南族 门巴族 蒙古族 蒙古 苗族 "
    "仫佬族 纳西族 怒族 普米族 羌族 撒拉族 畲族 水族 塔吉克族 塔吉克 塔塔尔族 土家族 土族 佤族 维吾尔 维吾尔族 乌孜别克族 锡伯族 锡伯 "
    "瑶族 彝族 裕固族 藏族 壮族 各族 回族"
).split()
SUFFIXES = "自治县 自治旗 自治州 自治区 特别行政区 行政委员会 行政区 地区 新区 矿区 林区 特区 县 区 市 旗 盟 省 镇".split()
_people = "|".join(sorted(set(PEOPLES), key=len, reverse=True))
_autonomous = re.compile(
    rf"^(?P<stem>.+?)(?P<peoples>(?:{_people})*)(?P<suffix>自治县|自治旗|自治州|自治区)$"
)
_plain = re.compile(rf"^(?P<stem>.+?)(?P<suffix>{'|'.join(SUFFIXES)})$")
ABBREVIATED = {"自治县": "县", "自治旗": "旗", "自治州": "州", "自治区": "区"}


def split(name: str) -> tuple[str, list[str], str]:
    """("化隆", ["回族"], "自治县") for 化隆回族自治县; the suffix is "" for a country."""
    if found := _autonomous.match(name):
        peoples = re.findall(_people, found["peoples"])
        return found["stem"], peoples, found["suffix"]
    if found := _plain.match(name):
        return found["stem"], [], found["suffix"]
    return name, [], ""


def short_names(name: str) -> set[str]:
    """化隆县 and 化隆 for 化隆回族自治县; a stem of one character is no name by itself."""
    stem, _, suffix = split(name)
    names = {stem} if len(stem) > 1 and suffix else set()
    if suffix in ABBREVIATED:
        names.add(stem + ABBREVIATED[suffix])
    return names - {name}
