"""System checks: the build fails when a page for staff has no chapter of the handbook that explains it."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from bureau.accounts.access import routes
from bureau.accounts.chapters import chapter_of, is_for_staff
from bureau.desk.handbook import SOURCE, handbook


@register("handbook")
def every_staff_page_has_its_chapter(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not SOURCE.is_file():
        return [Error(f"{SOURCE} is missing: the help of every page leads there.", id="handbook.E003")]
    found: list[CheckMessage] = []
    anchors = handbook().anchors
    for route in routes():
        anchor = chapter_of(route.view)
        if not anchor and is_for_staff(route):
            hint = 'Decorate the view with @chapter("…"), or set `chapter` on the class or the model admin.'
            found.append(Error(f"No chapter of the handbook explains {route}.", hint=hint, id="handbook.E001"))
        elif anchor and anchor not in anchors:
            found.append(Error(f"The handbook has no chapter “{anchor}” for {route}.", id="handbook.E002"))
    return found
