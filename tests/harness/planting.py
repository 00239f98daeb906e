"""A number of its own in every row of every column that holds numbers of people: identity, account, phone, secret.

The columns are found by walking the models, so a new one is planted by itself; one that no row of the world fills fails.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models

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
