"""The grid in which an office enters trainees, many at once: rows of one form each, all or none."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bureau.workflow import NotDone
from enterprises.models import Person
from enterprises.people import PersonRow, misnamed
from training.placements import actions
from training.placements.forms import TraineeForm
from training.placements.models import Agreement, Placement

BLANK_ROWS = 10
MOST_ROWS = 100  # seven cells each, under the most fields that a request may have


def person_row(data: dict) -> PersonRow:
    return PersonRow(name=data["name"], id_number=data["id_number"], phone=data.get("phone") or "")


def trainee_of(data: dict) -> actions.Trainee:
    return actions.Trainee(
        person_row(data), data["starts_on"], data["ends_on"], data.get("account") or "", data.get("bank") or ""
    )


class TraineeGrid:
    """`data`: what was posted; rows that are empty are passed over."""

    def __init__(self, agreement: Agreement, user, data=None):
        self.agreement, self.user, self.data = agreement, user, data
        self.errors: list[str] = []
        count = self.asked_rows() if data is not None else BLANK_ROWS
        self.forms = [self.form(number) for number in range(count)]

    def asked_rows(self) -> int:
        text = self.data.get("rows", "")
        return min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < 5 else BLANK_ROWS

    def form(self, number: int) -> TraineeForm:
        form = TraineeForm(self.data, prefix=f"r{number}", agreement=self.agreement)
        for name, field in form.fields.items():
            field.widget.attrs |= {"aria-label": f"{number + 1} {field.label}", "autocomplete": "off",
                                   "class": f"cell cell--{name}"}
            field.widget.attrs.pop("required", None)
            field.widget.is_required = False
        if self.data is not None and form.is_blank:
            blank = TraineeForm(prefix=f"r{number}", agreement=self.agreement)
            for name, field in blank.fields.items():
                field.widget.attrs |= form.fields[name].widget.attrs
                field.widget.is_required = False
            return blank
        return form

    def save(self) -> int:
        """How many were placed; 0 where something is wrong, which then stands beside its cell."""
        filled = [form for form in self.forms if form.is_bound]
        if not filled:
            self.errors = [_("Please enter at least one trainee.")]
            return 0
        if not all(form.is_valid() for form in filled):
            self.errors = [_("Please look at the marked cells.")]
            return 0
        check(filled)
        if any(form.errors for form in filled):
            self.errors = [_("Please look at the marked cells.")]
            return 0
        try:
            return len(actions.place(
                agreement=self.agreement, trainees=[trainee_of(form.cleaned_data) for form in filled], by=self.user
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
