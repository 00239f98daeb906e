"""The search field of the staff desk and the filters of the audit log."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bureau.common.forms import CleanCharField, PortalDateField, StrictIntegerField


class SearchForm(forms.Form):
    q = CleanCharField(label=_("Search"), max_length=60, required=False)


class AuditForm(forms.Form):
    event = CleanCharField(label=_("Event"), max_length=80, required=False)
    actor = CleanCharField(label=_("User"), max_length=60, required=False)
    object = CleanCharField(label=_("Object"), max_length=60, required=False)
    first = PortalDateField(label=_("From"), required=False)
    last = PortalDateField(label=_("To"), required=False)
    before = StrictIntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def clean(self) -> dict:
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            raise ValidationError({"last": _("The last day lies before the first.")})
        return data
