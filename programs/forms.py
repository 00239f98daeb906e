"""What staff and citizens type about pledges."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import SiteProfile, Unit, User
from bureau.accounts.roles import Permission
from bureau.attachments.forms import AttachmentField
from bureau.common import clock
from bureau.common.forms import (
    CleanCharField,
    CleanModelForm,
    CleanTextField,
    PortalDateField,
    StrictIntegerField,
)
from bureau.regions.enums import Kind as RegionKind
from bureau.regions.models import Region
from bureau.workflow.forms import StepForm
from programs.enums import Category, Promisor, State
from programs.models import BEST, Pledge, files_of
from programs.purposes import INTERNAL_FILE, MOST_FILES, PUBLIC_FILE


def rows(count: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": count})


def not_ahead(day: Any) -> None:
    if day and day > clock.today():
        raise ValidationError(_("This day has not come yet."))


class PublicFiles(AttachmentField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(purpose=PUBLIC_FILE, max_files=MOST_FILES, required=False, **kwargs)


class InternalFiles(AttachmentField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(purpose=INTERNAL_FILE, max_files=MOST_FILES, required=False, **kwargs)


# --- a pledge -------------------------------------------------------------------------------------


class PledgeForm(CleanModelForm):
    """A draft; `user` is set by the admin page. `seen_version` is no field: a draft has one office that writes it."""

    user: User

    effective_date = PortalDateField(label=_("Pledged on"), validators=[not_ahead], initial=clock.today)
    due_on = PortalDateField(label=_("Due on"))
    text_zh = CleanTextField(label=_("Pledge (Chinese)"), max_length=1000, widget=rows(4))
    text_en = CleanTextField(label=_("Pledge (English)"), max_length=2000, required=False, widget=rows(3))
    measure_zh = CleanTextField(
        label=_("Measure of success (Chinese)"), max_length=500, widget=rows(2),
        help_text=_("How everybody can see that it is fulfilled."),
    )
    measure_en = CleanTextField(
        label=_("Measure of success (English)"), max_length=1000, required=False, widget=rows(2)
    )
    public_files = PublicFiles(label=_("Documents for the public"))
    internal_files = InternalFiles(label=_("Documents for the offices only"))

    class Meta:
        model = Pledge
        fields = ("made_by", "person_name", "person_post", "organization", "occasion", "effective_date", "category",
                  "text_zh", "text_en", "measure_zh", "measure_en", "due_on", "region", "unit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, purpose in (("public_files", PUBLIC_FILE), ("internal_files", INTERNAL_FILE)):
            self.fields[name].user = self.user
            if self.instance.pk:
                self.fields[name].subject = self.instance
                self.initial[name] = list(files_of(self.instance, purpose))
        units = self.user.granted_units(Permission.PLEDGE_EDIT)
        if "unit" in self.fields:
            self.fields["unit"].queryset = offices(units)
            self.fields["region"].queryset = home_regions()
            if not self.instance.pk and units:
                self.initial.setdefault("unit", units[0].pk)
                self.initial.setdefault("region", units[0].region_id)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._clean_promisor(data)
        made, due = data.get("effective_date"), data.get("due_on")
        if made and due and due < made:
            self.add_error("due_on", _("It would be due before it was pledged."))
        return data

    def _clean_promisor(self, data: dict[str, Any]) -> None:
        made_by = data.get("made_by")
        if made_by == Promisor.PERSON and not data.get("person_name") and "person_name" not in self.errors:
            self.add_error("person_name", _("Please say who pledged."))
        if made_by == Promisor.ORGANIZATION and not data.get("organization") and "organization" not in self.errors:
            self.add_error("organization", _("Please say which organization pledged."))
        if made_by == Promisor.UNIT:
            for name in ("person_name", "person_post"):
                if data.get(name):
                    self.add_error(name, _("The office itself pledges: choose “a person of the office” to name one."))
        if made_by in (Promisor.UNIT, Promisor.PERSON) and data.get("organization"):
            self.add_error("organization", _("Only where an organization outside the bureau pledges."))

    def kept_files(self) -> list[Any]:
        return [*self.cleaned_data["public_files"], *self.cleaned_data["internal_files"]]


def offices(units: list[Unit]) -> Any:
    """The units and those under them."""
    found = Unit.objects.none()
    for unit in units:
        found = found | Unit.objects.within(unit)
    return found.order_by("path")


def home_regions() -> Any:
    """The bureau's own area and its counties."""
    kinds = (RegionKind.PREFECTURE, RegionKind.COUNTY)
    return Region.objects.current().within(SiteProfile.get().root).filter(kind__in=kinds).order_by("path")


# --- steps of a pledge ----------------------------------------------------------------------------


