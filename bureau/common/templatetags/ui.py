"""Components and filters that every page uses; `/gallery/` shows each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.common import clock, icons, money, workdays
from bureau.common.i18n import is_chinese, localized

register = template.Library()

TONES = {
    "neutral": "circle",
    "info": "info",
    "attention": "alert",
    "good": "check-circle",
    "bad": "x-circle",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CELL = re.compile(r"<(td|th)\b")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_COLUMN = re.compile(r'class="[^"]*\bfield-(\w+)')
#: Columns and fields that hold names given to things by programs and administrators, in no language.
_IDENTIFIERS = {"code", "key", "number_prefix", "sms_receipt", "username"}


# --- components -----------------------------------------------------------------------------------


@register.inclusion_tag("components/pill.html")
def pill(label: Any, tone: str = "neutral", icon: str = "") -> dict:
    """Status: icon, word, color. Tones: neutral, info, attention, good, bad."""
    return {"label": label, "tone": tone if tone in TONES else "neutral", "icon": icon or TONES.get(tone, "circle")}


@register.inclusion_tag("components/chip.html")
def clock_chip(due: date | datetime | None, paused: Any = False, done: Any = False) -> dict:
    """Working days left until `due`; nothing is shown without a deadline or when the work is done.

    `paused` is True or the reason; a day beyond the table of working days is marked as provisional.
    """
    if paused:
        reason = paused if isinstance(paused, str) else _("waiting for corrections")
        return {"text": _("Paused: %(reason)s") % {"reason": reason}, "tone": "neutral", "icon": "pause", "due": due}
    if due is None or done:
        return {"text": ""}
    day = _as_day(due)
    left = working_days_left(day)
    if left < 0:
        text = ngettext("%(days)s working day overdue", "%(days)s working days overdue", -left) % {"days": -left}
        tone, icon = "bad", "alert"
    elif left == 0:
        text, tone, icon = _("Due today"), "bad", "clock"
    else:
        text = ngettext("%(days)s working day left", "%(days)s working days left", left) % {"days": left}
        tone, icon = ("attention" if left <= 3 else "info"), "clock"
    return {"text": text, "tone": tone, "icon": icon, "due": day, "provisional": workdays.is_provisional(day)}


def working_days_left(day: date) -> int:
    """Working days from today to `day`; negative when it has passed; -1 at least when it is not today."""
    today = clock.today()
    if day == today:
        return 0
    if day > today:
        return max(workdays.between(today, day), 1)
    return -max(abs(workdays.between(day, today)), 1)


@register.inclusion_tag("components/figure_card.html")
def figure_card(
    label: Any, value: Any, unit: Any = "", change: Any = None, href: str = "", compared: Any = "", note: Any = ""
) -> dict:
    """A figure; `change` is a number (drawn with an arrow and the unit) or a ready text."""
    direction = ""
    if isinstance(change, int | float | Decimal):
        direction = "up" if change > 0 else "down" if change < 0 else "same"
        sign = "+" if change > 0 else "−" if change < 0 else "±"
        change = f"{sign}{_number(abs(change))}{' ' if unit else ''}{unit}"
    return {
        "label": label,
        "value": _number(value) if isinstance(value, int | float | Decimal) else value,
        "unit": unit,
        "change": change,
        "direction": direction,
        "href": href,
        "compared": compared,
        "note": note,
    }


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any]) -> dict:
    """Entries, newest first, each with title, who, at, note, next (attributes or keys)."""
    return {"entries": entries}


@register.inclusion_tag("components/empty.html")
def empty(title: Any, hint: Any = "", href: str = "", label: Any = "") -> dict:
    return {"title": title, "hint": hint, "href": href, "label": label}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, page: Any, name: str = "page") -> dict:
    """Previous and next of a Django page, keeping the rest of the query string."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None

    def address(number: int) -> str:
        if query is None:
            return f"?{name}={number}"
        query[name] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: Any = "") -> dict:
    total = max(int(total or 0), 0)
    done = min(max(int(done or 0), 0), total) if total else 0
    return {"done": done, "total": total or 1, "label": label, "known": bool(total)}


@register.inclusion_tag("components/note.html")
def note(text: Any, tone: str = "info") -> dict:
    """One sentence that must be read."""
    return {"text": text, "tone": tone, "icon": TONES.get(tone, "info")}


# --- filters --------------------------------------------------------------------------------------


