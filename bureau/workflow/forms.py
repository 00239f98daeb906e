"""Forms of steps."""

from typing import Any

from django import forms

from bureau.attachments.forms import AttachmentField


class StepForm(forms.Form):
    """A form of one step; `case` is the row that moves (None for many at once), `user` who takes the step."""

    def __init__(self, data: Any = None, *args: Any, case: Any = None, user: Any = None, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.case, self.user = case, user
        for field in self.fields.values():
            if isinstance(field, AttachmentField):
                field.user = user
