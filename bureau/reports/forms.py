"""Small forms of the report pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.common.forms import CleanCharField, CleanTextField, PortalDateField
from bureau.metrics.enums import Section
from bureau.reports.models import ReportTemplate


class CommentForm(forms.Form):
    """Sending a report back says what is to be changed."""

    comment = CleanTextField(label=_("What is to be changed"), max_length=500, widget=forms.Textarea({"rows": 3}))


class RevisionForm(forms.Form):
    reason = CleanCharField(
        label=_("Reason of the revision"), max_length=200,
        help_text=_("It stands on the revised report. The issued one stays readable until the revision is issued."),
    )


class ParagraphForm(forms.Form):
    """A paragraph in both languages; figures are written as {key}, never as digits."""

    section = forms.ChoiceField(label=_("Section of the report"), choices=Section.choices)
    body_zh = CleanTextField(label=_("Chinese text"), max_length=2000, widget=forms.Textarea({"rows": 5, "lang": "zh"}))
    body_en = CleanTextField(label=_("English text"), max_length=3000, widget=forms.Textarea({"rows": 5, "lang": "en"}))


class OpenForm(forms.Form):
    """Which report, and a day that its period lies around."""

    template = forms.ModelChoiceField(
        label=_("Report"), queryset=ReportTemplate.objects.filter(active=True), empty_label=None
    )
    day = PortalDateField(label=_("A day of the period"))
