"""How reports are shown: periods, states, frozen cells."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString

from bureau.common.i18n import is_chinese
from bureau.common.money import yuan
from bureau.common.templatetags.ui import day, typed
from bureau.reports.enums import ReportState
from bureau.reports.models import FrozenFigure, Report

register = template.Library()

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
AMOUNT = re.compile(r"-?\d{1,16}\.\d{2}")

TONES = {
    ReportState.DUE: "neutral",
    ReportState.DRAFT: "attention",
    ReportState.IN_CHECK: "info",
    ReportState.CHECKED: "info",
    ReportState.ISSUED: "good",
}


@register.filter
def period_label(thing: Any) -> str:
    return thing.period.label("zh" if is_chinese() else "en")


@register.filter
def report_tone(report: Report) -> str:
    return TONES[ReportState(report.state)]


@register.filter
def figure_value(figure: FrozenFigure) -> str:
    """Money with two decimals, counts whole; without the unit."""
    return number(figure.value, figure.is_money)


@register.simple_tag
def plain_number(value: Any, figure: FrozenFigure) -> str:
    """As the figure is written, without the unit."""
    return number(value, figure.is_money)


@register.filter
def unit_words(figure: FrozenFigure) -> str:
    return figure.unit_zh if is_chinese() else figure.unit_en


@register.simple_tag
def signed(value: Any, figure: FrozenFigure) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + number(abs(value), figure.is_money)


def number(value: Any, is_money: bool) -> str:
    return yuan(value) if is_money else f"{value.normalize():,f}"


@register.filter
def cell(value: Any) -> SafeString | str:
    """A frozen cell: a day, an amount, a text as it was typed, or a pair of which the reader's language is shown."""
    if isinstance(value, list):
        chinese, english = value
        return str(chinese if is_chinese() else english or chinese or "—")
    if isinstance(value, str) and ISO_DAY.fullmatch(value):
        return day(date.fromisoformat(value))
    if isinstance(value, str) and AMOUNT.fullmatch(value):
        return yuan(Decimal(value))
    return typed(value)
