"""The grid in which an office enters trainees, and what a row of it cannot know by itself."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bureau.workflow import NotDone
from enterprises.models import Person
from enterprises.people import PersonRow, misnamed
from training.placements import actions
from training.placements.forms import TraineeForm
from training.placements.models import Agreement, Placement
from training.rows import RowGrid


def person_row(data: dict) -> PersonRow:
    return PersonRow(name=data["name"], id_number=data["id_number"], phone=data.get("phone") or "")


def trainee_of(data: dict) -> actions.Trainee:
    return actions.Trainee(
        person_row(data), data["starts_on"], data["ends_on"], data.get("account") or "", data.get("bank") or ""
    )


class TraineeGrid(RowGrid):
    """Trainees of an agreement."""

    def __init__(self, agreement: Agreement, user, data=None):
        self.agreement, self.user = agreement, user
        super().__init__(data)

    def row_form(self, data, prefix):
        return TraineeForm(data, prefix=prefix, agreement=self.agreement)

    def check(self, filled):
        check(filled)

    def save(self) -> int:
        """How many were placed; 0 where something is wrong."""
        if not self.is_valid():
            return 0
        try:
            return len(actions.place(
                agreement=self.agreement, trainees=[trainee_of(form.cleaned_data) for form in self.filled], by=self.user
            ))
        except ValidationError as error:
            self.errors = error.messages
        except NotDone as refusal:
            self.errors = refusal.reasons
        return 0


def check(forms: list[TraineeForm]) -> None:
    """What one row cannot know: the same person twice, another name in the register, another shop on these days.
    Three queries whatever the number of rows."""
    people = [person_row(form.cleaned_data) for form in forms]
    wrong, seen = misnamed(people), set()
    known = Person.objects.in_bulk([row.index for row in people], field_name="id_index")
    wanted = [
        Placement(person=known[row.index], starts_on=form.cleaned_data["starts_on"],
                  ends_on=form.cleaned_data["ends_on"])
        for row, form in zip(people, forms, strict=True) if row.index in known
    ]
    elsewhere = actions.overlapping(wanted)
    for row, form in zip(people, forms, strict=True):
        if row.index in seen:
            form.add_error("id_number", _("This person stands in the list twice."))
        elif row.index in wrong:
            form.add_error("name", _("This identity number is registered under another name."))
        elif row.index in known and (other := elsewhere.get(known[row.index].pk)):
            form.add_error("id_number", actions.overlap_message(other))
        seen.add(row.index)
