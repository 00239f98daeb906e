"""The register as a file by hand: one query, its rows straight into XlsxWriter, or COPY straight into the file."""

from pathlib import Path
from typing import Any

import xlsxwriter

COLUMNS = ("number", "name", "uscc", "kind", "registered", "operating", "address", "operator", "home", "phone", "second",
           "actual", "relation", "industry", "opened", "closed")
#: Whole names of regions, as ours shows them: 贵州省黔南布依族苗族自治州都匀市.
PLACES = """CREATE TEMP TABLE floor_place ON COMMIT DROP AS
    WITH RECURSIVE place AS (
        SELECT id, CASE WHEN path = '001.' THEN '' ELSE name_zh END AS name FROM regions_region WHERE parent_id IS NULL
        UNION ALL
        SELECT r.id, p.name || r.name_zh FROM regions_region r JOIN place p ON p.id = r.parent_id)
    SELECT * FROM place; ANALYZE floor_place"""
QUERY = """SELECT e.number, e.name, e.uscc, CASE e.kind WHEN 'individual' THEN '个体工商户' WHEN 'company' THEN '企业' ELSE '其他' END,
           a.name, b.name, e.operating_address, op.name, c.name, left(e.phone, 3) || '****' || right(e.phone, 4),
           CASE WHEN e.second_phone <> '' THEN left(e.second_phone, 3) || '****' || right(e.second_phone, 4) END,
           ao.name, e.relation,
           e.industry, e.opened_on, e.closed_on
    FROM enterprises_enterprise e
    LEFT JOIN enterprises_person op ON op.id = e.operator_id LEFT JOIN enterprises_person ao ON ao.id = e.actual_operator_id
    LEFT JOIN floor_place a ON a.id = e.registered_region_id LEFT JOIN floor_place b ON b.id = e.operating_region_id
    LEFT JOIN floor_place c ON c.id = e.home_county_id ORDER BY e.id"""


def make_places(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PLACES)


def xlsx(connection: Any, path: Path) -> int:
    number = 0
    make_places(connection)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book, connection.cursor("floor") as cursor:
        sheet = book.add_worksheet()
        text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, COLUMNS)
        cursor.itersize = 5_000
        cursor.execute(QUERY)
        for number, row in enumerate(cursor, start=1):
            for index, value in enumerate(row):
                if index >= 14:
                    if value is not None:
                        sheet.write_datetime(number, index, value, day)
                elif value:
                    sheet.write_string(number, index, value, text)
    return number


def csv(connection: Any, path: Path) -> int:
    make_places(connection)
    with path.open("wb") as file, connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({QUERY}) TO STDOUT WITH (FORMAT csv)", file)
        return cursor.rowcount
