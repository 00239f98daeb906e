"""A list into the register by hand: COPY, one statement that judges, pinyin from the character table, one upsert."""

import csv
import io
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from bureau.accounts.models import SiteProfile
from bureau.common import clock
from bureau.common.search import pinyin

RAW = ("name", "uscc", "kind", "registered", "operating", "address", "operator", "home", "phone", "second", "industry",
       "opened")
BATCH = 5_000

#: Each region by its whole name: 贵州省黔南布依族苗族自治州都匀市; China itself is not said.
PLACES = """CREATE TEMP TABLE floor_place ON COMMIT DROP AS
    WITH RECURSIVE named AS (
        SELECT id, parent_id, '' AS name, path, valid_to FROM regions_region WHERE path = '001.'
        UNION ALL
        SELECT r.id, r.parent_id, n.name || r.name_zh, r.path, r.valid_to FROM regions_region r JOIN named n ON n.id = r.parent_id)
    SELECT name, min(id) AS id FROM named WHERE valid_to IS NULL GROUP BY name"""
HOMES = """CREATE TEMP TABLE floor_home ON COMMIT DROP AS
    SELECT name_zh AS name, id FROM regions_region WHERE parent_id = %s AND valid_to IS NULL"""
#: The check digit of a social credit code, in numbers.
CHECKED = """
CREATE FUNCTION pg_temp.uscc_adds_up(code text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT code ~ '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$' AND (
        SELECT sum((strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(code, n, 1)) - 1)
               * (ARRAY[1,3,9,27,19,26,16,17,20,29,25,13,8,24,10,30,28,1])[n]) FROM generate_series(1, 18) n) % 31 = 0
$$"""
JUDGED = """CREATE TEMP TABLE floor_row ON COMMIT DROP AS
    SELECT r.row, r.name, r.uscc, CASE r.kind WHEN '个体工商户' THEN 'individual' WHEN '企业' THEN 'company' END AS kind,
           reg.id AS registered_region_id, op.id AS operating_region_id, r.address AS operating_address,
           home.id AS home_county_id, r.phone, r.second AS second_phone, r.industry, r.opened::date AS opened_on,
           r.operator, r.fault OR reg.id IS NULL OR op.id IS NULL OR home.id IS NULL
             OR row_number() OVER (PARTITION BY r.uscc ORDER BY r.row) > 1 AS fault
    FROM (SELECT *, coalesce(
              name = '' OR operator = '' OR NOT pg_temp.uscc_adds_up(uscc) OR phone !~ '^1[3-9][0-9]{9}$'
              OR second !~ '^1[3-9][0-9]{9}$' OR NOT pg_input_is_valid(opened, 'date'), true) AS fault
          FROM floor_raw OFFSET 0) r
    LEFT JOIN floor_place reg ON reg.name = r.registered
    LEFT JOIN floor_place op ON op.name = r.operating
    LEFT JOIN floor_home home ON home.name = r.home"""
COLUMNS = ("name", "kind", "registered_region_id", "operating_region_id", "operating_address", "home_county_id", "phone",
           "second_phone", "industry", "opened_on")


