"""Writes regions.csv anew, after an update of python-stdnum or babel: `python -m bureau.regions.data.generate`.

Facts come from python-stdnum's cn/loc.dat (GB/T 2260 with years) and babel (names of countries); English names
are pinyin, but for those known otherwise. Ids are stable as long as the order of the sources is.
"""

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path

import stdnum
from babel import Locale
from pypinyin import lazy_pinyin, load_phrases_dict

from bureau.regions.data import english
from bureau.regions.names import split

FOLDER = Path(__file__).parent
NO_PLACE = re.compile(r"市辖区|县|市|市区|(省|自治区)直辖.*")
NO_COUNTRY = {
    "AC",
    "CP",
    "CQ",
    "DG",
    "EA",
    "EU",
    "EZ",
    "IC",
    "QO",
    "TA",
    "UN",
    "XA",
    "XB",
    "XK",
    "ZZ",
    "CN",
    "HK",
    "MO",
    "TW",
}


@dataclass
class Row:
    code: str
    kind: str
    name_zh: str
    name_en: str
    valid_from: int | None = None
    valid_to: int | None = None
    parent: "Row | None" = None
    predecessor: "Row | None" = None
    id: int = 0
    children: list["Row"] = field(default_factory=list)


def countries() -> list[Row]:
    """China first, the others by code. Hong Kong, Macao and Taiwan are provinces of China in GB/T 2260."""
    chinese, western = (dict[str, str](Locale(code).territories) for code in ("zh", "en"))
    codes = sorted(c for c in chinese if len(c) == 2 and c.isalpha() and c not in NO_COUNTRY)
    return [Row("CN", "country", "中国", "China")] + [
        Row(c, "country", chinese[c], western[c].replace(" & ", " and ")) for c in codes
    ]


def listed() -> list[Row]:
    """Every name of loc.dat with its years, without the nodes that only fill a level."""
    rows, province = [], ""
    for line in (Path(stdnum.__file__).parent / "cn" / "loc.dat").read_text("utf-8").splitlines():
        if found := re.match(r"(\d\d) province=", line):
            province = found[1]
        elif found := re.match(r'\s+(\d{4}) county="(.*)"', line):
            for part in found[2].split(","):
                years, name = re.findall(r"^(?:\[(\d*-\d*)\])?(.+)", part)[0]
                name = name.replace("委員會", "委员会")
                if not NO_PLACE.fullmatch(name):
                    begin, end = (years or "-").split("-")
                    first, last = int(begin or 0) or None, int(end or 0) or None
                    if first and last and first > last:  # a slip of the source
                        first = last
                    rows.append(made(province + found[1], name, first, last))
    return rows


def made(code: str, name: str, begin: int | None, end: int | None) -> Row:
    kind = "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"
    return Row(code, kind, name, english_name(name, kind), begin, end)


def english_name(name: str, kind: str) -> str:
    if name in english.KNOWN:
        return english.KNOWN[name]
    stem, peoples, suffix = split(name)
    first = english.STEMS.get(stem) or spelled(stem)
    kind_name = english.KINDS[suffix] if not (suffix == "市" and kind == "prefecture") else ""
    groups = [english.PEOPLES[people] for people in peoples]
    listed_groups = " and ".join(filter(None, [", ".join(groups[:-1]), *groups[-1:]]))
    return " ".join(filter(None, [first, listed_groups, kind_name]))


def spelled(stem: str) -> str:
    """平安 → Ping'an: an apostrophe before a vowel inside."""
    text = ""
    for syllable in lazy_pinyin(stem):
        text += ("'" if text and syllable[0] in "aoe" else "") + syllable
    return text[:1].upper() + text[1:]


def overlaps(a: Row, b: Row) -> bool:
    return (a.valid_from or 0) < (b.valid_to or 9999) and (b.valid_from or 0) < (a.valid_to or 9999)


def place(rows: list[Row], china: Row) -> None:
    """Parent by code among those of the same years: the prefecture, else the province."""
    by_code: dict[str, list[Row]] = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row)
    for row in rows:
        uppers = [] if row.kind == "province" else [row.code[:2] + "0000"]
        if row.kind == "county":
            uppers.insert(0, row.code[:4] + "00")
        candidates = [upper for code in uppers for upper in by_code.get(code, ()) if upper is not row]
        fitting = [c for c in candidates if (c.valid_to is None) >= (row.valid_to is None) and overlaps(c, row)]
        row.parent = (fitting or [c for c in candidates if c.kind == "province"] or [china])[0]


def follow(rows: list[Row]) -> None:
    """Who came before: ended in the year in which this one began, in the same province, with the same stem."""
    ended: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.valid_to:
            ended.setdefault((row.code[:2], split(row.name_zh)[0]), []).append(row)
    for row in rows:
        if not row.valid_from:
            continue
        before = [
            old for old in ended.get((row.code[:2], split(row.name_zh)[0]), ())
            if old is not row and old.kind == row.kind and old.valid_to in (row.valid_from, row.valid_from - 1)
        ]  # fmt: skip
        before = [old for old in before if old.name_zh == row.name_zh] or before
        if len(before) == 1:
            row.predecessor = before[0]


def main() -> None:
    load_phrases_dict({word: [[s] for s in reading.split()] for word, reading in english.READINGS.items()})
    nations, rows = countries(), listed()
    place(rows, nations[0])
    follow(rows)
    ordered = nations + sorted(rows, key=lambda row: (["province", "prefecture", "county"].index(row.kind), row.code,
                                                      row.valid_from or 0))  # fmt: skip
    for number, row in enumerate(ordered, 1):
        row.id = number
    with (FOLDER / "regions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "code", "kind", "name_zh", "name_en", "parent", "valid_from", "valid_to", "predecessor"])
        for row in ordered:
            links = [link.id if link else "" for link in (row.parent, row.predecessor)]
            years = [row.valid_from or "", row.valid_to or ""]
            writer.writerow(
                [
                    row.id,
                    row.code,
                    row.kind,
                    row.name_zh,
                    row.name_en,
                    links[0],
                    *years,
                    links[1],
                ]
            )


if __name__ == "__main__":
    main()
