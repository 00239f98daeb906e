"""Cells and addresses of drill-down pages."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import template

from bureau.common.money import yuan
from bureau.common.templatetags.ui import day, typed

register = template.Library()


@register.filter
def cell_text(value: Any) -> str:
    """A live cell: days and money as everywhere, text as it was typed."""
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return yuan(value)
    return typed(value)


@register.simple_tag(takes_context=True)
def page_url(context: template.Context, number: int, step: int) -> str:
    query = context["request"].GET.copy()
    query["page"] = str(number + step)
    return f"?{query.urlencode()}"
