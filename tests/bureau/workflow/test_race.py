"""Sixteen clerks press the same button at once."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from bureau.accounts.roles import Role
from bureau.common import clock
from bureau.workflow import NotDone, perform
from tests.bureau.lab import Paper, PaperLog, office, staff

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lab")]
CLERKS = 16


def test_one_wins_and_fifteen_hear_why():
    from django.db import transaction

    boss = staff((Role.APPROVER, office()))
    with transaction.atomic():
        paper = Paper.objects.create(state="sent", amount=5)
        PaperLog.objects.create(subject=paper, name="x", after="sent", version=1, at=clock.now(),
                                effective_date=clock.today())
    start, results = Barrier(CLERKS), []

    def press():
        start.wait()
        try:
            results.append(perform(paper, "grant", by=boss, version=1).state)
        except NotDone as refusal:
            results.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(CLERKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == sorted(["granted"] + ["AlreadyMoved"] * (CLERKS - 1))
    assert PaperLog.objects.filter(name="grant").count() == 1
