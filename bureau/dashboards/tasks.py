"""Keeps the figures of large dashboards fresh."""

from bureau.common import clock
from bureau.dashboards import kept, queries
from bureau.dashboards.models import KeptFigures
from bureau.dashboards.spans import span_of
from bureau.jobs import every

MOST_PAGES = 6


@every(minutes=1)
def refresh_kept():
    """Compute anew what somebody has looked at within the hour, the page seen last first; forget the rest."""
    now = clock.real_now()
    KeptFigures.objects.filter(looked_at__lt=now - kept.WATCHED).delete()
    pages = KeptFigures.objects.exclude(page__startswith=kept.RECORDS).order_by("-looked_at").values_list("page", flat=True)
    for page in list(pages[:MOST_PAGES]):
        span, area, chosen = page.split("|")
        queries.dashboard(span_of(span), chosen or None, area or None, anew=True)
