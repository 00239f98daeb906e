"""Cells of the lists, drawn like everywhere."""

from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from bureau.common.templatetags.ui import clock_chip, pill


def _drawn(template: str, context: dict[str, Any]) -> SafeString:
    return mark_safe(render_to_string(template, context).strip())  # noqa: S308 - our own escaped template


def drawn_pill(label: Any, tone: str) -> SafeString:
    return _drawn("components/pill.html", pill(label, tone))


def state_pill(row: Any) -> SafeString:
    return drawn_pill(row.state_label, row.tone)


def chip(due: date | None) -> SafeString:
    return _drawn("components/chip.html", clock_chip(due))
