"""The one door: every (state, move) cell, who may, what is written, and what the database refuses."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bureau.accounts.roles import Role
from bureau.audit.models import AuditEvent
from bureau.common import clock
from bureau.workflow import AlreadyMoved, Refused, other_steps, perform, perform_all, steps
from bureau.workflow.checks import _table, guard_of
from tests.bureau.lab import Paper, PaperLog, office, staff, workflow

pytestmark = pytest.mark.usefixtures("lab")
STATES = ["draft", "sent", "back", "granted", "refused"]


@pytest.fixture
def root():
    return office()


@pytest.fixture
def county(root):
    return office("county", "county", root, "630224")


@pytest.fixture
def boss(root):
    """Holds every role that the table asks for, so that only the state decides."""
    return staff((Role.CLERK, root), (Role.INTAKE, root), (Role.APPROVER, root))


def paper_in(state, **fields):
    """A row in any state with the log row that brought it there."""
    fields = {"amount": 5} | fields
    with transaction.atomic():
        paper = Paper.objects.create(state=state, **fields)
        if state != "draft":
            PaperLog.objects.create(subject=paper, name="x", after=state, version=1, at=clock.now(),
                                    effective_date=clock.today())
    return paper


@pytest.mark.parametrize("name", [step.name for step in workflow.transitions])
@pytest.mark.parametrize("state", STATES)
def test_every_cell_of_the_table(state, name, boss, county):
    """Each move from each state either ends where the table says, or leaves no trace."""
    step = workflow[name]
    applicant = step.owner and name == "answer"
    by = None if not step.permissions else boss
    paper = paper_in(state, unit=county)
    if applicant:
        by = type(boss).objects.create_owner(phone="13900001111")
    if state in step.sources:
        moved = perform(paper, name, by=by)
        assert moved.state in step.ends
        assert moved.version == 2
        log = PaperLog.objects.get(subject=paper, version=2)
        assert (log.name, log.before, log.after, log.by) == (name, state, moved.state, by)
    else:
        with pytest.raises(Refused):
            perform(paper, name, by=by)
        paper.refresh_from_db()
        assert (paper.state, paper.version) == (state, 1)
        assert not PaperLog.objects.filter(subject=paper, version=2).exists()
    connection.check_constraints()


def test_effect_log_audit_and_dates_are_written_together(boss, county):
    paper = paper_in("sent", unit=county)
    perform(paper, "grant", by=boss, data={"kind": "b", "comment": "seen"}, at=date(2021, 3, 1))
    log = PaperLog.objects.get(version=2)
    assert (log.comment, log.data, log.effective_date) == ("seen", {"kind": "b"}, date(2021, 3, 1))
    assert log.at.date() != date(2021, 3, 1)
    assert log.unit.code == "root"
    event = AuditEvent.objects.get(event="lab.paper.grant")
    assert event.data["after"] == "granted"
    assert event.actor_id == boss.pk


def test_a_move_writes_what_it_changed_and_nothing_else(boss, county):
    paper = paper_in("sent", unit=county)
    with CaptureQueriesContext(connection) as asked:
        perform(paper, "grant", by=boss, data={"kind": "b"})
    (written,) = (query["sql"] for query in asked if query["sql"].startswith('UPDATE "lab_paper"'))
    assert all(f'"{name}" = ' in written for name in ("state", "version", "kind"))
    assert '"amount" = ' not in written
    paper.refresh_from_db()
    assert (paper.state, paper.version, paper.kind) == ("granted", 2, "b")


def test_stale_version_is_told_apart_from_refusal(boss):
    paper = paper_in("sent")
    perform(paper, "grant", by=boss, version=1)
    with pytest.raises(AlreadyMoved):
        perform(paper, "refuse", by=boss, version=1)


def test_guards_give_reasons_and_the_panel_shows_them(boss):
    paper = paper_in("sent", amount=0)
    with pytest.raises(Refused, match="The amount is missing"):
        perform(paper, "grant", by=boss)
    found = {step.name: step.reasons for step in steps(paper, boss)}
    assert found == {"ask": [], "grant": ["The amount is missing."], "refuse": []}


def test_a_county_moves_its_own_cases_only(root, county):
    other = office("other", "county", root, "630202")
    intake = staff((Role.INTAKE, county))
    assert perform(paper_in("sent", unit=county), "ask", by=intake).state == "back"
    with pytest.raises(Refused):
        perform(paper_in("sent", unit=other), "ask", by=intake)
    assert not steps(paper_in("sent", unit=other), intake)
    assert {step.name for step in other_steps(paper_in("sent", unit=other), intake)} == {"ask", "grant", "refuse"}


def test_what_nobody_may_do_only_the_portal_does(boss):
    with pytest.raises(Refused):
        perform(paper_in("back"), "expire", by=boss)
    with pytest.raises(Refused):
        perform(paper_in("sent"), "ask", by=None)
    assert perform(paper_in("back"), "expire", by=None).state == "refused"


def test_a_batch_reports_each_row(boss, county):
    papers = [paper_in("sent", unit=county), paper_in("draft", unit=county), paper_in("sent", unit=county, amount=0)]
    outcomes = perform_all(papers, "grant", by=boss)
    assert [one.done for one in outcomes] == [True, False, False]
    assert outcomes[2].reasons == ["The amount is missing."]


@pytest.mark.parametrize("change", [
    {"state": "granted"},                   # no edge from draft
    {"state": "sent"},                      # an edge, but not with its version
    {"state": "sent", "version": 2},        # an edge with its version, but without a log row
])
def test_no_second_door(change):
    paper = paper_in("draft")

    @transaction.atomic
    def by_hand():
        Paper.objects.filter(pk=paper.pk).update(**change)
        connection.check_constraints()

    with pytest.raises(DatabaseError):
        by_hand()


def test_nothing_is_born_in_a_later_state():
    @transaction.atomic
    def by_hand():
        Paper.objects.create(state="granted")
        connection.check_constraints()

    with pytest.raises(DatabaseError):
        by_hand()


@pytest.mark.parametrize("sql", ["delete from lab_paperlog", "update lab_paperlog set name = 'y'"])
def test_logs_are_kept(sql):
    paper_in("sent")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_lab_table_is_sound_and_its_guard_is_complete():
    assert _table(workflow) == []
    assert guard_of(workflow).edges == {
        "back": ["refused", "sent"], "draft": ["sent"], "sent": ["back", "granted", "refused"],
    }
    assert guard_of(workflow).births == ["draft"]
