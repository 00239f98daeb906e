"""The one search field of the staff desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.common.forms import CleanCharField


class SearchForm(forms.Form):
    q = CleanCharField(label=_("Search"), max_length=60, required=False)