class PublishForm(StepForm):
    """`seen` notices that the draft was changed while somebody was reading it."""

    seen = CleanCharField(widget=forms.HiddenInput, required=False, max_length=16)
    comment = CleanTextField(
        label=_("Note for the offices"), required=False, max_length=300, widget=rows(2),
        help_text=_("You publish what somebody else wrote: from then on neither text nor dates can be edited."),
    )


    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.case.fingerprint()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("seen") != self.case.fingerprint():
            raise ValidationError(_("The draft was changed meanwhile. Please read it again."))
        return data


class ProgressForm(StepForm):
    text = CleanTextField(label=_("Progress"), max_length=1000, widget=rows(3), help_text=_("The public reads this."))
    percent = StrictIntegerField(label=_("Done, in percent"), max_value=100)
    noted_on = PortalDateField(label=_("As of"), validators=[not_ahead], initial=clock.today)
    evidence = PublicFiles(label=_("Evidence for the public"))
    internal = InternalFiles(label=_("Evidence for the offices only"))

    def clean_noted_on(self) -> Any:
        day = self.cleaned_data["noted_on"]
        if day < self.case.effective_date:
            raise ValidationError(_("This day lies before the pledge."))
        return day


class DueForm(StepForm):
    due_on = PortalDateField(label=_("New due date"))
    reason = CleanTextField(
        label=_("Reason"), max_length=300, widget=rows(2), help_text=_("The public reads it beside both dates.")
    )

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day == self.case.due_on:
            raise ValidationError(_("This is the present due date."))
        if day < clock.today():
            raise ValidationError(_("This day has passed already."))
        return day


class CloseForm(StepForm):
    closed_on = PortalDateField(label=_("Day"), validators=[not_ahead], initial=clock.today)
    note = CleanTextField(label=_("What was achieved"), max_length=1000, widget=rows(3))

    def clean_closed_on(self) -> Any:
        day = self.cleaned_data["closed_on"]
        if day < (self.case.published_on or self.case.effective_date):
            raise ValidationError(_("This day lies before the pledge was published."))
        return day


class FulfillForm(CloseForm):
    pass


class WithdrawForm(CloseForm):
    note = CleanTextField(
        label=_("Why it is withdrawn"), max_length=1000, widget=rows(3), help_text=_("The public reads this.")
    )


# --- what citizens say ----------------------------------------------------------------------------


class HideForm(StepForm):
    reason = CleanTextField(
        label=_("Reason"), max_length=300, widget=rows(2), help_text=_("Only who wrote the comment reads it.")
    )


class AnswerForm(StepForm):
    text = CleanTextField(
        label=_("Your answer"), max_length=1000, widget=rows(4), help_text=_("The public reads it under the comment.")
    )


class RatingField(forms.TypedChoiceField):
    """One to five, as five radio buttons."""

    def __init__(self, **kwargs: Any) -> None:
        words = (_("very poor"), _("poor"), _("fair"), _("good"), _("very good"))
        choices = [(str(n), word) for n, word in zip(range(1, BEST + 1), words, strict=True)]
        super().__init__(choices=choices, coerce=int, widget=forms.RadioSelect, **kwargs)


class RateForm(forms.Form):
    rating = RatingField(
        label=_("How is this pledge kept?"), error_messages={"required": _("Please choose one of the five.")}
    )
    comment = CleanCharField(
        label=_("Comment"), required=False, max_length=500, lines=True, widget=rows(4),
        help_text=_("Please leave out phone, identity and card numbers, yours and others'; they would be hidden."),
    )


# --- the public list ------------------------------------------------------------------------------


class FilterForm(forms.Form):
    """Choices that mean nothing filter nothing; what is typed is searched as it stands."""

    q = CleanCharField(
        label=_("Search"), required=False, max_length=40,
        widget=forms.TextInput(attrs={"type": "search", "enterkeyhint": "search", "autocomplete": "off"}),
    )
    unit = forms.ModelChoiceField(
        label=_("Office"), required=False, queryset=Unit.objects.none(), to_field_name="code", empty_label=_("All offices")
    )
    state = forms.ChoiceField(label=_("State"), required=False)
    category = forms.ChoiceField(
        label=_("Category"), required=False, choices=[("", _("All categories")), *Category.choices]
    )
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, data: Any, *, units: Any, years: list[int]) -> None:
        super().__init__(data)
        self.fields["unit"].queryset = units
        shown = [choice for choice in State.choices if choice[0] != State.DRAFT]
        self.fields["state"].choices = [("", _("All states")), *shown, ("overdue", _("Overdue"))]
        self.fields["year"].choices = [("", _("All years")), *((str(year), str(year)) for year in years)]
