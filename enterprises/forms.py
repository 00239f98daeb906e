"""Screens of the register: what owners and staff type."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import SiteProfile
from bureau.common import clock
from bureau.common.forms import (
    CleanCharField,
    CleanModelForm,
    PhoneField,
    PortalDateField,
    StrictIntegerField,
    UsccField,
)
from bureau.formbuilder.fields import RegionField, place_name
from bureau.regions.enums import Kind as RegionKind
from bureau.regions.models import Region
from enterprises.actions import person
from enterprises.enums import Relation, State
from enterprises.models import Enterprise, Person


def counties_at_home() -> Any:
    """The counties of the bureau's own area."""
    return Region.objects.current().within(SiteProfile.get().root).filter(kind=RegionKind.COUNTY)


class CountyField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Region.objects.none(), empty_label=_("Please choose"), **kwargs)

    def __deepcopy__(self, memo: dict) -> "CountyField":
        """The list is read when a form is made, not when the code is loaded."""
        field = super().__deepcopy__(memo)
        field.queryset = counties_at_home()
        return field


def _not_ahead(day: Any) -> None:
    if day and day > clock.today():
        raise ValidationError(_("This day has not come yet."))


class FindForm(forms.Form):
    q = CleanCharField(
        label=_("Code or name of the shop"), max_length=60, min_length=2,
        help_text=_("The 18 characters on the license, or part of the name."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "enterkeyhint": "search"}),
    )


class ClaimForm(forms.Form):
    note = CleanCharField(
        label=_("What connects you with the shop"), max_length=200,
        help_text=_("For example: I am the operator on the license. The county office reads this."),
    )


class ShopForm(forms.Form):
    """An owner enters a shop that is not in the register."""

    name = CleanCharField(label=_("Name of the shop"), max_length=120, help_text=_("As on the license."))
    uscc = UsccField(
        label=_("Unified social credit code"), required=False,
        help_text=_("18 characters on the license. Leave it empty for a shop abroad."),
    )
    operating_region = RegionField(label=_("Where the shop is"), help_text=_("District or county in China, or the country abroad."))
    operating_address = CleanCharField(label=_("Street and number"), max_length=200)
    opened_on = PortalDateField(label=_("Opened on"), validators=[_not_ahead])
    operator = CleanCharField(label=_("Operator on the license"), max_length=60)
    home_county = CountyField(label=_("Home county of the operator"), help_text=_("As on the identity card."))
    actual_operator = CleanCharField(
        label=_("Who runs the shop, if it is somebody else"), max_length=60, required=False,
        help_text=_("Leave it empty if the operator runs it himself."),
    )
    relation = forms.ChoiceField(
        label=_("What he or she is to the operator"), required=False, choices=[("", _("Please choose")), *Relation.choices]
    )
    phone = PhoneField(label=_("Phone of the shop"), any_kind=True)
    note = CleanCharField(label=_("What connects you with the shop"), max_length=200)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("actual_operator")) != bool(data.get("relation")):
            missing = "relation" if data.get("actual_operator") else "actual_operator"
            if missing not in self.errors:
                self.add_error(missing, _("The actual operator and the relation to the operator belong together."))
        region = data.get("operating_region")
        if region and not region.is_abroad and not data.get("uscc") and "uscc" not in self.errors:
            self.add_error("uscc", _("A shop in China has a code on its license."))
        return data


class RefuseForm(forms.Form):
    reason = CleanCharField(
        label=_("Reason, which the owner reads"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}), lines=False
    )


class EnterpriseForm(CleanModelForm):
    """Staff edit a row. Places and people are typed as names; `version` notices that somebody else was quicker."""

    uscc = UsccField(label=_("Unified social credit code"), required=False)
    phone = PhoneField(label=_("Phone"), any_kind=True, required=False)
    second_phone = PhoneField(label=_("Second phone"), any_kind=True, required=False)
    registered_region = RegionField(label=_("Registered place"), required=False)
    operating_region = RegionField(
        label=_("Place of operation"), help_text=_("District or county in China, or the country abroad.")
    )
    home_county = CountyField(label=_("Home county"))
    operator_name = CleanCharField(label=_("Operator on the license"), max_length=60)
    actual_name = CleanCharField(label=_("Actual operator"), max_length=60, required=False)
    opened_on = PortalDateField(label=_("Opened on"), required=False, validators=[_not_ahead])
    closed_on = PortalDateField(label=_("Closed on"), required=False, validators=[_not_ahead])
    seen_version = StrictIntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Enterprise
        fields = ("name", "uscc", "kind", "industry", "registered_region", "operating_region", "operating_address",
                  "home_county", "relation", "phone", "second_phone", "opened_on", "closed_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        for name in ("registered_region", "operating_region"):
            if region := getattr(row, name, None):
                self.initial[name] = place_name(region)
        if row.pk:
            self.initial["operator_name"] = row.operator.name if row.operator else ""
            self.initial["actual_name"] = row.actual_operator.name if row.actual_operator else ""
            self.initial["seen_version"] = row.version

    def clean_uscc(self) -> str | None:
        code = self.cleaned_data["uscc"] or None
        if code and Enterprise.objects.filter(uscc=code).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This code stands in the register already."))
        return code

    def clean_seen_version(self) -> int | None:
        seen = self.cleaned_data["seen_version"]
        if self.instance.pk and seen != self.instance.version:
            raise ValidationError(_("Somebody else changed this enterprise meanwhile: open it again."))
        return seen

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("actual_name")) != bool(data.get("relation")) and "relation" not in self.errors:
            self.add_error("relation", _("The actual operator and the relation to the operator belong together."))
        opened, closed = data.get("opened_on"), data.get("closed_on")
        if opened and closed and closed < opened:
            self.add_error("closed_on", _("The shop closed before it opened."))
        row = self.instance
        if not self.errors:
            if row.state in (State.ACTIVE, State.CLOSED):
                row.state = State.CLOSED if closed else State.ACTIVE
            row.version = (row.version or 0) + 1 if row.pk else 1
        return data

    def name_people(self) -> None:
        """Before saving, in its transaction: the same name is the same person, another name another person."""
        row, data = self.instance, self.cleaned_data
        row.operator = self._person(row.operator, data["operator_name"])
        row.actual_operator = self._person(row.actual_operator, data.get("actual_name", ""))

    @staticmethod
    def _person(known: Person | None, name: str) -> Person | None:
        if not name:
            return None
        return known if known and known.name == name else person(name=name)

    def _get_validation_exclusions(self) -> set[str]:
        """The relation is checked here, beside names: the people themselves are made on saving."""
        return {*super()._get_validation_exclusions(), "relation"}
