"""The same with a real worker and a real broker."""

import time

import pytest

from bureau.accounts.models import User
from bureau.jobs import sweeper
from bureau.jobs.enums import State
from bureau.jobs.models import Job
from bureau.notifications import notify
from bureau.notifications.enums import SmsState
from bureau.notifications.models import Notification

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def wait_until(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
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
