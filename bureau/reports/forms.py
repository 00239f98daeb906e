"""Small forms of the report pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.common.forms import CleanCharField, CleanModelForm, CleanTextField, PortalDateField
from bureau.metrics import AREAS, all_metrics
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
    area = forms.ChoiceField(label=_("Line of work"), required=False, choices=[
        ("", _("None in particular")), *((one.key, one.label) for one in AREAS),
    ])
    body_zh = CleanTextField(label=_("Chinese text"), max_length=2000, widget=forms.Textarea({"rows": 5, "lang": "zh"}))
    body_en = CleanTextField(label=_("English text"), max_length=3000, widget=forms.Textarea({"rows": 5, "lang": "en"}))


class OpenForm(forms.Form):
    """Which report, and a day that its period lies around."""

    template = forms.ModelChoiceField(
        label=_("Report"), queryset=ReportTemplate.objects.filter(active=True), empty_label=None
    )
    day = PortalDateField(label=_("A day of the period"))


class TemplateForm(CleanModelForm):
    """Settings of a report that comes round."""

    class Meta:
        model = ReportTemplate
        fields = ["key", "name_zh", "name_en", "cadence", "cutoff", "first_period", "region", "annex", "active"]

    def clean_annex(self) -> list[str]:
        keys = self.cleaned_data["annex"] or []
        known = {one.key for one in all_metrics()}
        if not isinstance(keys, list) or not all(isinstance(key, str) and key in known for key in keys):
            raise forms.ValidationError(_('Please enter a list of metric keys, like ["%(key)s"].') % {
                "key": min(known, default="")
            })
        return keys
