"""What is planted everywhere and then looked for: numbers of people, each its own, and texts as people may type them.

The columns are found by walking the models, so a new one is planted by itself; one that no row of the world fills fails.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from bureau.common.crypto import EncryptedTextField, encrypt

OURS = ("bureau", "enterprises", "subsidies", "training", "programs")
PHONES = re.compile(r"(^|_)phone$")
#: Phones of offices and banks, which are there to be read.
OFFICIAL = {
    "accounts.Unit.phone", "accounts.SiteProfile.phone", "accounts.SiteProfile.supervision_phone",
    "subsidies.LoanProduct.phone", "training.Session.phone",
}
#: Written when somebody logs in, and gone after five minutes; kept by nobody's page.
MOMENTARY = {"accounts.LoginCode.phone"}
#: kind → (what it looks like, its digits before the number of the column and of the row)
SHAPES = {"id": "6399991990{c:02}{n:04}77", "account": "628888{c:03}{n:04}999999", "phone": "1999{c:02}{n:05}"}
ANY = re.compile(r"(?<![0-9])(?:6399991990(?P<id>[0-9]{2})[0-9]{4}77|628888(?P<account>[0-9]{3})[0-9]{4}999999"
                 r"|1999(?P<phone>[0-9]{2})[0-9]{5})(?![0-9])")  # fmt: skip


@dataclass(frozen=True)
class Column:
    model: type[models.Model]
    field: models.Field

    @property
    def name(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"

    @property
    def sealed(self) -> bool:
        return isinstance(self.field, EncryptedTextField)

    @property
    def kind(self) -> str:
        return self.field.mask if self.sealed else "phone"


def columns() -> Iterator[Column]:
    """Every column that holds the number of a person."""
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        if not model.__module__.startswith(OURS) or not model._meta.managed:
            continue
        for field in model._meta.local_concrete_fields:
            column = Column(model, field)
            phone = isinstance(field, models.CharField) and PHONES.search(field.name)
            if (column.sealed or phone) and column.name not in OFFICIAL | MOMENTARY:
                yield column


class Planted:
    """`by_number` of the column: which one a number comes from."""

    def __init__(self) -> None:
        self.columns = list(columns())
        self.rows: dict[str, int] = {}
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
            for number, column in enumerate(self.columns, start=1):
                self.rows[column.name] = self._plant(cursor, number, column)
            cursor.execute("set constraints all deferred")

    @staticmethod
    def _plant(cursor, number: int, column: Column) -> int:
        """In the rows that have one; where none has, in all. What keeps rows as they are sleeps meanwhile."""
        table, name, key = column.model._meta.db_table, column.field.column, column.model._meta.pk.column
        cursor.execute(f'alter table "{table}" disable trigger user')
        for condition in (f"coalesce(\"{name}\", '') <> ''", "true"):
            cursor.execute(f'select "{key}" from "{table}" where {condition} order by 1')
            if keys := [row[0] for row in cursor.fetchall()]:
                break
        for n, key_of_row in enumerate(keys):
            text = SHAPES[column.kind].format(c=number, n=n)
            value = encrypt(text) if column.sealed else text
            cursor.execute(f'update "{table}" set "{name}" = %s where "{key}" = %s', [value, key_of_row])
        cursor.execute(f'alter table "{table}" enable trigger user')
        return len(keys)

    def found(self, text: str) -> set[str]:
        """Names of the columns whose numbers stand in full in this text."""
        return {self.columns[int(hit[hit.lastgroup]) - 1].name for hit in ANY.finditer(text)}


# --- texts -----------------------------------------------------------------------------------------------------------

#: Texts that the portal writes itself and reads again: keys, numbers, addresses, digests, names of steps.
KEYS = re.compile(
    r"^(key|code|kind|event|state|before|after|area|metric|importer|signature|digest|sha256|industry|uscc|url|dedupe|delivery"
    r"|permission|password|session_data|sheet|rows|serial)$|(_|^)(key|type|id|index|hash|prefix|code|color|digest|py|initials|receipt"
    r"|number|phone)$"
)
#: The same by label; steps in a log, what a file is for, and places as the state names them.
KEPT = re.compile(r"Log\.name$|^attachments\.Attachment\.(purpose|scanned_by)$|^regions\.|^jobs\.Job\.message$")
LEAST = 16  # shorter columns hold codes
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def typed_columns() -> list[Column]:
    """Every column that holds text for people to read."""
    found = []
    for model in apps.get_models():
        if not model.__module__.startswith(OURS) or not model._meta.managed:
            continue
        for one in model._meta.local_concrete_fields:
            column = Column(model, one)
            typed = type(one) in (models.CharField, models.TextField) and not one.choices and not one.unique
            if typed and (one.max_length or LEAST) >= LEAST and not KEYS.search(one.name) and not KEPT.search(column.name):
                found.append(column)
    return found


def plant_texts(columns: list[Column], texts: list[str], offset: int = 0, *, alone: bool = False) -> list[Column]:
    """Into each row of each column as many of the texts as fit, one after the other, or one `alone`; it begins with
    another one in each row and with each offset. Returns the columns that could be written; what keeps rows as they are
    sleeps meanwhile."""
    tables: dict[str, list[Column]] = defaultdict(list)
    for column in columns:
        tables[column.model._meta.db_table].append(column)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("".join(f'alter table "{table}" disable trigger user; analyze "{table}";' for table in tables))
        written: list[Column] = []
        for together in tables.values():
            # Each update leaves another version of every row behind: one for the table, if all its columns take it, else
            # one for each that no constraint keeps as it is.
            if _plant_text(cursor, together, texts, offset, alone):
                written += together
            else:
                written += [one for one in together if _plant_text(cursor, [one], texts, offset, alone)]
        cursor.execute("".join(f'alter table "{table}" enable trigger user;' for table in tables))
        cursor.execute("set constraints all deferred")
    return written


def _plant_text(cursor, columns: list[Column], texts: list[str], offset: int, alone: bool) -> bool:
    meta = columns[0].model._meta
    table, pk = meta.db_table, meta.pk.column
    chosen = ", ".join(f'"{one.field.column}" = (%s::text[])[1 + (r.n + {offset}) %% %s]' for one in columns)
    fitting = [fitted(texts, one.field.max_length or 10_000, most=1 if alone else len(texts)) for one in columns]
    try:
        with transaction.atomic():
            cursor.execute(
                f'update "{table}" t set {chosen} from (select "{pk}" as pk, row_number() over (order by "{pk}") as n '
                f'from "{table}") r where r.pk = t."{pk}"', [value for some in fitting for value in (some, len(some))])
    except DatabaseError:
        return False
    return cursor.rowcount > 0


def fitted(texts: list[str], room: int, most: int) -> list[str]:
    """For each text that fits: it and as many of those after it as there is room for, `most` of them together."""
    found = []
    for start, first in enumerate(texts):
        whole = ""
        for text in islice(cycle(texts), start, start + most):
            if len(whole) + len(text) > room:
                break
            whole += text
        found += [whole] if len(first) <= room else []
    return found


def plant_json(texts: list[str]) -> int:
    """The texts in turn for every Chinese text inside JSON: answers, labels, cells of lists. How many were replaced."""
    turn, done = cycle(texts), 0
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for model in apps.get_models():
            fields = [one for one in model._meta.local_concrete_fields if type(one) is models.JSONField]
            if not fields or not model.__module__.startswith(OURS) or KEPT.search(model._meta.label + "."):
                continue
            table, pk = model._meta.db_table, model._meta.pk.column
            cursor.execute(f'alter table "{table}" disable trigger user')
            for one in fields:
                cursor.execute(f'select "{pk}", "{one.column}"::text from "{table}" where "{one.column}" is not null')
                for key, stored in cursor.fetchall():
                    if CHINESE.search(value := json.dumps(json.loads(stored), ensure_ascii=False)):
                        value, count = _replaced(json.loads(value), turn)
                        cursor.execute(f'update "{table}" set "{one.column}" = %s where "{pk}" = %s', [json.dumps(value), key])
                        done += count
            cursor.execute(f'alter table "{table}" enable trigger user')
        cursor.execute("set constraints all deferred")
    return done


def _replaced(value, turn) -> tuple[object, int]:
    """(the same with other texts, how many)"""
    if isinstance(value, str):
        return (next(turn), 1) if CHINESE.search(value) else (value, 0)
    if isinstance(value, dict):
        pairs = {key: _replaced(one, turn) for key, one in value.items()}
        return {key: one for key, (one, _n) in pairs.items()}, sum(n for _one, n in pairs.values())
    if isinstance(value, list):
        pairs = [_replaced(one, turn) for one in value]
        return [one for one, _n in pairs], sum(n for _one, n in pairs)
    return value, 0
