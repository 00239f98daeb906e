"""The state of the house in words, for whoever keeps it running."""

import platform
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.attachments import scanner
from bureau.common import clock, workdays
from bureau.jobs import sweeper
from bureau.jobs.enums import State
from bureau.jobs.models import Job

SILENT = 180  # seconds without a beat after which somebody should look


@dataclass(frozen=True)
class Line:
    """`tone` is good, attention, bad or neutral; `advice` says what to do about it."""

    label: str
    value: Any
    tone: str = "neutral"
    advice: str = ""


def groups() -> list[tuple[str, list[Line]]]:
    return [
        (_("Work in the background"), [heartbeat(), *queue()]),
        (_("Safety"), safety()),
        (_("Calendar"), [calendar()]),
        (_("Versions"), versions()),
    ]


def heartbeat() -> Line:
    """Did beat reach a worker lately?"""
    seconds = sweeper.seconds_since_last_tick()
    label, advice = _("Beat and worker"), _("Start the worker and beat; reports and messages wait until then.")
    if seconds is None:
        return Line(label, _("never seen"), "bad", advice)
    words = ngettext("%(seconds)s second ago", "%(seconds)s seconds ago", int(seconds)) % {"seconds": int(seconds)}
    return Line(label, words, "good") if seconds < SILENT else Line(label, words, "bad", advice)


def queue() -> list[Line]:
    since = clock.now() - timedelta(days=1)
    found = Job.objects.aggregate(
        waiting=Count("pk", filter=Q(state=State.WAITING)),
        running=Count("pk", filter=Q(state=State.RUNNING)),
        failed=Count("pk", filter=Q(state=State.FAILED, finished_at__gte=since)),
        oldest=Min("asked_at", filter=Q(state=State.WAITING)),
    )
    late = found["oldest"] is not None and found["oldest"] < clock.now() - timedelta(minutes=15)
    return [
        Line(_("Jobs waiting"), found["waiting"], "attention" if late else "good",
             _("The oldest has waited for more than 15 minutes.") if late else ""),
        Line(_("Jobs running"), found["running"]),
        Line(_("Jobs failed in the last 24 hours"), found["failed"], "bad" if found["failed"] else "good",
             _("Open the list of jobs and read the reason.") if found["failed"] else ""),
    ]


def safety() -> list[Line]:
    name = scanner.name()
    lines = [
        Line(_("Virus scanner"), name or _("not configured"), "good" if name else "attention",
             "" if name else _("Name one in the environment: FILE_SCANNER.")),
        Line(_("Second factor of staff"), _("required") if settings.STAFF_TOTP_REQUIRED else _("off"),
             "good" if settings.STAFF_TOTP_REQUIRED else "attention"),
        Line(_("Encrypted connection"), _("yes") if settings.SESSION_COOKIE_SECURE else _("no"),
             "good" if settings.SESSION_COOKIE_SECURE else "attention",
             "" if settings.SESSION_COOKIE_SECURE else _("Over plain HTTP, logins can be read on the way.")),
    ]
    if settings.DEMO:
        lines.append(Line(_("Mode"), _("demo"), "attention", _("Never enter real data here.")))
    return lines


def calendar() -> Line:
    """From November on, next year's working days should be in the table."""
    today = clock.today()
    year = today.year + (today.month >= 11)
    missing = workdays.is_provisional(date(year, 12, 31))
    return Line(
        _("Working days of %(year)s") % {"year": year}, _("missing") if missing else _("entered"),
        "attention" if missing else "good",
        _("Enter them from the notice of the State Council; deadlines are provisional until then.") if missing else "",
    )


def versions() -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version'), pg_size_pretty(pg_database_size(current_database()))")
        server, size = cursor.fetchone()
    found = [Line("Python", platform.python_version()), Line("Django", django.get_version())]
    for package in ("celery", "redis"):
        try:
            found.append(Line(package.capitalize(), version(package)))
        except PackageNotFoundError:
            continue
    return [*found, Line("PostgreSQL", server), Line(_("Size of the database"), size)]
