"""Rows of a list into the register, set-based: one COPY, a few statements, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.enums import UnitKind
from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.common.crypto import blind_index, encrypt
from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.copying import copy_rows
from bureau.formbuilder.tabular.importers import (
    CHANGED,
    NEW,
    UNCHANGED,
    Importer,
    Outcome,
)
from bureau.formbuilder.tabular.rows import Fault, Row
from enterprises.imports import statements
from enterprises.imports.columns import enterprise_columns
from enterprises.imports.places import Places
from enterprises.models import Enterprise, scope_field

if TYPE_CHECKING:
    from bureau.formbuilder.tabular.models import ImportRun


@dataclass
class Upserted(Outcome):
    """What the rows are in the register. `enterprises` is sheet row → primary key of every good row that stands
    there now (in a trial: already stands there); `extra` is sheet row → values of columns that are not ours."""

    enterprises: dict[int, int] = field(default_factory=dict)
    extra: dict[int, dict[str, Any]] = field(default_factory=dict)


class EnterpriseImporter(Importer):
    """Subclass it where a list brings more than enterprises: add columns, and use what `upsert` answers. A list that
    brings several things of one shop sets `part` in each row's values, which tells them apart."""

    key = "enterprises"
    label = gettext_lazy("Enterprises")
    note = gettext_lazy("Shops and companies for the register; those that stand there already are brought up to date.")
    permission = Permission.ENTERPRISE_IMPORT

    def columns(self, run: ImportRun) -> Sequence[Column]:
        self.places = Places()
        return enterprise_columns(self.places)

    def load(self, rows: Iterable[Row], *, run: ImportRun, by: User, write: bool, report: Any) -> Outcome:
        return self.upsert(rows, run=run, by=by, write=write)

    def upsert(
        self, rows: Iterable[Row], *, run: ImportRun, by: User, write: bool, keep_extra: bool = False
    ) -> Upserted:
        """Stage, judge and, with `write`, save the good rows, in the caller's transaction. With `keep_extra` the
        answer holds what other columns say, and which enterprise each row is."""
        staging = _Staging(self.places, set(run.mapping.values()), self.permission, by, keep_extra)
        statements.create_staging()
        copy_rows("import_row", statements.STAGED, staging.lines(rows))
        found = staging.outcome
        statements.match(scope_field(), _visible_sql(by, self.permission), numbered=staging.numbered)
        found.faults += [_relation_fault(staging, *fault) for fault in statements.faults()]
        counts = statements.counts()
        found.new, found.changed, found.unchanged = (counts.get(key, 0) for key in (NEW, CHANGED, UNCHANGED))
        found.lines = statements.lines()
        if write and (found.new or found.changed):
            statements.write(by=by.pk, source=run.file_id)
        if keep_extra:
            found.enterprises = statements.enterprises()
            taken = {fault.row for fault in found.faults}
            found.extra = {row: values for row, values in found.extra.items() if row not in taken}
        return found