def load(lines: Iterable[list[Any]] | Path, by: int, source: Any) -> dict[str, int]:
    """New, changed and unchanged shops, and faults; in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE floor_raw (row serial, {', '.join(f'{name} text' for name in RAW)}) ON COMMIT DROP")
        _copy(cursor, lines)
        cursor.execute(PLACES)
        cursor.execute(HOMES, [SiteProfile.get().root_id])
        cursor.execute(CHECKED)
        cursor.execute("ANALYZE floor_raw")
        cursor.execute(JUDGED)
        cursor.execute("ANALYZE floor_row")
        cursor.execute(f"""CREATE TEMP TABLE floor_found ON COMMIT DROP AS
            SELECT r.*, e.id AS enterprise_id, e.operator_id, p.name IS DISTINCT FROM r.operator AS other_person,
                   e.id IS NOT NULL AND NOT ({_differs()}) AND p.name = r.operator AS same
            FROM floor_row r LEFT JOIN enterprises_enterprise e ON e.uscc = r.uscc
            LEFT JOIN enterprises_person p ON p.id = e.operator_id WHERE NOT r.fault""")
        _spell(cursor)
        counts = _write(cursor, by, source)
        cursor.execute("SELECT count(*) FROM floor_row WHERE fault")
        return {**counts, "wrong": cursor.fetchone()[0]}


def _differs() -> str:
    mine, theirs = (", ".join(f"{alias}.{name}" for name in COLUMNS) for alias in ("r", "e"))
    return f"({mine}) IS DISTINCT FROM ({theirs})"


def _copy(cursor: Any, lines: Iterable[list[Any]] | Path) -> None:
    names = ", ".join(RAW)
    if isinstance(lines, Path):
        with lines.open("rb") as file:
            cursor.copy_expert(f"COPY floor_raw ({names}) FROM STDIN WITH (FORMAT csv, HEADER)", file)
        return
    waiting = iter(lines)
    while batch := list(islice(waiting, BATCH)):
        out = io.StringIO()
        csv.writer(out).writerows(batch)
        cursor.copy_expert(f"COPY floor_raw ({names}) FROM STDIN WITH (FORMAT csv)", io.BytesIO(out.getvalue().encode()))


def _spell(cursor: Any) -> None:
    cursor.execute("CREATE TEMP TABLE floor_py (row int, py text, initials text) ON COMMIT DROP")
    cursor.execute("SELECT row, name FROM floor_found WHERE NOT same")
    spelled = (f"{row}\t{py}\t{initials}" for row, name in cursor.fetchall() for py, initials in [pinyin(name)])
    while batch := list(islice(spelled, BATCH)):
        cursor.copy_expert("COPY floor_py FROM STDIN", io.BytesIO("\n".join([*batch, ""]).encode()))
    cursor.execute("ANALYZE floor_py")


def _write(cursor: Any, by: int, source: Any) -> dict[str, int]:
    """People where the operator is new, then one upsert that touches only rows that differ."""
    cursor.execute("""CREATE TEMP TABLE floor_person ON COMMIT DROP AS
        SELECT row, nextval(pg_get_serial_sequence('enterprises_person', 'id')) AS id, operator, phone, home_county_id
        FROM floor_found WHERE other_person""")
    cursor.execute("""INSERT INTO enterprises_person (id, name, phone, home_county_id)
        SELECT id, operator, phone, home_county_id FROM floor_person""")
    names = ", ".join(COLUMNS)
    sets = ", ".join(f"{name} = EXCLUDED.{name}" for name in (*COLUMNS, "operator_id", "name_py", "name_initials"))
    cursor.execute(
        f"""INSERT INTO enterprises_enterprise AS e (uscc, {names}, relation, state, region_id, unit_id, operator_id,
            name_py, name_initials, version, entered_by_id, channel, source_id, effective_date, recorded_at)
        SELECT r.uscc, {", ".join(f"r.{name}" for name in COLUMNS)}, '', 'active', r.home_county_id, u.id,
               coalesce(p.id, r.operator_id), y.py, y.initials, 1, %(by)s, 'imported', %(source)s, r.opened_on, %(now)s
        FROM floor_found r LEFT JOIN floor_py y ON y.row = r.row LEFT JOIN floor_person p ON p.row = r.row
        LEFT JOIN accounts_unit u ON u.region_id = r.home_county_id WHERE NOT r.same
        ON CONFLICT (uscc) DO UPDATE SET {sets}""",
        {"by": by, "source": source, "now": clock.now()},
    )
    cursor.execute("""SELECT count(*) FILTER (WHERE enterprise_id IS NULL),
        count(*) FILTER (WHERE enterprise_id IS NOT NULL AND NOT same), count(*) FILTER (WHERE same) FROM floor_found""")
    return dict(zip(("new", "changed", "unchanged"), cursor.fetchone(), strict=True))
