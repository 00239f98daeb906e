"""The same with a real worker and a real broker, killed and emptied."""

import random
import time

import pytest

from bureau import jobs
from bureau.accounts.models import User
from bureau.jobs import sweeper
from bureau.jobs.enums import State
from bureau.jobs.models import Job, Tick
from bureau.jobs.registry import KINDS
from bureau.notifications import notify
from bureau.notifications.enums import SmsState
from bureau.notifications.models import Notification
from tests.bureau.jobs import slow

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
KILLS = 4


def wait_until(condition, seconds=20.0, pause=0.1):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(pause)
    return False


def tell(number):
    owner = User.objects.create_owner(phone=f"138970012{number:02}")
    return notify("accounts.login_code", to=owner, context={"code": "123456", "minutes": 5})


def all_sent():
    return not Notification.objects.exclude(sms_state=SmsState.SENT).exists()


def test_a_job_asked_by_a_page_is_run_by_the_worker(worker):
    tell(1)
    assert wait_until(all_sent), worker.log()
    assert wait_until(lambda: Job.objects.get().state == State.DONE)


def test_an_emptied_redis_loses_nothing(worker, redis_server):
    worker.kill()
    for number in range(10):
        tell(number)
    redis_server.flushall()
    worker.start()
    assert not wait_until(all_sent, 2), "the broker knows nothing any more"
    Job.objects.update(sent_at=None)  # what half a minute does
    assert sweeper.sweep() == 10
    assert wait_until(all_sent), worker.log()
    assert wait_until(lambda: Job.objects.filter(state=State.DONE, attempts=1).count() == 10)


@pytest.fixture
def slow_worker(worker, monkeypatch):
    """A worker that knows the slow kind too."""
    monkeypatch.setitem(KINDS, "test.slow", KINDS["test.slow"])
    worker.kill()
    worker.argv += ["--include", "tests.bureau.jobs.slow"]
    worker.start()
    return worker


def test_a_worker_killed_anywhere_leaves_every_job_complete_and_nothing_twice(slow_worker):
    moments = random.Random(20210520)
    by = User.objects.machine()
    waiting = [jobs.ask("test.slow", by=by) for _ in range(KILLS)]
    for job in waiting:
        running = Job.objects.filter(pk=job.pk, state=State.RUNNING)
        assert wait_until(lambda running=running, job=job: running.exists() or sweep_and_see(job), 30, 0.02)
        time.sleep(moments.uniform(0, 1.2))
        slow_worker.kill()
        slow_worker.start()
    assert wait_until(lambda: sweep_and_see(*waiting), 60, 0.5), slow_worker.log()
    done = Job.objects.filter(kind="test.slow")
    assert [(job.state, job.result) for job in done] == [(State.DONE, {"parts": slow.PARTS})] * KILLS
    effects = {f"{job.pk}:{part}" for job in waiting for part in range(slow.PARTS)}
    assert set(Tick.objects.values_list("name", flat=True)) == effects


def sweep_and_see(*wanted):
    """What beat does every 15 seconds; True when these jobs are over."""
    sweeper.sweep()
    return not Job.objects.filter(pk__in=[job.pk for job in wanted]).exclude(state=State.DONE).exists()
