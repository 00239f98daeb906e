from datetime import timedelta

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import DatabaseError


@register(Tags.database)
def clock_is_real(databases=None, **kwargs):
    """A production that was loaded from a demo's database would date everything wrongly."""
    from bureau.common.models import Clock

    if settings.DEMO or not databases:
        return []
    try:
        moved = Clock.objects.exclude(offset=timedelta()).exists()
    except DatabaseError:  # before the first migration
        return []
    return [Error("The database holds a demo's clock offset.", id="common.E001")] if moved else []
