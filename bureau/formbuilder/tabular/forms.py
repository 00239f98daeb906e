"""Upload, and what each column means."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bureau.formbuilder.tabular import pasting
from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.layout import UNITS, known_unit
from bureau.formbuilder.tabular.models import ImportRun, Mode
from bureau.formbuilder.tabular.pasting import MAX_PASTED


class UploadForm(forms.Form):
    """A file, or a pasted table in its place; `upload` is the one or the other."""

    file = forms.FileField(
        required=False, label=_("File"),
        help_text=_("Excel (.xlsx, .xls) or CSV, as your office keeps it: titles, merged heads and totals may stay."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )
    pasted = forms.CharField(
        required=False, label=_("Or paste a table"), strip=False, max_length=MAX_PASTED,
        help_text=_("Copy the cells with their heads in Excel or WPS and paste them here."),
        widget=forms.Textarea(attrs={"rows": 5, "wrap": "off", "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"max_length": _("This table is too long to be pasted: upload it as a file.")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        pasted = (data.get("pasted") or "").strip("\r\n ")
        if self.errors:
            return data
        if data.get("file") and pasted:
            raise ValidationError(_("Upload a file or paste a table, not both."))
        if pasted:
            try:
                data["upload"] = pasting.as_file(pasted)
            except ValidationError as error:
                self.add_error("pasted", error)
        elif data.get("file"):
            data["upload"] = data["file"]
        else:
            self.add_error("file", _("Choose a file, or paste a table below."))
        return data


class SheetsForm(forms.Form):
    """Which sheets of the book are read; names as they stand in it."""

    def __init__(self, *args: Any, run: ImportRun, several: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(sheet["name"], sheet["name"]) for sheet in run.sheets]
        initial = [sheet["name"] for sheet in run.sheets if sheet["taken"]]
        if several:
            self.fields["sheets"] = forms.MultipleChoiceField(choices=names, initial=initial)
        else:
            self.fields["sheets"] = forms.ChoiceField(choices=names, initial=initial[0] if initial else "")

    def names(self) -> list[str]:
        chosen = self.cleaned_data["sheets"]
        return chosen if isinstance(chosen, list) else [chosen]


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
