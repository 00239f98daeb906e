"""Reports under a worker that is killed, a broker that forgets, and clients that press twice.

Kinds of jobs in general are killed in tests/bureau/jobs; here it is the writing of reports, place by place.
"""

import itertools
import os
import signal
import threading
import time
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.urls import reverse

from bureau.accounts.models import User
from bureau.audit.models import AuditEvent
from bureau.common import clock
from bureau.common.periods import Kind
from bureau.jobs import actions as job_actions
from bureau.jobs import sweeper
from bureau.jobs.enums import State
from bureau.jobs.errors import LostLease
from bureau.jobs.models import Job
from bureau.jobs.report import Report as Progress
from bureau.notifications import notify
from bureau.notifications.enums import SmsState
from bureau.notifications.models import Notification
from bureau.reports import actions, writing
from bureau.reports.freezing import digest
from bureau.reports.models import Report
from bureau.reports.packing import unpack_ids, unpack_rows
from subsidies.models import Application
from tests.factories import awards
from tests.factories import subsidies as make
from tests.harness import town
from tests.harness.pages import browser
from tests.servers import Servers

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
STEPS = ("the run", "reading", "reading a source", "the transition", "saving", "saving a source", "the paragraphs",
         "writing the paragraphs", "sealing", "publishing")
#: Twenty places; the last word says who dies: the process that works, or the whole worker.
PLACES = [(f"{when} {step}", n % 5 == 4) for n, (step, when) in enumerate(itertools.product(STEPS, ("before", "after")))]


def wait_until(condition, seconds=60.0, pause=0.05):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(pause)
    return None


def minutes_pass(dead: list[str] | None = None) -> None:
    """What two minutes do: what waits is sent again, and the first lease of the jobs whose worker died runs out."""
    lost = Job.objects.filter(state=State.RUNNING, pk__in=dead or (), attempts=1)
    lost.update(lease_until=Now() - timedelta(seconds=1))
    Job.objects.filter(state=State.WAITING).update(sent_at=None, next_at=Now())
    sweeper.sweep()


@pytest.fixture
def home():
    """A few cases to report on, and nothing written yet."""
    house = awards.house()
    for at in ("accept", "first_review", "check", "approval", "payment"):
        awards.application(house, at=at)
    return house


def templates(*, periods: int = 4) -> None:
    """Five reports that come round, each due for the last `periods` periods."""
    today = clock.today()
    for kind, days in ((Kind.WEEK, 7), (Kind.TEN_DAYS, 10), (Kind.MONTH, 30), (Kind.QUARTER, 91), (Kind.HALF_YEAR, 182)):
        town.template(str(kind), kind, first=today - timedelta(days=days * periods))


def complete(report: Report) -> None:
    """Figures, the rows they stand on, paragraphs and log agree; nothing is there twice."""
    assert report.state == "draft" and report.snapshot_at
    assert list(report.log.values_list("name", flat=True)) == ["write"]
    assert AuditEvent.objects.filter(event="reports.report.write", object_id=str(report.pk)).count() == 1
    keys = writing.keys_of(report.template)
    places = [None, *(county.pk for county in writing.counties_of(report.region))]
    wanted = {(key, window, place) for key in keys for window in report.windows for place in places}
    wanted |= {(key, window, report.region_id) for key in booked_at_the_region(report) for window in report.windows}
    assert set(report.figures.values_list("key", "window", "county")) == wanted
    rows = {source.pk: rows_of(source) for source in report.sources.all()}
    for figure in report.figures.select_related("source"):
        ids = unpack_ids(figure.members)
        assert (len(ids), digest(ids)) == (figure.records, figure.sha256)
        assert set(ids) <= set(rows[figure.source_id])
    for section in {section for section, _order in report.paragraphs.values_list("section", "order")}:
        orders = list(report.paragraphs.filter(section=section).values_list("order", flat=True))
        assert sorted(orders) == list(range(1, len(orders) + 1))
    assert report.paragraphs.values("section").distinct().count() == 3


def booked_at_the_region(report: Report) -> set[str]:
    """Keys of figures that count rows of no county (money of the prefecture); those rows make a figure of their own."""
    counties = [county.pk for county in writing.counties_of(report.region)]
    rest = {}
    for figure in report.figures.filter(county=None):
        rest[figure.key, figure.window] = set(unpack_ids(figure.members))
    for figure in report.figures.filter(county__in=counties):
        rest[figure.key, figure.window] -= set(unpack_ids(figure.members))
    return {key for (key, _window), ids in rest.items() if ids}


def rows_of(source) -> dict[int, list]:
    found = {}
    for chunk in source.chunks.all():
        found |= dict(zip(chunk.ids, unpack_rows(chunk.body), strict=True))
    assert len(found) == source.rows and digest(found) == source.sha256
    return found