@register.filter
def icon(name: str) -> SafeString:
    return icons.draw(name)


@register.filter
def yuan(value: Any) -> str:
    """1234 → "1,234.00"; nothing stays nothing."""
    amount = _decimal(value)
    return "" if amount is None else money.yuan(amount)


@register.filter
def wan(value: Any) -> str:
    """3892000 → "389.2万元" or "3.892 million yuan"."""
    amount = _decimal(value)
    return "" if amount is None else money.narrative(amount, "zh" if is_chinese() else "en")


@register.filter
def capitals(value: Any) -> str:
    """5000 → "伍仟元整" beside an amount on a screen, for who reads Chinese."""
    return paper_capitals(value) if is_chinese() else ""


@register.filter
def paper_capitals(value: Any) -> str:
    """The same on papers, which have it in every language."""
    amount = _decimal(value)
    return "" if amount is None else money.capitals(amount)


@register.filter
def count(value: Any) -> str:
    """1431 → "1,431"."""
    return "" if value in (None, "") else _number(value)


@register.filter
def pair(obj: Any, field: str) -> str:
    """The `_zh` or `_en` text of a configured object."""
    return localized(obj, field)


@register.filter
def typed(value: Any) -> SafeString | str:
    """What people typed stays as written; Chinese in it is marked as such."""
    if value in (None, ""):
        return "—"
    if _CHINESE.search(str(value)):
        return format_html('<span lang="zh">{}</span>', value)
    return conditional_escape(value)


@register.filter
def typed_cell(cell: str) -> SafeString:
    """A cell of an admin list, marked where it holds the other language or an identifier."""
    html = _spoken_booleans(conditional_escape(cell))
    name = _COLUMN.search(html)
    return SafeString(_CELL.sub(rf"<\1{marks(html, name[1] if name else '')}", html, count=1))


@register.simple_tag
def row_cells(row: Iterable[str], headers: Iterable[dict]) -> SafeString:
    """The cells of a row of an admin list, each with the title of its column, since a phone shows a row as a card."""
    cells = (_titled(typed_cell(cell), str(header["text"])) for cell, header in zip(row, headers, strict=False))
    return SafeString("".join(cells))


def _titled(cell: str, title: str) -> str:
    """The column with the box that selects a row has a control for its title."""
    mark = "" if "<" in title else format_html(' data-label="{}"', capfirst(title))
    return _CELL.sub(lambda tag: tag[0] + mark, cell, count=1)


@register.filter
def marks(html: Any, name: str = "") -> SafeString:
    """Attributes for the element around a value of the field `name`: its language, or that it is an identifier."""
    text = str(html)
    if 'lang="' in text:
        return SafeString("")
    if _CHINESE.search(text):
        return SafeString("" if is_chinese() else ' lang="zh"')
    if name.endswith("_en") and is_chinese():
        return SafeString(' lang="en"')
    return SafeString(' translate="no"' if name in _IDENTIFIERS else "")


@register.filter
def spoken(html: Any) -> SafeString:
    """The stock admin draws a check mark or a cross for yes and no, and reads it aloud in English."""
    return _spoken_booleans(conditional_escape(html))


def _spoken_booleans(html: str) -> SafeString:
    for word, said in (("True", _("Yes")), ("False", _("No")), ("None", _("Not known"))):
        html = html.replace(f'alt="{word}"', f'alt="{said}"')
    return SafeString(html)


@register.filter
def day(value: date | datetime | None) -> str:
    """2021年5月15日, in English 15 May 2021; a moment is shown by its day in Shanghai."""
    if not value:
        return ""
    moment = _as_day(value)
    if is_chinese():
        return f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


@register.filter
def moment(value: datetime | None) -> str:
    """2021年5月15日 14:05, in English 15 May 2021, 14:05."""
    if not value:
        return ""
    if not isinstance(value, datetime):
        return day(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)}{' ' if is_chinese() else ', '}{local:%H:%M}"


@register.filter
def iso(value: date | datetime | None) -> str:
    """For the datetime attribute."""
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat() if value else ""


def _as_day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value


def _decimal(value: Any) -> Decimal | None:
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None


def _number(value: Any) -> str:
    """With thousands separators in both languages, so that columns align."""
    if isinstance(value, str):
        parsed = _decimal(value)
        if parsed is None:
            return value
        value = parsed
    return f"{value:,}"
