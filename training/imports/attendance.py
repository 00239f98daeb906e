"""Attendance sheets as offices keep them (签到表): each sheet is a session with its participants and their marks."""

from collections.abc import Iterable
from itertools import groupby

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.models import SiteProfile
from bureau.accounts.roles import Permission
from bureau.common import clock
from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.importers import CHANGED, NEW, UNCHANGED, Importer, Outcome
from bureau.formbuilder.tabular.rows import Fault, Row
from bureau.regions.gazetteer import gazetteer
from enterprises.people import PersonRow, misnamed
from training import permissions
from training.actions import rosters
from training.enums import WORDS
from training.imports import heading

HALF_DAYS = r"第\s*\d{1,2}\s*天\s*(?:上午|下午)"


def read_mark(text: str) -> str:
    """A sign of the sheet as a mark; "" is absent."""
    try:
        return WORDS[text.strip()]
    except KeyError:
        raise ValidationError(_("Write √ for present, the sign for leave, or nothing.")) from None


class AttendanceImporter(Importer):
    key = "training.attendance"
    label = gettext_lazy("Attendance sheets of training sessions")
    note = gettext_lazy(
        "One sheet for each session: title, days and place above the heads, the half-days across."
    )
    permission = Permission.TRAINING_EDIT
    takes_sheets = True

    def columns(self, run):
        return [
            Column("name", gettext_lazy("Name"), aliases=("姓名", "学员姓名", "学员"), required=True, essential=True,
                   max_length=60, example="马文明"),
            Column("id_number", gettext_lazy("Identity number"), "id_number", ("身份证号", "身份证号码", "公民身份号码"),
                   required=True, essential=True, example="630224198001010018"),
            Column("home", gettext_lazy("Home county"), "region", ("户籍", "户籍地", "户籍县", "户籍县区", "籍贯", "县区"),
                   example="化隆县"),
            Column("phone", gettext_lazy("Phone"), "phone", ("电话", "联系电话", "手机", "手机号"), example="13900001111"),
            Column("marks", gettext_lazy("Half-days"), "text", clean=read_mark, many=HALF_DAYS, example="√",
                   example_head="第1天上午"),
        ]

    def load(self, rows: Iterable[Row], *, run, by, write, report) -> Outcome:
        """Sheet by sheet; what is wrong with a sheet as a whole is a fault of each of its rows."""
        told = Outcome(lines=[])
        for _name, sheet in groupby(rows, key=lambda row: row.part.name):
            self._sheet(list(sheet), told, run=run, by=by, write=write, report=report)
        return told

    def _sheet(self, rows: list[Row], told: Outcome, *, run, by, write, report) -> None:
        told.rows += len(rows)
        part = rows[0].part
        heads = [head for row in rows[:1] for head in row.values.get("marks") or {}]
        try:
            head = heading.read(part.above, heads)
            keys = {name: head.key(name) for name in heads}
            session = rosters.find(head.title, head.begins_on)
            if reasons := self._reasons(session, head, by):
                raise ValidationError(reasons)
        except ValidationError as error:
            told.faults += [Fault(row.number, "", "", " ".join(error.messages), part.mark) for row in rows]
            return
        lines = self._judge(rows, told, keys, session, head)
        report.step(told.rows, told.rows, _("Checking the rows"))
        if write and any(outcome != UNCHANGED for _row, _line, outcome in lines):
            rosters.write(
                session, head, [line for _row, line, _outcome in lines], by=by, source=run.file
            )

    def _reasons(self, session, head, by) -> list[str]:
        if session is None:
            return [] if by.granted_units(Permission.TRAINING_EDIT) else [_("Your role does not include this.")]
        if reasons := permissions.edit_reasons(session, by):
            return reasons
        if session.is_livestream or session.ends_on != head.ends_on:
            return [_("A session with this title and first day is kept here with another last day.")]
        return []

    def _judge(self, rows, told, keys, session, head) -> list[tuple[Row, rosters.Line, str]]:
        homes = _homes(rows)
        people = [_person(row, homes) for row in rows]
        wrong = misnamed(person for person in people if person)
        known = rosters.standing(session, [person.index for person in people if person]) if session else {}
        today, seen, lines = clock.today(), {}, []
        for row, person in zip(rows, people, strict=True):
            marks = {keys[name]: mark or "" for name, mark in (row.values.get("marks") or {}).items()}
            faults = [*row.faults, *self._faults(row, person, homes, wrong, seen, known, marks, today)]
            if faults:
                told.faults += faults
                continue
            seen[person.index] = row.number
            line = rosters.Line(person, row.values.get("phone") or "", marks)
            outcome = _outcome(known.get(person.index), marks)
            told.lines.append((row.number, f"{row.part.mark} {person.name}".strip(), outcome, ""))
            name = {NEW: "new", CHANGED: "changed", UNCHANGED: "unchanged"}[outcome]
            setattr(told, name, getattr(told, name) + 1)
            lines.append((row, line, outcome))
        return lines

    def _faults(self, row, person, homes, wrong, seen, known, marks, today):
        def fault(column, value, reason):
            return Fault(row.number, row.part.heads.get(column, ""), value, reason, row.part.mark)

        home = row.values.get("home")
        if home and not homes[home]:
            yield fault("home", home, _("We know no place of this name, or several."))
        if person is None:
            return
        if person.index in wrong:
            yield fault("id_number", "", _("This identity number is registered under another name."))
        elif person.index in seen:
            yield fault("id_number", "", _("This person stands in row %(row)s already.") % {"row": seen[person.index]})
        elif (place := known.get(person.index)) and not place.seated:
            yield fault("name", person.name, _("This person is on the waiting list: raise the number of seats first."))
        if late := sorted(key for key, mark in marks.items() if mark and key[:10] > today.isoformat()):
            yield fault("", late[0][:10], _("There is a mark of a day that has not come yet."))

    def done_url(self, run) -> str:
        return reverse("admin:training_session_changelist")


def _homes(rows) -> dict[str, int | None]:
    """{home as written: key of the region}; places of the bureau's own area come first."""
    names = {row.values.get("home") for row in rows} - {None, ""}
    root = SiteProfile.get().root
    return {name: _one(gazetteer().find(name, root.path)) for name in names}


def _one(found) -> int | None:
    return found[0] if len(found) == 1 else None


def _person(row: Row, homes) -> PersonRow | None:
    """Who the row is about, as far as it could be read."""
    values = row.values
    if not values.get("name") or not values.get("id_number"):
        return None
    return PersonRow(values["name"], values["id_number"], values.get("phone") or "", homes.get(values.get("home")))


def _outcome(place, marks) -> str:
    if place is None:
        return NEW
    same = all(place.marks.get(key, "") == mark for key, mark in marks.items())
    return UNCHANGED if same else CHANGED
