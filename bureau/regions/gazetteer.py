"""Finds the region that a cell or an address means, without a query per row."""

import re
from collections import defaultdict
from collections.abc import Iterable

from django.db import connection

from bureau.common.remembered import Remembered
from bureau.common.text import fold
from bureau.regions.names import short_names

CHINA = "001."
LONGEST = 16
DEEPEST = 6


class Gazetteer:
    """All names of all regions, current and former, by id; some 7,000 rows."""

    def __init__(self, rows: Iterable[tuple[int, str, str, str, str, int | None, int | None]]):
        self.path: dict[int, str] = {}
        self.full: dict[int, str] = {}
        self.codes: dict[str, list[int]] = defaultdict(list)
        self.names: dict[str, list[int]] = defaultdict(list)
        self._current: set[int] = set()
        self._became: dict[int, list[int]] = defaultdict(list)
        for pk, code, name_zh, name_en, path, valid_to, predecessor in rows:
            self.path[pk], self.full[pk] = path, fold(name_zh)
            self.codes[code].append(pk)
            for name in {fold(name_zh), fold(name_en), *short_names(fold(name_zh))}:
                self.names[name].append(pk)
            if valid_to is None:
                self._current.add(pk)
            if predecessor:
                self._became[predecessor].append(pk)

    def find(self, text: str, within: str = "") -> list[int]:
        """Ids of the regions meant; [] when nothing fits. `within` is the path of a region to prefer."""
        wanted = fold(text)
        if re.fullmatch(r"[0-9]{6,12}|[A-Z]{2}", wanted):
            found = self.codes.get(wanted, [])
        else:
            found = self.names.get(wanted) or self._outward(text) or self._parse(wanted)
        ids = {today for pk in found for today in self._today(pk)}
        ids = ids & self._current or ids
        return sorted({pk for pk in ids if self.path[pk].startswith(within)} or ids)

    def _outward(self, text: str) -> list[int]:
        """Shushan District, Hefei, Anhui: each part lies within the next, as English and our own lists write it."""
        parts = text.split(",", DEEPEST) if "," in text else []
        found = self.names.get(fold(parts[0]), []) if 1 < len(parts) <= DEEPEST else []
        for part in parts[1:]:
            around = [self.path[pk] for pk in self.names.get(fold(part), [])]
            found = [pk for pk in found if any(self.path[pk].startswith(path) for path in around)]
        return found

    def _parse(self, text: str) -> list[int]:
        """湖北省武汉市洪山区珞喻路: the deepest regions that follow one another from the beginning."""
        text = text.removeprefix("中国")
        best: tuple[int, list[int]] = (len(text), [])
        stack = [(text, "", 0)]
        while stack:
            rest, below, depth = stack.pop()
            for length in range(min(LONGEST, len(rest)), 1, -1):
                for pk in self.names.get(rest[:length], ()):
                    path = self.path[pk]
                    if not path.startswith(below) or path == below:
                        continue
                    left = rest[length:]
                    # 海东拉面馆 is no address in 海东: what is left over may only follow a full name.
                    if not left or rest[:length] == self.full[pk]:
                        best = _better(best, len(left), pk)
                    stack.append((left, path, depth + 1))
        return best[1]

    def _today(self, pk: int) -> list[int]:
        """The region, or what it became, however often it was renamed."""
        if pk in self._current or not self._became.get(pk):
            return [pk]
        return [today for heir in self._became[pk] for today in self._today(heir)]


def _better(best: tuple[int, list[int]], left: int, pk: int) -> tuple[int, list[int]]:
    if left < best[0]:
        return left, [pk]
    return (left, [*best[1], pk]) if left == best[0] else best


def _load() -> Gazetteer:
    from bureau.regions.models import Region

    fields = ("pk", "code", "name_zh", "name_en", "path", "valid_to", "predecessor_id")
    return Gazetteer(Region.objects.order_by("path").values_list(*fields))


def _stamp() -> tuple[int, int]:
    """Of all regions; milliseconds, where loading takes half a second."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(hashtextextended(r::text, 0)) FROM regions_region r")
        return cursor.fetchone()


gazetteer: Remembered[Gazetteer] = Remembered(_load, _stamp)
