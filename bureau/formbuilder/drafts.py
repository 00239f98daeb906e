"""Autosave: one small request per change with the whole form, a revision against a second device.

In a view:

    draft = drafts.read(request, version, stored=application.answers, case=case)
    done = Application.objects.filter(pk=…, rev=draft.rev).update(answers=draft.answers, rev=draft.rev + 1)
    return draft.saved() if done else draft.conflict()
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from bureau.common import clock
from bureau.common.i18n import is_chinese
from bureau.common.money import capitals
from bureau.formbuilder import engine
from bureau.formbuilder.case import Case
from bureau.formbuilder.enums import Kind
from bureau.formbuilder.spec import Spec, parse

NO_REVISION = -1
REVISION_DIGITS = 9


@dataclass(frozen=True)
class Draft:
    """What one autosave request brought. `rev`: the revision it is based on, −1 when none was sent."""

    spec: Spec
    answers: dict[str, Any]
    errors: dict[str, list[str]]
    visible: list[str]  # HTML names of the fields that are asked, rows included
    rows: list[str]  # prefixes of the rows that were read; blank ones are not
    rev: int
    changed: str
    missing: list[tuple[str, str]] = field(default_factory=list)

    def saved(self) -> HttpResponse:
        """200: the list of what is missing for the page, and an event that tells the script what to show."""
        return self._answer("draft-saved", 200, {
            "rev": self.rev + 1,
            "field": self.changed,
            "errors": self.errors,
            "visible": self.visible,
            "rows": self.rows,
            "note": _("Saved %(time)s") % {"time": clock.now().strftime("%H:%M")},
            "capitals": self._capitals(),
        })

    def conflict(self) -> HttpResponse:
        """409: another device has saved since; nothing was overwritten."""
        message = _("This form was changed on another device. Reload the page to go on from there.")
        return self._answer("draft-conflict", 409, {"message": message})

    def _answer(self, event: str, status: int, detail: dict[str, Any]) -> HttpResponse:
        body = render_to_string("formbuilder/missing.html", {"missing": self.missing, "swap": True})
        response = HttpResponse(body if status == 200 else "", status=status)
        response["HX-Trigger"] = json.dumps({event: detail})  # escapes to ASCII, as a header must be
        return response

    def _capitals(self) -> dict[str, str]:
        if not is_chinese():
            return {}
        amounts = {item.key: self.answers.get(item.key) for item in self.spec if item.kind == Kind.MONEY}
        return {key: capitals(Decimal(amount)) for key, amount in amounts.items() if amount}


def read(request: HttpRequest, spec: Any, *, stored: Mapping, case: Case | None = None,
         only: set[str] | None = None) -> Draft:
    parsed = parse(spec)
    form = engine.build(parsed, data=request.POST, initial=stored, draft=True, only=only, case=case)
    form.is_valid()
    answers = form.answers()
    rows = [row for group in form.rows.values() for row in group.forms]
    return Draft(
        spec=parsed,
        answers=answers,
        errors=form.all_errors(),
        visible=sorted(level.add_prefix(key) for level in (form, *rows) for key in level.shown()),
        rows=[str(row.prefix) for row in rows],
        rev=revision(request.POST.get("rev", "")),
        changed=request.POST.get("changed", "")[:120],
        missing=engine.missing(parsed, answers),
    )


def revision(text: str) -> int:
    """A posted revision; −1 for anything that is none, which never matches a row."""
    digits = text.isascii() and text.isdigit() and len(text) <= REVISION_DIGITS
    return int(text) if digits else NO_REVISION
