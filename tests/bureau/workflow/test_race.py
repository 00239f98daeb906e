"""Sixteen clerks press the same button at once."""

from threading import Barrier, Event, Thread

import pytest
from django.db import connection, transaction

from bureau.accounts.roles import Role
from bureau.common import clock
from bureau.workflow import NotDone, perform, perform_all
from tests.bureau.lab import Paper, PaperLog, office, staff

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lab")]
CLERKS = 16


def test_one_wins_and_fifteen_hear_why():
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


def test_a_batch_passes_by_what_somebody_holds():
    """The row that another transaction keeps is refused in words, and the others are moved."""
    boss, papers = staff((Role.APPROVER, office())), []
    with transaction.atomic():
        for _n in range(3):
            papers.append(Paper.objects.create(state="sent", amount=5))
            PaperLog.objects.create(subject=papers[-1], name="x", after="sent", version=1, at=clock.now(),
                                    effective_date=clock.today())
    held, done = Event(), Event()

    def hold():
        with transaction.atomic():
            Paper.objects.select_for_update().get(pk=papers[1].pk)
            held.set()
            done.wait(30)
        connection.close()

    keeper = Thread(target=hold)
    keeper.start()
    held.wait(30)
    try:
        with connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '200ms'")
        outcomes = perform_all(papers, "grant", by=boss)
    finally:
        done.set()
        keeper.join()
        connection.close()
    assert [outcome.done for outcome in outcomes] == [True, False, True]
    assert "办理" in outcomes[1].reasons[0]
