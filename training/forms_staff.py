"""What staff type: the plan of a session, the reasons beside its steps, the attendance of a whole class."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bureau.accounts.enums import UnitKind
from bureau.accounts.models import SiteProfile, Unit
from bureau.accounts.roles import Permission
from bureau.common.forms import (
    CleanCharField,
    CleanModelForm,
    PhoneField,
    PortalDateField,
    StrictDecimalField,
    StrictIntegerField,
)
from bureau.formbuilder.fields import RegionField, place_name
from bureau.workflow.forms import StepForm
from training.enums import Half, Kind, Mark, State
from training.models import Session
from training.models.session import MOST_DAYS, MOST_SEATS, every_half_day, half_day

#: Signs of one half-day in the posted row of a participant.
CODES = {"p": Mark.PRESENT, "l": Mark.LEAVE, "-": ""}
CODE_OF = {mark: code for code, mark in CODES.items()}
ROW = re.compile(r"[pl-]+")


class ReasonForm(StepForm):
    comment = CleanCharField(
        label=_("Reason"), max_length=200, help_text=_("Participants read it where it concerns them.")
    )


class EndForm(StepForm):
    """A livestream ends with what it brought; a class ends without a question."""

    comment = CleanCharField(label=_("Note"), max_length=200, required=False)
    viewers = StrictIntegerField(label=_("Viewers"), min_value=0, max_value=2_000_000_000, required=False)
    sales = StrictDecimalField(label=_("Sales (yuan)"), min_value=0, max_digits=14, decimal_places=2, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.case.kind != Kind.LIVESTREAM:
            del self.fields["viewers"], self.fields["sales"]


class SessionForm(CleanModelForm):
    """Plan or change a session. The region it counts for is that of the office in charge."""

    place = RegionField(label=_("Place"), help_text=_("City, district or county, anywhere in China; or the country."))
    capacity = StrictIntegerField(label=_("Seats"), min_value=0, max_value=MOST_SEATS, required=False)
    phone = PhoneField(label=_("Phone for questions"), any_kind=True, required=False)
    begins_on = PortalDateField(label=_("First day"))
    ends_on = PortalDateField(label=_("Last day"))
    hours_per_half_day = StrictDecimalField(
        label=_("Hours per half-day"), min_value=0, max_value=8, max_digits=3, decimal_places=1, initial="4"
    )
    required_share = StrictIntegerField(
        label=_("Attendance needed to complete (%)"), min_value=1, max_value=100, initial=80,
        help_text=_("Share of the half-days at which a participant must have been present."),
    )
    first_half = forms.ChoiceField(label=_("Begins in the"), choices=Half.choices, required=False)
    last_half = forms.ChoiceField(label=_("Ends in the"), choices=Half.choices[::-1], required=False)
    plan = forms.MultipleChoiceField(
        label=_("Half-days that take place"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Take away the half-days without teaching. New days count as whole days."),
    )
    rev = StrictIntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Session
        fields = (
            "kind", "title", "subject", "summary", "begins_on", "ends_on", "place", "address", "unit", "capacity",
            "enroll_until", "hours_per_half_day", "required_share", "teacher", "organizer", "phone", "viewers", "sales",
        )

    field_order = ["kind", "title", "subject", "summary", "begins_on", "first_half", "ends_on", "last_half", "plan"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        units = [unit.pk for unit in Unit.objects.all() if user.can(Permission.TRAINING_EDIT, unit=unit)]
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=units)
        self.fields["unit"].empty_label = None
        self.fields["summary"].widget.attrs["rows"] = 4
        self.fields["capacity"].help_text = _("A livestream has none.")
        session = self.instance
        if session.pk:
            self.initial |= {"place": place_name(session.place), "plan": session.plan, "rev": session.rev}
            every = every_half_day(session.begins_on, session.ends_on) if session.plan else []
            self.fields["plan"].choices = [(key, half_day_label(key)) for key in every]
        # New sessions say when they begin and end, standing ones each half-day; what a livestream brought is known
        # at its end.
        unasked = {"first_half", "last_half"} if session.pk else {"plan"}
        if not session.plan:
            unasked.add("plan")
        if not (session.is_livestream and session.state == State.ENDED):
            unasked |= {"viewers", "sales"}
        for name in unasked:
            del self.fields[name]

    def clean(self):
        data = super().clean()
        first, last = data.get("begins_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day comes before the first."))
        elif first and last and (last - first).days >= MOST_DAYS:
            self.add_error("ends_on", _now("A session lasts at most %(days)s days.") % {"days": MOST_DAYS})
        if data.get("enroll_until") and last and data["enroll_until"] > last:
            self.add_error("enroll_until", _("Enrollment ends after the session."))
        if data.get("kind") == Kind.LIVESTREAM:
            data["capacity"] = 0
        elif not data.get("capacity") and "capacity" not in self.errors:
            self.add_error("capacity", _("How many people may take part?"))
        if "plan" in self.fields and not data.get("plan") and "plan" not in self.errors:
            self.add_error("plan", _("At least one half-day takes place."))
        if first and last and not self.errors and not self._plan(data):
            self.add_error("last_half", _("The last half-day comes before the first."))
        if data.get("hours_per_half_day") == 0:
            self.add_error("hours_per_half_day", _("A half-day has at least some teaching."))
        return data

    def values(self) -> dict:
        """What the action writes."""
        data = {name: self.cleaned_data[name] for name in self.fields if name not in ("rev", "first_half", "last_half")}
        unit = data["unit"]
        return data | {
            "region": unit.region if unit.kind == UnitKind.COUNTY else SiteProfile.get().root,
            "plan": self._plan(self.cleaned_data),
        }

    def _plan(self, data) -> list[str]:
        """The half-days as they were ticked, or from the first to the last of a new session."""
        if self.instance.pk:
            return data.get("plan", [])
        every = every_half_day(data["begins_on"], data["ends_on"])
        return every[data["first_half"] == Half.AFTERNOON : len(every) - (data["last_half"] == Half.MORNING)]

    def _get_validation_exclusions(self):
        """Checks that hang on the half-days are the action's: it makes the plan."""
        return {*super()._get_validation_exclusions(), "plan", "half_days", "state", "ended_on", "seats_taken"}

    def _post_clean(self):
        """The row itself is read anew and written under its lock; the form only reads what was typed."""


class GridForm(forms.Form):
    """The attendance of a whole class: one field a participant, one sign a half-day, so that no class is too large
    for one request."""

    version = StrictIntegerField(min_value=0)

    def __init__(self, data, *, session, people):
        super().__init__(data)
        self.session, self.people = session, people

    def clean(self):
        data = super().clean()
        plan, rows = self.session.plan, {}
        for name, value in self.data.items():
            if not name.startswith("m") or not name[1:].isascii() or not name[1:].isdigit() or len(name) > 19:
                continue
            if len(value) != len(plan) or not ROW.fullmatch(value):
                raise ValidationError(_("The list could not be read. Please reload the page and type it again."))
            rows[int(name[1:])] = {key: CODES[sign] for key, sign in zip(plan, value, strict=True)}
        data["rows"] = rows
        return data


def encoded(plan, marks) -> str:
    """The marks of one participant as the posted row holds them."""
    return "".join(CODE_OF[marks.get(key, "")] for key in plan)


def half_day_label(key) -> str:
    """5/17 Mon morning."""
    day, half = half_day(key)
    return f"{day.month}/{day.day} {WEEKDAYS_ABBR[day.weekday()]} {Half(half).label}"
