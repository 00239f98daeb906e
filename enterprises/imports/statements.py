"""The SQL of the import. Temporary tables live until the transaction ends; an unchanged row is never rewritten.

`import_row` holds what the file says (an empty cell is null and leaves what stands), `import_match` what each good
row is in the register: new, changed or unchanged, or a reason (`fault`) why it cannot be taken. A list that brings
several things of one shop tells them apart by `part`: the first row of the shop speaks for it, the others (`again`)
only belong to it.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from bureau.common import clock
from bureau.common.search import pinyin
from bureau.formbuilder.tabular.copying import copy_rows
from bureau.regions.models import Region
from enterprises.models import unit_for

ENTERPRISE, PERSON = "enterprises_enterprise", "enterprises_person"
#: Columns that the register takes as the file has them: name in the file → SQL type.
PLAIN = {
    "uscc": "varchar(18)", "name": "varchar(120)", "kind": "varchar(12)", "registered_region_id": "bigint",
    "operating_region_id": "bigint", "operating_address": "varchar(200)", "home_county_id": "bigint",
    "relation": "varchar(10)", "phone": "varchar(20)", "second_phone": "varchar(20)", "industry": "varchar(5)",
    "opened_on": "date", "closed_on": "date",
}  # fmt: skip
PEOPLE = {"operator": "text", "operator_secret": "text", "operator_index": "text", "actual_operator": "text"}
STAGED = ("row", "key", "part", "good", *PLAIN, *PEOPLE)
PLAIN_KEYS = tuple(name.removesuffix("_id") for name in PLAIN)
OWN_KEYS = frozenset({*PLAIN_KEYS, "operator", "operator_id", "actual_operator"})
LISTED, SAMPLE = 20_000, 1_000

_TEXTS = ("operating_address", "relation", "phone", "second_phone", "industry")


def _differs(column: str) -> str:
    return f"(r.{column} IS NOT NULL AND r.{column} IS DISTINCT FROM e.{column})"


_DIFFERENT = {
    **{column: _differs(column) for column in PLAIN},
    "operator": "(r.operator IS NOT NULL AND r.operator IS DISTINCT FROM op.name"
                " OR r.operator_index IS NOT NULL AND r.operator_index IS DISTINCT FROM op.id_index)",
    "actual_operator": "(r.actual_operator IS NOT NULL AND r.actual_operator IS DISTINCT FROM ao.name)",
}
_OUTCOME = f"CASE WHEN e.id IS NULL THEN 'new' WHEN {' OR '.join(_DIFFERENT.values())} THEN 'changed' ELSE 'unchanged' END"
_JOINS = f"LEFT JOIN {PERSON} op ON op.id = e.operator_id LEFT JOIN {PERSON} ao ON ao.id = e.actual_operator_id"


def _run(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def create_staging() -> None:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in {**PLAIN, **PEOPLE}.items())
    _run("SET LOCAL statement_timeout = 0")
    _run("DROP TABLE IF EXISTS import_row, import_match, import_py, import_id, import_person, import_office")
    # Keys are only told apart, so their bytes may order them: a tenth of the time.
    _run(
        f"""CREATE TEMP TABLE import_row (
            "row" int, key text COLLATE "C", part text COLLATE "C", good boolean, {columns}) ON COMMIT DROP"""
    )


def match(scope: str, visible: tuple[str, tuple[Any, ...]] | None, *, numbered: bool) -> None:
    """Find each good row in the register, by its code, else by name, place and operator; then look for what only
    the whole file or the register shows. `scope` is the column of the region of scope; `numbered`: the list has the
    identity numbers of operators."""
    _run("ANALYZE import_row")
    _run(
        f"""CREATE TEMP TABLE import_match ON COMMIT DROP AS
        SELECT r.*, r.{scope}_id AS scope_id, e.id AS enterprise_id, {_OUTCOME} AS outcome,
               CASE WHEN r.first < r.row THEN 'twice' WHEN e.state = 'merged' THEN 'merged' END AS fault,
               CASE WHEN r.first < r.row THEN r.first::text ELSE '' END AS detail
        FROM (SELECT *, min(row) OVER (PARTITION BY key, part) AS first,
                     min(row) FILTER (WHERE good) OVER (PARTITION BY key) AS lead FROM import_row) r
        LEFT JOIN {ENTERPRISE} e ON e.uscc = r.uscc {_JOINS}
        WHERE r.good"""
    )
    _match_by_name()
    _run(
        """UPDATE import_match m SET outcome = 'again',
               fault = CASE WHEN m.name IS DISTINCT FROM o.name OR m.operator IS DISTINCT FROM o.operator
                                 OR m.home_county_id IS DISTINCT FROM o.home_county_id THEN 'differs' ELSE m.fault END,
               detail = CASE WHEN m.fault IS NULL THEN o.row::text ELSE m.detail END
        FROM import_match o WHERE o.row = m.lead AND m.lead < m.row AND m.fault IS NULL"""
    )
    if visible:
        sql, params = visible
        _run(
            f"UPDATE import_match SET fault = 'foreign' WHERE fault IS NULL AND enterprise_id IS NOT NULL"
            f" AND enterprise_id NOT IN ({sql})",
            params,
        )
    _run(
        f"""UPDATE import_match m SET fault = 'order' FROM {ENTERPRISE} e
        WHERE e.id = m.enterprise_id AND m.fault IS NULL AND m.outcome = 'changed'
          AND coalesce(m.closed_on, e.closed_on) < coalesce(m.opened_on, e.opened_on)"""
    )
    if numbered:
        _compare_numbers()
    _run(
        """UPDATE import_match m SET fault = 'lead' FROM import_match o
        WHERE m.outcome = 'again' AND m.fault IS NULL AND o.row = m.lead AND o.fault IS NOT NULL"""
    )


def _compare_numbers() -> None:
    """One identity number, two names: in the register, or within the list."""
    _run(
        f"""UPDATE import_match m SET fault = 'person' FROM {PERSON} p
        WHERE m.fault IS NULL AND p.id_index = m.operator_index AND p.name <> m.operator"""
    )
    _run(
        """UPDATE import_match m SET fault = 'person' FROM import_match o
        WHERE m.fault IS NULL AND o.operator_index = m.operator_index AND o.row < m.row AND o.operator <> m.operator"""
    )


def _match_by_name() -> None:
    """Rows or shops without a code: the same name, place and operator are the same shop; two such are a fault."""
    _run(
        f"""WITH found AS (
            SELECT r.row, min(e.id) AS id, count(*) AS many
            FROM import_match r
            JOIN {ENTERPRISE} e ON e.name = r.name AND e.operating_region_id IS NOT DISTINCT FROM r.operating_region_id
            JOIN {PERSON} p ON p.id = e.operator_id AND p.name = r.operator
            WHERE r.enterprise_id IS NULL AND (r.uscc IS NULL OR e.uscc IS NULL) AND e.state <> 'merged'
            GROUP BY r.row)
        UPDATE import_match m SET enterprise_id = e.id, outcome = {_OUTCOME},
               fault = CASE WHEN found.many > 1 THEN 'several' ELSE m.fault END
        FROM found JOIN import_match r ON r.row = found.row JOIN {ENTERPRISE} e ON e.id = found.id {_JOINS}
        WHERE m.row = found.row"""
    )


def faults() -> list[tuple[int, str, str]]:
    """(row, kind, detail) of rows that are wrong only beside other rows."""
    return _run("SELECT row, fault, detail FROM import_match WHERE fault IS NOT NULL ORDER BY row")


def counts() -> dict[str, int]:
    return dict(_run("SELECT outcome, count(*) FROM import_match WHERE fault IS NULL GROUP BY outcome"))


def lines() -> list[tuple[int, str, str, str]]:
    """(row, name, outcome, columns that change): changes first, at most LISTED rows, for the row report; of rows that
    stand in the register as they are, a sample is enough."""
    labels = {
        "uscc": _("Unified social credit code"), "name": _("Name of the enterprise"), "kind": _("Kind"),
        "registered_region_id": _("Registered place"), "operating_region_id": _("Place of operation"),
        "operating_address": _("Address"), "home_county_id": _("Home county"), "phone": _("Phone"),
        "relation": _("Relation to the operator"), "second_phone": _("Second phone"), "industry": _("Industry code"),
        "opened_on": _("Opened on"), "closed_on": _("Closed on"), "operator": _("Operator on the license"),
        "actual_operator": _("Actual operator"),
    }
    cases = ", ".join(f"CASE WHEN {_DIFFERENT[key]} THEN %s END" for key in labels)
    return _run(
        f"""WITH listed AS (
            (SELECT * FROM import_match WHERE fault IS NULL AND outcome IN ('new', 'changed')
             ORDER BY CASE outcome WHEN 'changed' THEN 1 ELSE 2 END, row LIMIT {LISTED})
            UNION ALL
            (SELECT * FROM import_match WHERE fault IS NULL AND outcome = 'unchanged' ORDER BY row LIMIT {SAMPLE}))
        SELECT r.row, r.name, r.outcome,
               CASE r.outcome WHEN 'changed' THEN concat_ws('、', {cases}) ELSE '' END
        FROM listed r LEFT JOIN {ENTERPRISE} e ON e.id = r.enterprise_id {_JOINS}
        ORDER BY CASE r.outcome WHEN 'changed' THEN 1 WHEN 'new' THEN 2 ELSE 3 END, r.row""",
        list(labels.values()),
    )


def enterprises() -> dict[int, int]:
    """Sheet row → primary key, for good rows that stand in the register."""
    return dict(_run("SELECT row, enterprise_id FROM import_match WHERE fault IS NULL AND enterprise_id IS NOT NULL"))


def write(*, by: int, source: Any) -> None:
    """Save the good rows: people first, then new enterprises in one INSERT and changed ones in one UPDATE."""
    _run("SELECT pg_advisory_xact_lock(hashtext('enterprises.import'))")
    _copy_pinyin()
    _offices()
    _write_people()
    _insert(by, source)
    _count_anew()
    _update()


def _copy_pinyin() -> None:
    """Pinyin of the names that are new, in chunks; unchanged names are not read again."""
    _run('CREATE TEMP TABLE import_py ("row" int, py text, initials text) ON COMMIT DROP')
    last = 0
    while names := _run(
        f"""SELECT r.row, r.name FROM import_match r LEFT JOIN {ENTERPRISE} e ON e.id = r.enterprise_id
        WHERE r.fault IS NULL AND r.row > %s AND r.name IS DISTINCT FROM e.name AND r.outcome IN ('new', 'changed')
        ORDER BY r.row LIMIT 50000""",
        [last],
    ):
        copy_rows("import_py", ("row", "py", "initials"), _spelled(names))
        last = names[-1][0]
    _run("ANALYZE import_py")


def _spelled(names: list[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    for row, name in names:
        full, initials = pinyin(name)
        yield row, full, initials


def _write_people() -> None:
    """One person per identity number; without a number, one per shop whose operator is new or another name."""
    taken = "r.fault IS NULL AND r.outcome IN ('new', 'changed')"
    known = f"FROM import_match r LEFT JOIN {ENTERPRISE} e ON e.id = r.enterprise_id {_JOINS}"
    _run(
        f"""UPDATE {PERSON} p SET id_number = s.operator_secret, id_index = s.operator_index
        FROM (SELECT DISTINCT ON (r.operator_index) r.*, op.id AS person_id {known}
              WHERE {taken} AND r.operator_index IS NOT NULL AND op.name = r.operator AND op.id_index IS NULL
                AND NOT EXISTS (SELECT 1 FROM {PERSON} x WHERE x.id_index = r.operator_index)
              ORDER BY r.operator_index, r.row) s
        WHERE p.id = s.person_id"""
    )
    _run(
        f"""INSERT INTO {PERSON} (name, id_number, id_index, phone, home_county_id)
        SELECT DISTINCT ON (r.operator_index) r.operator, r.operator_secret, r.operator_index, coalesce(r.phone, ''),
               r.home_county_id {known}
        WHERE {taken} AND r.operator_index IS NOT NULL ORDER BY r.operator_index, r.row
        ON CONFLICT (id_index) DO NOTHING"""
    )
    serial = f"nextval(pg_get_serial_sequence('{PERSON}', 'id'))"
    _run(
        f"""CREATE TEMP TABLE import_person ON COMMIT DROP AS
        SELECT r.row, 'operator' AS role, {serial} AS id, r.operator AS name, coalesce(r.phone, '') AS phone,
               r.home_county_id, true AS fresh {known}
        WHERE {taken} AND r.operator IS NOT NULL AND r.operator_index IS NULL AND r.operator IS DISTINCT FROM op.name
        UNION ALL
        SELECT r.row, 'actual', {serial}, r.actual_operator, '', NULL, true {known}
        WHERE {taken} AND r.actual_operator IS NOT NULL AND r.actual_operator IS DISTINCT FROM ao.name
        UNION ALL
        SELECT r.row, 'operator', p.id, p.name, '', NULL, false
        FROM import_match r JOIN {PERSON} p ON p.id_index = r.operator_index WHERE {taken}"""
    )
    _run(
        f"""INSERT INTO {PERSON} (id, name, phone, home_county_id)
        SELECT id, name, phone, home_county_id FROM import_person WHERE fresh"""
    )
    _run("ANALYZE import_person")


_ADDED = """LEFT JOIN import_py y ON y.row = r.row
    LEFT JOIN import_office o ON o.scope_id IS NOT DISTINCT FROM r.scope_id
    LEFT JOIN import_person po ON po.row = r.row AND po.role = 'operator'
    LEFT JOIN import_person pa ON pa.row = r.row AND pa.role = 'actual'"""


def _offices() -> None:
    """The office of each region that occurs: a dozen, however many rows."""
    _run("CREATE TEMP TABLE import_office (scope_id bigint, unit_id bigint) ON COMMIT DROP")
    seen = _run("SELECT DISTINCT scope_id FROM import_match WHERE scope_id IS NOT NULL")
    regions = Region.objects.in_bulk([pk for (pk,) in seen])
    bureau = unit_for(None)
    rows = [(None, bureau.pk)] if bureau else []
    rows += [(pk, office.pk) for pk, region in regions.items() if (office := unit_for(region))]
    copy_rows("import_office", ("scope_id", "unit_id"), rows)


def _insert(by: int, source: Any) -> None:
    _run(
        f"""CREATE TEMP TABLE import_id ON COMMIT DROP AS
        SELECT row, nextval(pg_get_serial_sequence('{ENTERPRISE}', 'id')) AS id
        FROM (SELECT row FROM import_match WHERE fault IS NULL AND outcome = 'new' ORDER BY row) ordered"""
    )
    columns = [*PLAIN, "state", "region_id", "unit_id", "operator_id", "actual_operator_id", "name_py", "name_initials",
               "version", "entered_by_id", "channel", "source_id", "effective_date", "recorded_at"]
    values = [f"coalesce(r.{c}, '')" if c in _TEXTS else f"r.{c}" for c in PLAIN]
    values[list(PLAIN).index("kind")] = (
        "coalesce(r.kind, CASE left(r.uscc, 2) WHEN '91' THEN 'company' WHEN '92' THEN 'individual'"
        " WHEN '93' THEN 'cooperative' ELSE 'other' END)"
    )
    values += ["CASE WHEN r.closed_on IS NULL THEN 'active' ELSE 'closed' END", "r.scope_id", "o.unit_id", "po.id", "pa.id",
               "coalesce(y.py, '')", "coalesce(y.initials, '')", "1", "%(by)s", "'imported'", "%(source)s",
               "coalesce(r.opened_on, %(today)s)", "%(now)s"]
    _run(
        f"""INSERT INTO {ENTERPRISE} (id, {", ".join(columns)})
        SELECT i.id, {", ".join(values)} FROM import_id i JOIN import_match r ON r.row = i.row {_ADDED}""",
        {"by": by, "source": source, "today": clock.today(), "now": clock.now()},
    )
    # A shop's first row is its own lead. One equality: with OR, each row would be compared with every other.
    _run("UPDATE import_match m SET enterprise_id = i.id FROM import_id i WHERE i.row = m.lead AND m.fault IS NULL")


def _count_anew() -> None:
    """Where an import into an empty register was cut, PostgreSQL has counted no shops, and autovacuum counts anew too
    late: whatever comes next would be planned as if there were none, and compare each shop with every row of a file."""
    if _run("SELECT 1 FROM import_id OFFSET %s LIMIT 1", [SAMPLE]):
        _run(f"ANALYZE {PERSON}, {ENTERPRISE}")


def _update() -> None:
    sets = [f"{column} = coalesce(r.{column}, e.{column})" for column in PLAIN]
    _run(
        f"""UPDATE {ENTERPRISE} e SET {", ".join(sets)},
            state = CASE WHEN r.closed_on IS NOT NULL AND e.state = 'active' THEN 'closed' ELSE e.state END,
            region_id = coalesce(r.scope_id, e.region_id),
            unit_id = CASE WHEN r.scope_id IS NULL THEN e.unit_id ELSE o.unit_id END,
            operator_id = coalesce(po.id, e.operator_id),
            actual_operator_id = coalesce(pa.id, e.actual_operator_id),
            name_py = coalesce(y.py, e.name_py), name_initials = coalesce(y.initials, e.name_initials),
            version = e.version + 1
        FROM import_match r {_ADDED}
        WHERE e.id = r.enterprise_id AND r.fault IS NULL AND r.outcome = 'changed'"""
    )
