"""Grids in which an office enters people, many at once, typed or pasted: rows of one form each, all or none."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bureau.accounts.roles import Permission
from training.actions import enrollments
from training.forms import PersonForm
from training.models import Enrollment

BLANK_ROWS = 10
MOST_ROWS = 100  # of up to seven cells each, under the most fields that a request may have


class RowGrid:
    """`data`: what was posted; rows that are empty are passed over. The page may add rows up to `most`."""

    most = MOST_ROWS
    row_form: Callable[..., forms.Form]  # of each grid: the form of one row, (data or None, prefix)

    def __init__(self, data=None):
        self.data = data
        self.errors: list[str] = []
        count = self.asked_rows() if data is not None else BLANK_ROWS
        self.forms = [self.form(number) for number in range(count)]

    def asked_rows(self) -> int:
        text = self.data.get("rows", "")
        return min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < 5 else BLANK_ROWS

    def form(self, number: int) -> forms.Form:
        form = self.row_form(self.data, f"r{number}")
        if self.data is not None and not any(
            str(self.data.get(form.add_prefix(name)) or "").strip() for name in form.fields
        ):
            form = self.row_form(None, f"r{number}")
        for name, field in form.fields.items():
            field.widget.attrs |= {
                "aria-label": f"{number + 1} {field.label}", "autocomplete": "off", "class": f"cell cell--{name}"
            }
            field.widget.attrs.pop("required", None)
            field.widget.is_required = False
        return form

    @property
    def filled(self) -> list[forms.Form]:
        return [form for form in self.forms if form.is_bound]

    def is_valid(self) -> bool:
        """Where not, what is wrong stands beside its cell and a word of it above."""
        filled = self.filled
        if not filled:
            self.errors = [_("Please enter at least one person.")]
        elif [form for form in filled if not form.is_valid()]:
            self.errors = [_("Please look at the marked cells.")]
        else:
            self.check(filled)
            if any(form.errors for form in filled):
                self.errors = [_("Please look at the marked cells.")]
        return not self.errors

    def check(self, filled: list[forms.Form]) -> None:
        """What one row cannot know."""


class EnrollGrid(RowGrid):
    """People for a session; whoever comes after the last seat goes to the waiting list of one that has not begun."""

    def __init__(self, session, user, shops, data=None):
        self.session, self.user, self.shops = session, user, shops
        super().__init__(data)

    def row_form(self, data, prefix):
        return PersonForm(data, prefix=prefix, shops=self.shops)

    def save(self) -> list[Enrollment]:
        """The enrollments made; none where something is wrong."""
        if not self.is_valid():
            return []
        office = self.user.granted_units(Permission.TRAINING_EDIT)[0]
        try:
            with transaction.atomic():
                return [self._enrolled(form, office) for form in self.filled]
        except ValidationError:
            self.errors = [_("Please look at the marked cells.")]
            return []

    def _enrolled(self, form, office) -> Enrollment:
        data = form.cleaned_data
        try:
            return enrollments.enroll(
                session=self.session, person=form.person(), by=self.user, phone=data["phone"],
                enterprise=data.get("enterprise"), entry_unit=office,
            )
        except ValidationError as error:
            form.add_error("name", error)
            raise
