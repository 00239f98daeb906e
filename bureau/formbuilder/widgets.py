"""Widgets that the stock set lacks; markup in templates/formbuilder/widgets/."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse

from bureau.attachments.registry import PURPOSES


class RegionInput(forms.TextInput):
    """Text with suggestions from the server; without JavaScript a plain text input."""

    template_name = "formbuilder/widgets/region.html"

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        own = context["widget"]["attrs"]
        place = f"{own.get('id', name)}_places"
        own |= {
            "list": place,
            "autocomplete": "off",
            "data-composed": True,
            "hx-get": f"{reverse('formbuilder:places')}?{urlencode({'name': name})}",
            "hx-trigger": "input changed delay:300ms, composed",
            "hx-params": name,
            "hx-target": f"#{place}",
        }
        return context


class FileTiles(forms.Widget):
    """Tiles of uploaded files, each with a hidden uuid, and a button that uploads by its own request.

    An `<input type=file>` inside the form would be emptied by every answer with errors.
    """

    template_name = "formbuilder/widgets/files.html"
    purpose = ""

    def __init__(self, *, photos: bool, several: bool, attrs: dict | None = None):
        super().__init__(attrs)
        self.photos, self.several = photos, several
        self.attachments: dict[str, Any] = {}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        if hasattr(data, "getlist"):
            return data.getlist(name)
        value = data.get(name)
        return value if isinstance(value, list) else [value] if value else []

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False  # no file at all is an answer too

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        ids = [str(part) for part in value or () if part]
        context["widget"] |= {
            "is_photo": self.photos,
            "several": self.several,
            "purpose": self.purpose,
            "rules": PURPOSES.get(self.purpose),
            "tiles": [self.attachments[key] for key in ids if key in self.attachments],
        }
        return context
