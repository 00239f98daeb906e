"""What owners type to enroll, and staff for them."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bureau.common.forms import CleanCharField, IdNumberField, PhoneField
from bureau.common.identity import check_id_number
from enterprises.people import PersonRow, misnamed, people_for


class EnrollForm(forms.Form):
    """The participant himself, as on his identity card, and the shop he comes for."""

    name = CleanCharField(label=_("Name"), max_length=60, help_text=_("As on the identity card."))
    id_number = IdNumberField(label=_("Identity number"))
    phone = PhoneField(label=_("Phone"), help_text=_("We tell you by SMS when something changes."))
    enterprise = forms.ModelChoiceField(
        label=_("Shop"), queryset=None, required=False, empty_label=_("Without a shop")
    )

    def __init__(self, *args, shops, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].queryset = shops
        if not shops.exists():
            del self.fields["enterprise"]

    def clean(self):
        data = super().clean()
        if "name" in data and "id_number" in data and misnamed([self.row(data)]):
            self.add_error("id_number", _("This number and this name do not belong together. Please check both, or call us."))
        return data

    @staticmethod
    def row(data):
        return PersonRow(data["name"], check_id_number(data["id_number"]), data.get("phone", ""))

    def person(self):
        """The participant; found by his number, else entered now. Call it in the transaction of the enrollment."""
        row = self.row(self.cleaned_data)
        return people_for([row])[row.index]


class PersonForm(EnrollForm):
    """Staff enter a participant; the shop is named by its number or code."""

    enterprise = CleanCharField(
        label=_("Shop"), max_length=60, required=False, help_text=_("Register number or code, if he comes for a shop.")
    )

    def __init__(self, *args, shops, **kwargs):
        forms.Form.__init__(self, *args, **kwargs)
        self.shops = shops

    def clean_enterprise(self):
        text = self.cleaned_data["enterprise"]
        if not text:
            return None
        found = list(self.shops.search(text)[:2])
        if len(found) != 1:
            raise ValidationError(_("Please give the register number or the code of one shop."))
        return found[0]
