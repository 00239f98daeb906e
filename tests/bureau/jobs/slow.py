"""A kind of job for the harness: five parts, each with one effect, time enough to be killed in between."""

import time

from django.utils.translation import gettext_lazy as _

from bureau import jobs
from bureau.jobs.models import Tick

PARTS = 5


@jobs.kind("test.slow", label=_("job"), lease=2)
def slow(job, report):
    for part in range(PARTS):
        report.step(part, PARTS, force=True)
        report.publish(lambda part=part: write(job, part), f"part {part}")
        time.sleep(0.15)
    return {"parts": PARTS}


def write(job, part):
    """Not unique by itself: done twice, it would count two."""
    name = f"{job.pk}:{part}"
    effect, created = Tick.objects.get_or_create(name=name, defaults={"last_at": "2021-05-20T00:00+08:00"})
    if not created:
        Tick.objects.filter(pk=effect.pk).update(name=f"{name} twice")
    time.sleep(0.1)
    return part
