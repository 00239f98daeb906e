"""Reads the address of a page of records; whatever is wrong in it becomes a message."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import Unit
from bureau.common.forms import CleanCharField, PortalDateField, StrictIntegerField
from bureau.common.periods import Period
from bureau.metrics.registry import Bound
from bureau.regions.models import Region


class RecordsForm(forms.Form):
    """`from` and `to` are days, both included; `region` a code, `unit` the code of an office; `above` = 1: only what
    is booked in none of the counties."""

    region = CleanCharField(required=False, max_length=12)
    unit = CleanCharField(required=False, max_length=40)
    above = CleanCharField(required=False, max_length=1)
    page = StrictIntegerField(required=False, min_value=1, max_value=200)

    def __init__(self, metric: Bound, data):
        super().__init__(data)
        self.metric = metric
        self.fields["from"] = PortalDateField(label=_("From"))
        self.fields["to"] = PortalDateField(label=_("To"))
        for name in self.dimensions():
            self.fields[name] = CleanCharField(required=False, max_length=40)

    def dimensions(self) -> list[str]:
        """Dimensions of the source that the key leaves open."""
        return [name for name in self.metric.metric.source.dims if name not in self.metric.dims]

    def clean_region(self) -> Region | None:
        code = self.cleaned_data["region"]
        region = Region.objects.current().filter(code=code).first() if code else None
        if code and region is None:
            raise forms.ValidationError(_("There is no region with this code."))
        return region

    def clean_unit(self) -> Unit | None:
        code = self.cleaned_data["unit"]
        unit = Unit.objects.filter(code=code).first() if code else None
        if code and unit is None:
            raise forms.ValidationError(_("There is no office with this code."))
        return unit

    def clean(self):
        data = super().clean()
        first, last = data.get("from"), data.get("to")
        if first and last and first > last:
            self.add_error("to", _("The last day lies before the first."))
        for name in self.dimensions():
            if data.get(name):
                self.clean_dimension(name)
        return data

    def clean_dimension(self, name: str) -> None:
        field = self.metric.metric.source.field_of(self.metric.metric.source.dims[name].path)
        target = getattr(field, "target_field", field)
        try:
            self.cleaned_data[name] = target.to_python(self.cleaned_data[name])
        except forms.ValidationError:
            self.add_error(name, _("Nothing is booked under this value."))

    @property
    def window(self) -> Period:
        return Period.between(self.cleaned_data["from"], self.cleaned_data["to"])

    @property
    def dims(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.dimensions() if self.cleaned_data.get(name)}
