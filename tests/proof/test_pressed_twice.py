"""M2: a button pressed sixteen times at once, sent again later, sent again with something else; a process killed between
the claim of the key and the commit."""

import os
import signal
import uuid
import warnings

import pytest
from django.db import connection
from django.urls import reverse

from bureau.common import clock
from bureau.workflow import engine
from enterprises.models import Membership
from subsidies.actions import application as actions
from subsidies.enums import FundSource
from subsidies.loans.models import LoanRequest
from subsidies.models import Application, BudgetLine
from tests.factories import loans, pledges
from tests.factories import subsidies as make
from tests.factories import training as courses
from tests.harness.pages import browser
from tests.proof.at_once import at_once
from training.models import Enrollment

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PRESSES, ROUNDS, KILLS = 16, 50, 20
BUSY = 503


@pytest.fixture
def world():
    return make.world()


def filled(world):
    return make.fill(make.draft(world, enterprise=make.shop(world.owner)), world.owner)


def review(application, key):
    return reverse("subsidies:my_review", args=[application.ref]), {"key": key, "rev": application.rev}


def press(browsers, address, values):
    """The answers of all browsers that post the same at the same moment; who is told "busy" presses again."""

    def send(number):
        for _try in range(20):
            answer = browsers[number].post(address, values)
            if answer.status_code != BUSY:
                break
        return answer.status_code, answer.headers.get("Location", "")

    return at_once(len(browsers), send)


# --- handing in ----------------------------------------------------------------------------------------------------------


@pytest.mark.proof("M2", "held")
def test_the_same_key_hands_in_once(world, proof):
    browsers = [browser(world.owner) for _n in range(PRESSES)]
    refused = 0
    for _round in range(ROUNDS):
        application, key = filled(world), str(uuid.uuid4())
        answers = press(browsers, *review(application, key))
        assert set(answers) == {(302, reverse("subsidies:my_receipt", args=[application.ref]))}
        application.refresh_from_db()
        assert application.log.count() == application.waits.count() == 1
        other = filled(world)
        refused += browsers[0].post(*review(other, key)).status_code == 422
        other.refresh_from_db()
        assert (other.state, other.number) == ("draft", None)
    created = Application.objects.exclude(number=None).values("number").distinct().count()
    assert (created, refused) == (ROUNDS, ROUNDS)
    proof("M2").held(f"{ROUNDS} rounds × {PRESSES} presses with one key through the page: {created} handed in, "
                     f"{ROUNDS * (PRESSES - 1)} told the same number; the key again for another draft: {refused} of {ROUNDS} refused")


def killed_before_the_commit(application, key, monkeypatch):
    """Hands in, in a process of its own that dies by SIGKILL when all is written and nothing committed."""
    connection.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        monkeypatch.setattr(engine, "record", lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL))
        try:
            actions.submit(application=application, by=application.applicant, key=key, rev=application.rev)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.proof("M2", "held")
def test_a_process_killed_before_the_commit_leaves_the_key_free(world, proof, monkeypatch):
    free = 0
    for _kill in range(KILLS):
        application, key = filled(world), uuid.uuid4()
        assert killed_before_the_commit(application, key, monkeypatch)
        application.refresh_from_db()
        assert (application.state, application.submit_key, application.log.count()) == ("draft", None, 0)
        answer = browser(world.owner).post(*review(application, str(key)))
        application.refresh_from_db()
        free += answer.status_code == 302 and application.submit_key == key and application.log.count() == 1
    assert free == KILLS
    proof("M2").held(f"{KILLS} processes killed between claim and commit: the key is free again {free} of {KILLS}")


# --- money ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def purse(world):
    finance = make.staff("finance", ("finance", world.bureau))
    line = BudgetLine.objects.create(
        fund_source=FundSource.COUNTY, fiscal_year=clock.today().year, name_zh="奖补", name_en="Awards")
    return line, [browser(finance) for _n in range(PRESSES)]


def allotments(purse, rounds):
    """Each round allots 100 yuan, pressed by all; returns how often another amount under the same key was refused."""
    line, browsers = purse
    address, refused = reverse("admin:subsidies_budgetline_allot", args=[line.pk]), 0
    for _round in range(rounds):
        values = {"key": str(uuid.uuid4()), "amount": "100", "note": ""}
        press(browsers, address, values)
        refused += browsers[0].post(address, values | {"amount": "101"}).status_code == 422
    line.refresh_from_db()
    return refused


@pytest.mark.proof("M2", "held")
def test_the_same_key_allots_once(purse, proof):
    refused = allotments(purse, ROUNDS)
    line = purse[0]
    assert (line.cap, line.entries.count(), refused) == (100 * ROUNDS, ROUNDS, ROUNDS)
    proof("M2").held(f"{ROUNDS} allotments × {PRESSES} presses: {line.entries.count()} entries; another amount under the same "
                     f"key: {refused} of {ROUNDS} refused")


@pytest.mark.proof("M2", "removed")
def test_without_the_unique_key_money_is_allotted_again(purse, proof):
    with connection.cursor() as cursor:
        cursor.execute("select conname from pg_constraint where conrelid = 'subsidies_entry'::regclass and contype = 'u' "
                       "and pg_get_constraintdef(oid) = 'UNIQUE (key)'")
        cursor.execute(f"alter table subsidies_entry drop constraint {cursor.fetchone()[0]}")
    allotments(purse, 5)
    line = purse[0]
    assert line.entries.count() > 5
    proof("M2").removed("unique key of an entry", f"5 allotments pressed {PRESSES} times each: {line.entries.count()} entries, "
                        f"{line.cap} yuan instead of 500")


# --- the other forms of owners ------------------------------------------------------------------------------------------------


def doors(world):
    """(rows that may come of it, address, values) of each form by which an owner begins something."""
    owner = world.owner
    loans.product(key="noodles")
    session, pledge = courses.session(), pledges.published(pledges.desk())
    stranger = make.shop()
    yield (Application.objects.filter(enterprise=world.shop), reverse("subsidies:begin", args=[world.scheme.key]),
           {"enterprise": world.shop.number})
    yield (LoanRequest.objects.filter(enterprise=world.shop), reverse("loans:ask", args=["noodles", world.shop.number]),
           {"amount": "50000", "purpose": "扩店", "consent": "on"})
    yield (Enrollment.objects.filter(session=session), reverse("training:enroll", args=[session.number]),
           {"name": "马建国", "phone": "13800000001", "id_number": courses.id_number()})
    yield pledge.feedback.all(), reverse("programs:rate", args=[pledge.number]), {"rating": "4", "comment": ""}
    yield (Membership.objects.filter(enterprise=stranger, user=owner),
           reverse("enterprises:claim", args=[stranger.number]), {"note": "这是我的店"})


@pytest.mark.proof("M2", "held")
def test_every_form_that_begins_something_begins_it_once(world, proof):
    browsers, counted = [browser(world.owner) for _n in range(PRESSES)], []
    for rows, address, values in doors(world):
        answers = press(browsers, address, values)
        assert {code for code, _where in answers} <= {302, 422, 429}, address
        counted.append(rows.count())
    assert counted == [1] * len(counted)
    proof("M2").held(f"{len(counted)} other forms of owners (draft, loan, enrollment, rating, claim) × {PRESSES} presses: "
                     f"{sum(counted)} rows")