@pytest.fixture
def stopped_worker(worker, tmp_path):
    """A worker that knows the stopping places; it is not running yet."""
    worker.kill()
    worker.env["HARNESS_PLACES"] = str(tmp_path)
    worker.argv += ["--include", "tests.harness.stopping_places"]
    worker.places = tmp_path
    return worker


@pytest.mark.proof("P2", "held")
def test_a_worker_killed_at_twenty_places_leaves_every_report_complete(home, stopped_worker, capsys, proof):
    templates(periods=5)
    made = actions.ensure_due()
    assert len(made) >= len(PLACES)
    worker, killed, dead = stopped_worker, Counter(), []
    named = iter([place for place, _whole in PLACES])

    def name_next():
        (worker.places / "stop").write_text(next(named, "nowhere"))

    name_next()
    worker.start()
    for place, whole in PLACES:
        minutes_pass(dead)
        reached = worker.places / "reached"
        assert wait_until(reached.exists), f"{place} was never reached\n{worker.log()}"
        dies, job = reached.read_text().split()
        dead.append(job)
        reached.unlink()
        name_next()  # before anybody dies, so that no report is written in between
        if whole:
            worker.kill()
            worker.start()
        else:
            os.kill(int(dies), signal.SIGKILL)
        killed["worker" if whole else "process"] += 1
    assert wait_until(lambda: over() or minutes_pass(dead), 180, 1), worker.log()
    assert sum(killed.values()) == 20
    assert not actions.ensure_due(), "nothing is due a second time"
    assert Job.objects.filter(kind=actions.GENERATE).exclude(state=State.DONE).count() == 0
    reports = Report.objects.all()
    assert len(set(reports.values_list("template", "period_start", "revision"))) == len(reports) == len(made)
    for report in reports:
        complete(report)
    attempts = Counter(Job.objects.filter(kind=actions.GENERATE).values_list("attempts", flat=True))
    with capsys.disabled():
        print()
        proof("P2").held(f"{killed['process']} pool processes and {killed['worker']} whole workers killed at 20 places: "
                         f"{len(reports)} of {len(made)} reports complete, 0 twice")
    assert attempts[2] >= 18  # before it is claimed, and after it was ended, no second attempt is needed


def over() -> bool:
    return not Job.objects.exclude(state__in=(State.DONE, State.FAILED)).exists()


@pytest.mark.proof("P3", "held")
def test_a_broker_that_forgets_and_dies_loses_nothing(home, worker, redis_server, proof):
    """Emptied five times while reports are written and owners are told, then killed and started again."""
    templates(periods=2)
    owners = [User.objects.create_owner(phone=f"138970013{number:02}") for number in range(12)]
    reports, told = actions.ensure_due(), 0
    for number, owner in enumerate(owners):
        notify("accounts.login_code", to=owner, context={"code": "123456", "minutes": 5})
        told += 1
        if number % 3 == 1:
            redis_server.flushall()
        if number == 7:
            restart_redis()
    assert wait_until(lambda: settled() or minutes_pass(), 180, 1), worker.log()
    assert Notification.objects.filter(sms_state=SmsState.SENT).count() == told
    assert Job.objects.exclude(state=State.DONE).count() == 0
    assert Report.objects.count() == len(reports)
    for report in Report.objects.all():
        complete(report)
    proof("P3").held(f"Redis emptied 4 times and killed once: 0 of {Job.objects.count()} jobs and 0 of {told} messages lost")


@pytest.mark.proof("P3", "removed")
def test_without_the_sweeper_what_redis_forgot_stays_undone(home, worker, redis_server, proof, monkeypatch):
    """The message of a job is taken from the broker before a worker has it; nobody sends it again."""
    worker.kill()
    templates(periods=1)
    actions.ensure_due()
    redis_server.flushall()
    worker.start()
    waiting = Job.objects.exclude(state=State.DONE).count()
    assert not wait_until(over, 12, 1)
    assert waiting > 0 and Job.objects.exclude(state=State.DONE).count() == waiting
    proof("P3").removed("sweeper", f"{waiting} of {Job.objects.count()} jobs wait for ever")
    minutes_pass()
    assert wait_until(lambda: over() or minutes_pass(), 120, 1), worker.log()


def settled() -> bool:
    return over() and not Notification.objects.exclude(sms_state=SmsState.SENT).exists()


def restart_redis() -> None:
    servers = Servers.of_this_run
    if servers.redis is None:
        pytest.skip("the broker belongs to somebody else")
    servers.family.kill(servers.redis.child)
    servers.redis.start(servers.family)


# --- without the guard the promise would break ---------------------------------------------------


