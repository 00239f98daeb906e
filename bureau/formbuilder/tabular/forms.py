"""Upload, and what each column means."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.layout import UNITS, known_unit
from bureau.formbuilder.tabular.models import ImportRun, Mode


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"), help_text=_("Excel (.xlsx, .xls) or CSV, as your office keeps it: titles, merged heads and totals may stay."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )


class ModeForm(forms.Form):
    mode = forms.ChoiceField(choices=Mode.choices)


class MappingForm(forms.Form):
    """One select per column of the sheet, and the unit of amounts."""

    factor = forms.ChoiceField(
        label=_("Amounts without a unit in their head are in"), choices=[(str(n), name) for name, n in UNITS.items()]
    )

    def __init__(self, *args: Any, run: ImportRun, columns: list[Column], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"factor": str(run.factor)})
        super().__init__(*args, **kwargs)
        self.run, self.columns = run, columns
        choices = [("", _("not used")), *((column.key, column.label) for column in columns)]
        for head in run.heads:
            name = f"column_{head['index']}"
            self.fields[name] = forms.ChoiceField(
                choices=choices, required=False, initial=run.mapping.get(str(head["index"]), ""),
                label=f"{head['letter']} {head['label']}",
                widget=forms.Select(attrs={"aria-label": _("Meaning of column %(letter)s") % head}),
            )
        if not any(column.kind == "money" for column in columns):
            self.fields["factor"].widget = forms.HiddenInput()

    def rows(self) -> list[tuple[dict[str, Any], Any]]:
        return [(head, self[f"column_{head['index']}"]) for head in self.run.heads]

    def clean_factor(self) -> int:
        return known_unit(self.cleaned_data["factor"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        mapping: dict[int, str] = {}
        many = {column.key for column in self.columns if column.many}
        for head in self.run.heads:
            name = f"column_{head['index']}"
            if not (key := data.get(name)):
                continue
            if key in mapping.values() and key not in many:
                self.add_error(name, _("Another column has this meaning already."))
            mapping[head["index"]] = key
        missing = [str(c.label) for c in self.columns if c.essential and c.key not in mapping.values()]
        if missing and not self.errors:
            raise ValidationError(_("No column has been named as: %(names)s.") % {"names": "、".join(missing)})
        data["mapping"] = mapping
        return data
