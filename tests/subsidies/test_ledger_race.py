"""32 clients approve on one budget line through the real view: nothing is overdrawn, nobody deadlocks.

The same rounds without the guard must overspend, else this file would prove nothing. `make proof` takes 200 rounds,
every other run 30; the run without the guard takes a tenth of them.
"""

import threading
import time
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from bureau.common import clock
from subsidies.actions import ledger
from subsidies.enums import FundSource
from subsidies.models import Application, BudgetLine, Entry
from tests.factories import awards

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CLIENTS, FITTING, AMOUNT = 32, 10, Decimal("5000")
PATIENCE = 20  # tries of a client that is told "busy" because a row stayed locked for longer than the lock timeout


@pytest.fixture
def rounds(request):
    return 200 if request.config.getoption("--proof") else 30


@pytest.fixture
def clients():
    """As many browsers of the same approver as there are threads."""
    home = awards.house()
    made = [Client() for _n in range(CLIENTS)]
    for client in made:
        client.force_login(home.people["approver"], backend="bureau.accounts.backends.StaffBackend")
    return home, made


def new_line(home, number):
    """A line that bears 10 of the 32 awards."""
    line = BudgetLine.objects.create(
        fund_source=FundSource.COUNTY, fiscal_year=clock.today().year, name_zh=f"第{number}轮",
        name_en=f"Round {number}",
    )
    ledger.allot(line=line, amount=AMOUNT * FITTING + 1, by=home.people["finance"], key=f"allot:round:{number}")
    return line


def approve_all_at_once(clients, cases, line):
    """Every client approves its case at the same moment, and tries again where it is told "busy"; returns the
    last status codes, and how often somebody was told so."""
    barrier, codes, busy = threading.Barrier(len(cases)), [0] * len(cases), []

    def approve(index, client, case):
        address = reverse("admin:subsidies_application_step", args=[case.pk, "approve"])
        try:
            barrier.wait(30)
            for _try in range(PATIENCE):
                answer = client.post(
                    address, {"version": case.version, "line": line.pk}, headers={"HX-Request": "true"}
                )
                codes[index] = answer.status_code
                if answer.status_code != 503:
                    break
                busy.append(index)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=approve, args=(index, client, case))
        for index, (client, case) in enumerate(zip(clients, cases, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes, len(busy)


def deadlocks():
    with connection.cursor() as cursor:
        cursor.execute("select pg_stat_force_next_flush()")
        cursor.execute("select deadlocks from pg_stat_database where datname = current_database()")
        return cursor.fetchone()[0]


def race(home, clients, rounds):
    """Rounds that overspent, and what each round answered."""
    overspent, answers = 0, []
    waiting = []
    for number in range(rounds):
        waiting += [awards.application(home, at="approval") for _n in range(CLIENTS - len(waiting))]
        line = new_line(home, number)
        codes, busy = approve_all_at_once(clients, waiting, line)
        reserved = line.entries.totals()["reserved"]
        overspent += reserved > AMOUNT * FITTING + 1
        answers.append((codes, reserved, busy))
        open_cases = Application.objects.filter(pk__in=[case.pk for case in waiting], state="in_review")
        waiting = list(open_cases)
    return overspent, answers


@pytest.mark.proof("M1", "held")
def test_nothing_is_overdrawn_and_nobody_deadlocks(clients, rounds, capsys, proof):
    home, browsers = clients
    before, began = deadlocks(), time.monotonic()
    overspent, answers = race(home, browsers, rounds)
    took = time.monotonic() - began
    for codes, reserved, _busy in answers:
        assert set(codes) <= {204, 409}, "every client is told plainly"
        assert codes.count(204) == FITTING and reserved == AMOUNT * FITTING
    assert overspent == 0
    assert deadlocks() == before
    assert not ledger.drift()
    assert Entry.objects.filter(kind="reserve").count() == rounds * FITTING
    busy = sum(count for _codes, _reserved, count in answers)
    with capsys.disabled():
        print()
        proof("M1").held(f"{rounds} rounds × {CLIENTS} clients through the view: 0 overdrawn, exactly {FITTING} winners "
                         f"each, 0 deadlocks, {busy} told to try again, {took / rounds:.2f} s a round")


@pytest.mark.proof("M1", "removed")
def test_without_the_guard_it_overspends(clients, rounds, monkeypatch, proof):
    """Read, check, write instead of one conditional update, and no check constraint behind it."""
    home, browsers = clients
    monkeypatch.setattr(ledger, "shift", read_check_write)
    with connection.cursor() as cursor:
        cursor.execute("alter table subsidies_budgetline drop constraint budgetline_not_overdrawn")
    few = rounds // 10
    overspent, _answers = race(home, browsers, few)
    assert overspent > 0
    proof("M1").removed("conditional update and check constraint", f"{overspent} of {few} rounds overspent")


def read_check_write(line_id, *, cap, reserved, paid):
    line = BudgetLine.objects.get(pk=line_id)
    if line.cap - line.reserved - line.paid < reserved + paid - cap:
        return False
    time.sleep(0.002)
    BudgetLine.objects.filter(pk=line_id).update(
        cap=line.cap + cap, reserved=line.reserved + reserved, paid=line.paid + paid
    )
    return True


def test_a_row_that_stays_locked_answers_busy(clients):
    """Somebody holds the case for longer than the lock timeout: 503, and nothing has happened."""
    home, (browser, *_others) = clients
    case = awards.application(home, at="approval")
    held, release = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Application.objects.select_for_update().get(pk=case.pk)
            held.set()
            release.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    address = reverse("admin:subsidies_application_step", args=[case.pk, "approve"])
    answer = browser.post(address, {"version": case.version, "line": home.line.pk})
    release.set()
    holder.join()
    assert answer.status_code == 503 and answer["Retry-After"]
    case.refresh_from_db()
    assert case.state == "in_review" and not case.entries.exists()
    assert browser.post(address, {"version": case.version, "line": home.line.pk}).status_code == 302
