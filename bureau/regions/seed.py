"""Puts data/regions.csv into an empty table: ids, paths and level columns in one bulk insert."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bureau.regions.enums import LEVELS

CSV = Path(__file__).parent / "data" / "regions.csv"


def rows() -> Iterator[dict]:
    """Keyword arguments of each region, parents first."""
    placed: dict[int, dict] = {}
    children: Counter[int | None] = Counter()
    with CSV.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            pk, parent = int(line["id"]), int(line["parent"] or 0) or None
            upper = placed.get(parent, {}) if parent else {}
            children[parent] += 1
            row = {
                "id": pk,
                "code": line["code"],
                "kind": line["kind"],
                "name_zh": line["name_zh"],
                "name_en": line["name_en"],
                "parent_id": parent,
                "path": f"{upper.get('path', '')}{children[parent]:03}.",
                "valid_from": int(line["valid_from"] or 0) or None,
                "valid_to": int(line["valid_to"] or 0) or None,
                "predecessor_id": int(line["predecessor"] or 0) or None,
            }
            row |= {f"{level}_id": upper.get(f"{level}_id") for level in LEVELS}
            row[f"{line['kind']}_id"] = pk
            placed[pk] = row
            yield row


def seed(model, connection) -> int:
    """Insert all; returns how many. Foreign keys are checked at commit, so order does not matter."""
    count = len(model.objects.bulk_create([model(**row) for row in rows()], batch_size=2000))
    with connection.cursor() as cursor:
        cursor.execute(
            "select setval(pg_get_serial_sequence('regions_region', 'id'), (select max(id) from regions_region))"
        )
    return count
