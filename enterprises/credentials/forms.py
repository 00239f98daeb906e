"""Forms of rounds, nominations and steps. `cleaned_data` is what the effects of the transition table receive."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.attachments.forms import AttachmentField
from bureau.common import clock
from bureau.common.forms import (
    CleanCharField,
    CleanModelForm,
    CleanTextField,
    PortalDateField,
    StrictDecimalField,
    StrictIntegerField,
)
from bureau.common.i18n import localized
from bureau.workflow.forms import StepForm
from enterprises.credentials.actions import begins, years_later
from enterprises.credentials.models import Credential, CredentialKind, CredentialRound
from enterprises.credentials.permissions import free_places
from enterprises.credentials.purposes import MINUTES
from enterprises.models import Enterprise

QUOTA = "quota_"
MOST = 10_000


def not_ahead(day: Any) -> None:
    if day and day > clock.today():
        raise forms.ValidationError(_("This day lies in the future."))


def day_field(label: Any, **kwargs: Any) -> PortalDateField:
    return PortalDateField(label=label, validators=[not_ahead], **kwargs)


class RoundForm(CleanModelForm):
    """A round, with a number for every kind that is still given."""

    minutes_file = AttachmentField(
        purpose=MINUTES, required=False, label=_("Minutes of the meeting"),
        help_text=_("Photo or PDF. Selections rest on it: once one is recorded it stays."),
    )

    user: User | None = None  # whose uploads the minutes may be

    class Meta:
        model = CredentialRound
        fields = ("name_zh", "name_en", "opens_on", "closes_on", "met_on", "conference_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = {f"{QUOTA}{kind.key}": kind for kind in CredentialKind.objects.filter(is_active=True)}
        known = dict(self.instance.quotas.values_list("kind__key", "quota")) if self.instance.pk else {}
        for name, kind in self.kinds.items():
            self.fields[name] = StrictIntegerField(
                label=_("At most: %(kind)s") % {"kind": localized(kind, "name")}, min_value=0, max_value=MOST,
                required=False, initial=known.get(kind.key), help_text=_("Empty: this round does not give it."),
            )
        self.fields["minutes_file"].user, self.fields["minutes_file"].subject = self.user, self.instance
        if self.instance.minutes_id:
            self.initial["minutes_file"] = [self.instance.minutes_id]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        minutes = (data.get("minutes_file") or [None])[0]
        if not self.errors.keys() & {"met_on", "minutes_file"} and bool(minutes) != bool(data.get("met_on")):
            self.add_error("minutes_file" if data.get("met_on") else "met_on",
                           _("The day of the meeting and its minutes belong together."))
        if data.get("met_on") and data["met_on"] > clock.today():
            self.add_error("met_on", _("This day lies in the future."))
        for earlier, later in (("opens_on", "closes_on"), ("opens_on", "met_on"), ("met_on", "conference_on")):
            if data.get(earlier) and data.get(later) and data[later] < data[earlier]:
                self.add_error(later, _("Earlier than “%(field)s”.") % {"field": self.fields[earlier].label})
        if not any(data.get(name) for name in self.kinds) and not self.errors:
            raise forms.ValidationError(_("Say of at least one kind how many the round gives."))
        self._check_selected(data, minutes)
        # The constraints of the model look at the instance.
        self.instance.minutes = minutes
        return data

    def _check_selected(self, data: dict, minutes: Any) -> None:
        if not self.instance.pk:
            return
        # Whoever selects locks its quota too: what is counted here holds until the round is saved.
        list(self.instance.quotas.select_for_update().order_by("pk"))
        selected = self.instance.credentials.filter(selected_on__isnull=False)
        if not selected.exists():
            return
        before = CredentialRound.objects.get(pk=self.instance.pk)
        if before.met_on != data.get("met_on") or before.minutes_id != getattr(minutes, "pk", None):
            self.add_error("met_on", _("Selections rest on this meeting and its minutes: they stay as they are."))
        for name, kind in self.kinds.items():
            free = free_places(self.instance, kind)
            held = dict(self.instance.quotas.values_list("kind", "quota")).get(kind.pk, 0) - free
            if name not in self.errors and held > (data.get(name) or 0):
                self.add_error(name, _("%(count)s have been selected already.") % {"count": held})

    def quotas(self) -> dict[CredentialKind, int | None]:
        return {kind: self.cleaned_data.get(name) for name, kind in self.kinds.items()}


class NominationForm(forms.Form):
    """Which shop for what, and why. The shop is found by its number, code or name."""

    round = forms.ModelChoiceField(label=_("round of credentials"), queryset=CredentialRound.objects.none(), empty_label=None)
    kind = forms.ModelChoiceField(label=_("Kind"), queryset=CredentialKind.objects.none(), empty_label=None)
    shop = CleanCharField(
        label=_("Shop"), max_length=120, help_text=_("Register number, unified social credit code, or its whole name.")
    )
    reason = CleanTextField(
        label=_("Reason for the nomination"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data: Any = None, *, user: User, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.user = user
        self.fields["round"].queryset = CredentialRound.objects.open_on(clock.today())
        self.fields["kind"].queryset = CredentialKind.objects.filter(is_active=True)

    def clean_shop(self) -> Enterprise:
        text = self.cleaned_data["shop"]
        rows = Enterprise.objects.visible_to(self.user).listed()
        found = list(rows.search(text)[:2]) if len(text) > 1 else []
        if len(found) > 1:
            found = list(rows.filter(name=text)[:2]) or found
        if not found:
            raise forms.ValidationError(_("No shop of your area is found by this."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several shops are found by this: enter the register number or the code."))
        return found[0]


# --- steps ------------------------------------------------------------------------------------------


class SelectForm(StepForm):
    selected_on = day_field(_("Selected on"))
    score = StrictDecimalField(label=_("Score"), required=False, min_value=0, max_value=100, decimal_places=2,
                               help_text=_("0 to 100"))
    opinion = CleanTextField(label=_("Opinion of the review"), max_length=1000, required=False,
                             widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.case is not None and self.case.round is not None:
            self.fields["selected_on"].initial = self.case.round.met_on

    def clean_selected_on(self) -> Any:
        day = self.cleaned_data["selected_on"]
        round = self.case.round if self.case else None
        if round and round.met_on and day < round.met_on:
            raise forms.ValidationError(_("This day lies before the review meeting."))
        if self.case and day < self.case.effective_date:
            raise forms.ValidationError(_("This day lies before the nomination."))
        return day


class EndForm(StepForm):
    reason = CleanTextField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class NameForm(StepForm):
    document = CleanCharField(label=_("Number of the naming document"), max_length=60)
    named_on = day_field(_("Named on"))
    valid_from = PortalDateField(label=_("Valid from"), required=False,
                                 help_text=_("Empty: from the naming, or from the end of what it renews."))
    valid_until = PortalDateField(label=_("Valid until"), required=False,
                                  help_text=_("Empty: as many years as the kind is valid."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["named_on"].initial = clock.today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        named, start, end = (data.get(name) for name in ("named_on", "valid_from", "valid_until"))
        if named and self.case and self.case.selected_on and named < self.case.selected_on:
            self.add_error("named_on", _("This day lies before the selection."))
        if named and end:
            start = start or (begins(self.case, named) if self.case else named)
            if end < start:
                self.add_error("valid_until", _("This day lies before the first day of validity."))
        elif start and not end and self.case and years_later(start, self.case.kind.years).year > 2100:
            self.add_error("valid_from", _("Dates must lie between 2000 and 2100."))
        return data


class PlaqueForm(StepForm):
    plaque_on = day_field(_("Plaque given on"))
    plaque_number = CleanCharField(label=_("Number on the plaque"), max_length=40, required=False,
                                   help_text=_("Empty: the number of the credential."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plaque_on"].initial = clock.today
        if self.case is None:
            del self.fields["plaque_number"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.case is None:
            return data
        day, number = data.get("plaque_on"), data.get("plaque_number") or self.case.number
        if day and self.case.named_on and day < self.case.named_on:
            self.add_error("plaque_on", _("This day lies before the naming."))
        others = Credential.objects.filter(kind=self.case.kind, plaque_number=number).exclude(pk=self.case.pk)
        if others.exists():
            self.add_error("plaque_number", _("There is a plaque with this number already."))
        return data


class RevokeForm(StepForm):
    ended_on = day_field(_("Revoked on"))
    reason = CleanTextField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the record; strangers only read that it is revoked."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ended_on"].initial = clock.today

    def clean_ended_on(self) -> Any:
        day = self.cleaned_data["ended_on"]
        if self.case and self.case.named_on and day < self.case.named_on:
            raise forms.ValidationError(_("This day lies before the naming."))
        return day


class SearchForm(forms.Form):
    """What a stranger types: a number, or part of a shop's name."""

    q = CleanCharField(label=_("Number of the credential, or name of the shop"), max_length=60, min_length=2)