class _Staging:
    """Turns parsed rows into lines of the staging table, and collects what is wrong with single rows."""

    def __init__(self, places: Places, mapped: set[str], permission: Permission, by: User, keep_extra: bool) -> None:
        self.places, self.mapped, self.keep_extra = places, mapped, keep_extra
        self.scope = scope_field()
        self.territory = _territory(by, permission)
        self.heads: dict[str, str] = {}
        self.numbered = False  # does any good row have an identity number?
        self.outcome = Upserted()

    def lines(self, rows: Iterable[Row]) -> Iterator[tuple[Any, ...]]:
        derive = "operating_region" not in self.mapped
        outcome = self.outcome
        for row in rows:
            values = row.values
            outcome.rows += 1
            self.heads = row.part.heads
            if derive:
                address = values.get("operating_address")
                values["operating_region"] = (
                    self.places.of_address(address) if address else None
                ) or values.get("registered_region")
            faults = row.faults or list(self._row_faults(row))
            if faults:
                outcome.faults += faults
            if self.keep_extra and not faults:
                outcome.extra[row.number] = {k: v for k, v in values.items() if k not in statements.OWN_KEYS}
            yield self._line(row.number, values, not faults)

    def _row_faults(self, row: Row) -> Iterator[Fault]:
        values = row.values
        if bool(values.get("actual_operator")) != bool(values.get("relation")):
            yield Fault(row.number, _("Actual operator"), values.get("actual_operator") or "",
                        _("The actual operator and the relation to the operator belong together."))
        opened, closed = values.get("opened_on"), values.get("closed_on")
        if opened and closed and closed < opened:
            yield Fault(row.number, row.part.heads.get("closed_on") or _("Closed on"), str(closed), _("The shop closed before it opened."))
        if self.territory is not None and not self._is_ours(values):
            yield Fault(row.number, row.part.heads.get("home_county") or _("Home county"), "", _("This shop does not belong to your area."))

    def _is_ours(self, values: dict[str, Any]) -> bool:
        """A row is ours by its region of scope or its place of operation."""
        paths = [self.places.path(values.get(key)) for key in (self.scope, "operating_region")]
        return any(path.startswith(own) for path in paths if path for own in self.territory or ())

    def _line(self, number: int, values: dict[str, Any], good: bool) -> tuple[Any, ...]:
        get = values.get
        uscc, name, operator = get("uscc"), get("name"), get("operator")
        key = uscc or (f"{name}|{get('operating_region') or ''}|{operator or ''}" if name else None)
        part = get("part") or ""
        if not good:
            return (number, key, part, False, *(None,) * (len(statements.STAGED) - 4))
        if secret := get("operator_id"):
            self.numbered = True
        return (
            number, key, part, True, *map(get, statements.PLAIN_KEYS), operator,
            encrypt(secret) if secret else None, blind_index(secret, "id") if secret else None,
            get("actual_operator"),
        )


def _territory(by: User, permission: Permission) -> list[str] | None:
    """Paths of the regions whose shops `by` may import; None where he may import any."""
    units = by.granted_units(permission)
    if any(unit.kind in (UnitKind.BUREAU, UnitKind.SECTION) for unit in units):
        return None
    return [unit.region.path for unit in units]


def _visible_sql(by: User, permission: Permission) -> tuple[str, tuple[Any, ...]] | None:
    """A sub-select of the enterprises that `by` may change; None where he may change any."""
    if _territory(by, permission) is None:
        return None
    return Enterprise.objects.visible_to(by).order_by().values("pk").query.sql_with_params()


def _relation_fault(staging: _Staging, row: int, kind: str, detail: str) -> Fault:
    """Faults that only the whole file or the register shows."""
    heads = staging.heads
    code = heads.get("uscc") or _("Unified social credit code")
    name = heads.get("name") or _("Name of the enterprise")
    if kind == "twice":
        return Fault(row, code if "uscc" in staging.mapped else name, "",
                     _("This shop stands in row %(row)s already.") % {"row": detail})
    if kind == "differs":
        return Fault(row, name, "", _("In row %(row)s this shop has another name, operator or county.") % {"row": detail})
    if kind == "lead":
        return Fault(row, name, "", _("Correct row %(row)s first: it is the first of this shop.") % {"row": detail})
    if kind == "merged":
        return Fault(row, code, "", _("This shop has been merged into another: enter the code of that one."))
    if kind == "order":
        return Fault(row, heads.get("closed_on") or _("Closed on"), "", _("The shop closed before it opened."))
    if kind == "foreign":
        return Fault(row, code, "", _("This shop is in the register of another area."))
    if kind == "person":
        return Fault(row, heads.get("operator_id") or _("Identity number of the operator"), "",
                     _("In the register this identity number belongs to another name."))
    return Fault(row, name, "", _("Several shops in the register match this row: enter the code."))
