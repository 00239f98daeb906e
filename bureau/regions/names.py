"""What people call a region for short, and what its Chinese name is made of."""

import re

from bureau.regions.data.english import KINDS, PEOPLES

_people = "|".join(sorted(PEOPLES, key=len, reverse=True))
_autonomous = re.compile(rf"^(?P<stem>.+?)(?P<peoples>(?:{_people})*)(?P<suffix>自治县|自治旗|自治州|自治区)$")
_plain = re.compile(rf"^(?P<stem>.+?)(?P<suffix>{'|'.join(filter(None, KINDS))})$")
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