def at_once(count: int, work) -> list:
    """Run `work()` in so many threads that start together; their answers, or what they raised."""
    start, answers = threading.Barrier(count), []

    def run():
        try:
            start.wait()
            answers.append(work())
        except Exception as error:  # noqa: BLE001 - counted by the test
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def drop(table: str, *names: str) -> None:
    """Take guards out of this test's own copy of the database."""
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f'alter table {table} drop constraint if exists "{name}"')
            cursor.execute(f'drop index if exists "{name}"')


ONCE = ("report_once_per_period", "report_one_revision_open", "report_one_revision_in_force")


@pytest.mark.proof("P1", "held")
def test_sixteen_beats_make_one_report(home, proof):
    rounds = 20
    for number in range(rounds):
        assert reports_of_sixteen_beats(f"race-{number}") == 1
    assert not actions.ensure_due(), "a clock that goes back an hour, or a beat that comes late, makes none"
    proof("P1").held(f"{rounds} periods × 16 beats at once: {rounds} reports")


@pytest.mark.proof("P1", "removed")
def test_without_the_constraint_two_beats_make_two_reports(home, proof):
    drop("reports_report", *ONCE)
    for number in range(20):
        if (made := reports_of_sixteen_beats(f"race-{number}")) > 1:
            proof("P1").removed("one report per period (unique constraint)", f"{made} reports of one period by 16 beats")
            return
    pytest.fail("the constraint is what keeps it to one")


def reports_of_sixteen_beats(key):
    template = town.template(key)
    at_once(16, actions.ensure_due)
    return template.reports.count()


def a_worker_comes_back_from_the_dead():
    """It claimed the report first, lost it to another who has written it, and publishes what it read."""
    town.template("stale")
    (report,) = actions.ensure_due()
    job = Job.objects.get(kind=actions.GENERATE)
    stale = Progress(job_actions.claim(job.pk))
    before = writing.read(report)
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))
    sweeper.give_back()
    fresh = Progress(job_actions.claim(job.pk))
    fresh.publish(lambda: actions.write(report, writing.read(report), asked_by=fresh.job.asked_by))
    stale.publish(lambda: actions.write(report, before, asked_by=stale.job.asked_by), "late")


def test_a_worker_that_comes_back_from_the_dead_writes_nothing(home):
    with pytest.raises(LostLease):
        a_worker_comes_back_from_the_dead()
    complete(Report.objects.get())


@pytest.mark.proof("P2", "removed")
def test_without_the_fence_it_writes_a_second_time(home, monkeypatch, proof):
    monkeypatch.setattr(Progress, "_seal", lambda self, name, answer: None)
    a_worker_comes_back_from_the_dead()
    with pytest.raises(AssertionError):
        complete(Report.objects.get())
    proof("P2").removed("fence of a job", "a worker that was taken for dead writes the report a second time")


# --- pressed sixteen times, through the real view ------------------------------------------------


def test_hand_in_pressed_sixteen_times_is_one_application():
    world = make.world()
    application = make.fill(make.draft(world), world.owner)
    address = reverse("subsidies:my_review", args=[application.ref])
    key = str(uuid.uuid4())
    clients = [browser(world.owner) for _n in range(16)]
    waiting = iter(clients)
    lock = threading.Lock()

    def press():
        with lock:
            client = next(waiting)
        return client.post(address, {"key": key, "rev": application.rev})

    answers = at_once(16, press)
    receipt = reverse("subsidies:my_receipt", args=[application.ref])
    assert [(one.status_code, one.headers.get("Location")) for one in answers] == [(302, receipt)] * 16
    row = Application.objects.get()
    assert row.number and row.log.count() == 1 and row.waits.count() == 1
    assert Notification.objects.filter(kind="subsidies.submitted").count() == 1


@pytest.mark.parametrize("guarded", [True, False])
def test_begin_pressed_sixteen_times_is_one_draft(guarded):
    world = make.world()
    if not guarded:
        drop("subsidies_application", "application_one_open_or_granted_per_shop")
    address = reverse("subsidies:begin", args=["new_shop"])
    clients = [browser(world.owner) for _n in range(16)]
    found = 0
    for _round in range(1 if guarded else 10):
        shop = make.shop(world.owner)
        waiting, lock = iter(clients), threading.Lock()

        def press(waiting=waiting, lock=lock, number=shop.number):
            with lock:
                client = next(waiting)
            return client.post(address, {"enterprise": number})

        answers = at_once(16, press)
        found = Application.objects.filter(enterprise=shop).count()
        if guarded:
            assert [one.status_code for one in answers] == [302] * 16
        if found > 1:
            break
    assert found == 1 if guarded else found > 1, "the constraint is what keeps it to one"


