"""The register as a file, in the layout that the import reads: XLSX by XlsxWriter, CSV by COPY."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.common.crypto import mask_phone
from bureau.common.export import FORMULA
from bureau.common.i18n import is_chinese
from bureau.formbuilder.tabular.copying import copy_rows
from bureau.formbuilder.tabular.workbook import MAX_ROWS, SheetOut, write_workbook
from bureau.jobs import JobError
from bureau.regions.models import Region
from enterprises.enums import Kind, Relation
from enterprises.models import Enterprise

#: Filters of the list that an export keeps.
FILTERS = ("q", "state__exact", "kind__exact", "home")
PLACES = ("registered_region_id", "operating_region_id", "home_county_id")
#: Masked: a file travels further than a page. The import leaves what stands where it meets them again.
PHONES = ("phone", "second_phone")
#: Column of the table (or of a joined person) → width of the column in the sheet.
WIDTHS = {
    "number": 12, "name": 30, "uscc": 22, "kind": 12, "registered_region_id": 26, "operating_region_id": 26,
    "operating_address": 36, "operator__name": 14, "home_county_id": 22, "phone": 15, "second_phone": 15,
    "actual_operator__name": 14, "relation": 12, "industry": 10, "opened_on": 12, "closed_on": 12,
}  # fmt: skip


def heads() -> list[str]:
    return [
        _("Register number"), _("Name of the enterprise"), _("Unified social credit code"), _("Kind"), _("Registered place"),
        _("Place of operation"), _("Address"), _("Operator on the license"), _("Home county"), _("Phone"),
        _("Second phone"), _("Actual operator"), _("Relation to the operator"), _("Industry code"), _("Opened on"),
        _("Closed on"),
    ]


def chosen(user: User, asked: Mapping[str, str]) -> QuerySet[Enterprise]:
    """What the list shows to `user` under the filters in its address; unknown values find nothing."""
    rows = Enterprise.objects.visible_to(user)
    for name in ("state", "kind"):
        if value := asked.get(f"{name}__exact"):
            rows = rows.filter(**{name: value})
    if code := asked.get("home"):
        rows = rows.filter(home_county__code=code)
    return rows.search(asked.get("q", "")).order_by("id")


def place_names() -> dict[int, str]:
    """Each region by its whole name, as an import finds it again: 广东省广州市天河区."""
    field = "name_zh" if is_chinese() else "name_en"
    names: dict[str, str] = {}
    found: dict[int, str] = {}
    for pk, path, name in Region.objects.order_by("path").values_list("pk", "path", field):
        above = names.get(path[:-4], "")
        # Provinces begin a name; China itself is not said.
        names[path] = "" if path == "001." else (above + name if is_chinese() else f"{name}, {above}".rstrip(", "))
        found[pk] = names[path] or name
    return found


def write_xlsx(rows: QuerySet[Enterprise]) -> Path:
    if rows.order_by()[:MAX_ROWS].count() >= MAX_ROWS - 2:
        raise JobError(_("There are more rows than a sheet can hold: export CSV."))
    names = list(WIDTHS)
    return write_workbook(
        SheetOut(_("Register of enterprises"), heads(), _shown(rows, names), title=_("Register of enterprises"),
                 widths=list(WIDTHS.values()))
    )


def _shown(rows: QuerySet[Enterprise], names: list[str]) -> Iterator[tuple[Any, ...]]:
    places, kinds, relations = place_names(), dict(Kind.choices), dict(Relation.choices)
    show: dict[int, Callable[[Any], Any]] = {names.index(name): places.get for name in PLACES}
    show |= {names.index(name): mask_phone for name in PHONES}
    show |= {names.index("kind"): lambda v: str(kinds[v]), names.index("relation"): lambda v: str(relations.get(v, ""))}
    for row in rows.values_list(*names).iterator(chunk_size=5_000):
        cells = list(row)
        for index, function in show.items():
            cells[index] = function(cells[index])
        yield tuple(cells)


def write_csv(rows: QuerySet[Enterprise]) -> Path:
    """UTF-8 with a mark, so that Excel opens it; written by the database itself."""
    with connection.cursor() as cursor, tempfile.NamedTemporaryFile(suffix=".csv", delete=False) as file:
        cursor.execute("DROP TABLE IF EXISTS export_name")
        cursor.execute("CREATE TEMP TABLE export_name (what text, key text, name text)")
        copy_rows("export_name", ("what", "key", "name"), _names())
        sql, params = rows.order_by().values("pk").query.sql_with_params()
        query = cursor.mogrify(_copy_sql(sql), params).decode()
        file.write(("\ufeff" + ",".join(heads()) + "\r\n").encode())
        cursor.copy_expert(f"COPY ({query}) TO STDOUT WITH (FORMAT csv)", file)
        cursor.execute("DROP TABLE export_name")
    return Path(file.name)


def _names() -> Iterator[tuple[str, str, str]]:
    yield from (("place", str(pk), name) for pk, name in place_names().items())
    yield from (("kind", value, str(label)) for value, label in Kind.choices)
    yield from (("relation", value, str(label)) for value, label in Relation.choices)


#: `mask_phone` in SQL.
_MASKED = """CASE WHEN length({column}) > 7
    THEN left({column}, 3) || repeat('*', length({column}) - 7) || right({column}, 4) ELSE repeat('*', length({column})) END"""


def _copy_sql(chosen_sql: str) -> str:
    """Text that a spreadsheet would calculate gets an apostrophe in front; the import takes it off again."""
    signs = "".join(sign if sign not in "-\t\r" else {"-": r"\-", "\t": r"\t", "\r": r"\r"}[sign] for sign in FORMULA)
    columns, joins = [], []
    for number, name in enumerate(WIDTHS):
        if name in (*PLACES, "kind", "relation"):
            what = "place" if name in PLACES else name
            joins.append(f"LEFT JOIN export_name n{number} ON n{number}.what = '{what}' AND n{number}.key = e.{name}::text")
            columns.append(f"n{number}.name")
        elif name.endswith("_on"):
            columns.append(f"e.{name}")
        elif name in PHONES:
            columns.append(_MASKED.format(column=f"e.{name}"))
        else:
            column = {"operator__name": "op.name", "actual_operator__name": "ao.name"}.get(name, f"e.{name}")
            columns.append(f"CASE WHEN {column} ~ '^[{signs}]' THEN '''' || {column} ELSE {column} END")
    return f"""SELECT {", ".join(columns)} FROM enterprises_enterprise e
        LEFT JOIN enterprises_person op ON op.id = e.operator_id
        LEFT JOIN enterprises_person ao ON ao.id = e.actual_operator_id
        {" ".join(joins)} WHERE e.id IN ({chosen_sql}) ORDER BY e.id"""
