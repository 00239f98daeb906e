"""How pledges and ratings are drawn."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bureau.common.i18n import localized
from programs.models import BEST, Pledge

register = template.Library()


@register.filter
def pledge_text(pledge: Pledge) -> str:
    """What was pledged, in the language of the page where it is there."""
    return localized(pledge, "text")


@register.filter
def one_place(value: Any) -> str:
    """4.25 → "4.3"; nothing stays nothing."""
    return "" if value is None or value == "" else f"{float(value):.1f}"


@register.simple_tag
def stars(rating: int) -> SafeString:
    """★★★★☆, read out as "4 of 5"."""
    return format_html(
        '<span class="pledge-stars" role="img" aria-label="{}">{}<span class="pledge-stars__off">{}</span></span>',
        _("%(rating)s of %(best)s") % {"rating": rating, "best": BEST}, "★" * rating, "☆" * (BEST - rating),
    )


@register.simple_tag
def percent_bar(percent: int) -> SafeString:
    """A bar from zero, with its figure beside it."""
    return format_html(
        '<span class="percent-bar"><progress max="100" value="{0}" aria-label="{1}">{0}%</progress>'
        '<span class="num">{0}%</span></span>',
        percent, _("Progress"),
    )
