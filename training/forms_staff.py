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
from training.enums import Half, Kind, Mark
from training.models import Session
from training.models.session import MOST_DAYS, MOST_SEATS, every_half_day

#: Signs of one half-day in the posted row of a participant.
CODES = {"p": Mark.PRESENT, "l": Mark.LEAVE, "-": ""}
CODE_OF = {mark: code for code, mark in CODES.items()}
ROW = re.compile(r"[pl-]+")


class StepForm(forms.Form):
    """A form of one step; `case` is the session, `user` who takes the step."""

    def __init__(self, data=None, *args, case=None, user=None, **kwargs):
        super().__init__(data, *args, **kwargs)
        self.case, self.user = case, user


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

    field_order = ["kind", "title", "subject", "summary", "begins_on", "ends_on", "plan"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        units = [unit.pk for unit in Unit.objects.all() if user.can(Permission.TRAINING_EDIT, unit=unit)]
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=units)
        self.fields["unit"].empty_label = None
        self.fields["summary"].widget.attrs["rows"] = 4
        if self.instance.pk:
            self.initial |= {"place": place_name(self.instance.place), "rev": self.instance.rev}
        if self.instance.pk and self.instance.plan:
            every = every_half_day(self.instance.begins_on, self.instance.ends_on)
            self.fields["plan"].choices = [(key, half_day_label(key)) for key in every]
        else:
            del self.fields["plan"]

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
        if data.get("kind") != Kind.LIVESTREAM:
            data["viewers"] = data["sales"] = None
        if data.get("hours_per_half_day") == 0:
            self.add_error("hours_per_half_day", _("A half-day has at least some teaching."))
        return data

    def values(self) -> dict:
        """What the action writes."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "rev"}
        unit = data["unit"]
        return data | {"region": unit.region if unit.kind == UnitKind.COUNTY else SiteProfile.get().root}

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
    from training.models.session import half_day

    day, half = half_day(key)
    return f"{day.month}/{day.day} {WEEKDAYS_ABBR[day.weekday()]} {Half(half).label}"
