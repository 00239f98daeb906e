"""Re-sends what the database says is waiting, gives back what dead workers held, runs what is due by time."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest, Now
from django.utils.translation import gettext as _
from django.utils.translation import override

from bureau.common import clock
from bureau.jobs import actions
from bureau.jobs.enums import State
from bureau.jobs.models import Job, Tick
from bureau.jobs.registry import TICKS

logger = logging.getLogger(__name__)

AGAIN = timedelta(seconds=30)  # a job sent this long ago and still waiting is sent again
BATCH = 500


def sweep() -> int:
    """Returns how many jobs were sent."""
    bury()
    give_back()
    sent = 0
    for pk in claim_due():
        if not actions.nudge(pk):
            break
        sent += 1
    return sent


def bury() -> None:
    """Jobs whose last attempt died with its worker are failed, loudly."""
    dead = Job.objects.filter(state=State.RUNNING, lease_until__lt=Now(), attempts__gte=actions.MAX_ATTEMPTS)
    for pk, language in list(dead.values_list("pk", "language")):
        with transaction.atomic(), override(language):
            if _end(dead.filter(pk=pk), State.FAILED, _("The work broke off three times. It has been noted.")):
                actions.alarm(pk)


def give_back() -> None:
    """Leases that ran out: to waiting, or to cancelled if somebody asked for that meanwhile."""
    lost = Job.objects.filter(state=State.RUNNING, lease_until__lt=Now(), attempts__lt=actions.MAX_ATTEMPTS)
    _end(lost.filter(cancel_asked=True), State.CANCELLED)
    lost.filter(cancel_asked=False).update(
        state=State.WAITING, lease_until=None, next_at=Now(), sent_at=None, delivery=""
    )


def _end(jobs, state: State, error: str = "") -> int:
    return jobs.update(
        state=state, lease_until=None, error=error,
        finished_at=Greatest(Coalesce("started_at", "asked_at"), clock.now()),
    )  # fmt: skip


def claim_due() -> list:
    """Ids to send, marked as sent; two sweepers never take the same row."""
    with transaction.atomic():
        unsent = Q(sent_at=None) | Q(sent_at__lt=Now() - AGAIN)
        due = Job.objects.due().filter(unsent).order_by("next_at")
        ids = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:BATCH])
        Job.objects.filter(pk__in=ids).update(sent_at=Now())
    return ids


def run_due_ticks() -> list[str]:
    """Run each periodic function that is due; of many workers the one that moves its row runs it."""
    ran = []
    for name, tick in TICKS.items():
        Tick.objects.get_or_create(name=name, defaults={"last_at": clock.real_now() - timedelta(days=3650)})
        if Tick.objects.filter(name=name, last_at__lte=Now() - tick.interval).update(last_at=Now()):
            ran.append(name)
            try:
                tick.run()
            except Exception:
                logger.exception("The periodic function %s failed.", name)
    return ran


def seconds_since_last_tick() -> float | None:
    """How long ago beat last reached a worker; None if never. For the health page."""
    last = Tick.objects.filter(name=HEARTBEAT).annotate(age=Now() - F("last_at")).values_list("age", flat=True).first()
    return last.total_seconds() if last is not None else None


def note_heartbeat() -> None:
    Tick.objects.update_or_create(name=HEARTBEAT, defaults={"last_at": clock.real_now()})


HEARTBEAT = "heartbeat"
