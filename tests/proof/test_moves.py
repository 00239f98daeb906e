"""M5: every state × step × role of every life cycle, every jump by SQL, and two tabs at once."""

import logging
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from bureau.common import clock
from bureau.workflow import admin_base, engine, perform
from bureau.workflow.engine import NotDone
from bureau.workflow.table import all_workflows
from tests.factories import pledges
from tests.factories import world as worlds
from tests.harness.pages import browser
from tests.proof.at_once import at_once
from tests.proof.moves import Moves, by_the_table, cells

TABS, ROUNDS = 2, 200


@pytest.fixture(scope="module")
def moves(django_db_setup, django_db_blocker):
    logging.disable(logging.ERROR)
    with django_db_blocker.unblock(), worlds.opened() as world:
        yield Moves(world)


def state_of(row):
    """(state, version) as the database has them now."""
    workflow = engine.workflow_of(row)
    return type(row)._base_manager.values_list(workflow.state_field, "version").get(pk=row.pk)


def undone(call):
    with transaction.atomic():
        try:
            return call()
        finally:
            transaction.set_rollback(True)


def test_there_is_a_row_in_every_state(moves):
    """Otherwise the cells below would not be all cells; new tables and states come in by themselves."""
    reached = {(one.workflow.model_label, one.state) for one in moves.subjects}
    missing = [(workflow.model_label, str(state)) for workflow in all_workflows()
               for state, _label in workflow.states.flatchoices if (workflow.model_label, str(state)) not in reached]
    assert missing == []


# --- by the one action behind all pages -------------------------------------------------------------------------------


@pytest.mark.race
@pytest.mark.proof("M5", "held")
def test_the_one_door_refuses_what_the_table_does_not_give(moves, proof):
    asked, forged = 0, []
    for subject, step in cells(moves):
        with transaction.atomic():
            row = subject.reach(moves.given)
            for name, user in moves.people.items():
                if not user.is_authenticated:
                    continue
                asked += 1
                if not by_the_table(subject.workflow, step, row, user) and not refuses(row, step, user, moves):
                    forged.append((subject.workflow.model_label, subject.state, step.name, name))
            transaction.set_rollback(True)
    assert forged == []
    proof("M5").held(f"{len(all_workflows())} life cycles, every state × step × role by the one action behind all pages: 0 of "
                     f"{asked} cells move against the table")


def refuses(row, step, user, moves):
    def call():
        try:
            perform(row, step.name, by=user, data=moves.given(row))
        except NotDone:
            return True
        return False

    return undone(call)


# --- by SQL ------------------------------------------------------------------------------------------------------------


def jumps(moves):
    """[(table, from, to, whether the database let it)] of every pair of states that is no edge."""
    for subject in {(one.workflow.model_label, one.state): one for one in moves.subjects}.values():
        workflow, edges = subject.workflow, subject.workflow.edges()
        for target in map(str, dict(workflow.states.flatchoices)):
            if target == subject.state or target in edges.get(subject.state, ()):
                continue
            yield workflow.model_label, subject.state, target, undone(lambda s=subject, t=target: jumped(s, t, moves))


def jumped(subject, target, moves):
    row = subject.reach(moves.given)
    table, column = row._meta.db_table, subject.workflow.states.column
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"update {table} set {column} = %s, version = version + 1 where id = %s", [target, row.pk])
            cursor.execute("set constraints all immediate")
    except DatabaseError:
        return False
    return True


@pytest.mark.proof("M5", "held")
def test_no_jump_passes_by_sql(moves, proof):
    found = list(jumps(moves))
    assert [one for one in found if one[3]] == []
    proof("M5").held(f"every pair of states that is no edge, by SQL: 0 of {len(found)} pass")


# --- two tabs ----------------------------------------------------------------------------------------------------------


def lost_updates(rounds):
    """Two tabs that show the same version set two due dates; how often both were told that theirs stands."""
    desk = pledges.desk()
    pledge, lost = pledges.published(desk), 0
    tabs = [browser(desk.clerk) for _n in range(TABS)]
    address = reverse("admin:programs_pledge_step", args=[pledge.pk, "change_due"])
    for number in range(rounds):
        pledge.refresh_from_db()

        def save(tab, version=pledge.version, number=number):
            day = clock.today() + timedelta(days=100 + 2 * number + tab)
            values = {"version": version, "due_on": str(day), "reason": "改期"}
            return tabs[tab].post(address, values).status_code

        codes = at_once(TABS, save)
        assert set(codes) <= {302, 409}, codes
        lost += codes.count(302) != 1
    return lost


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.proof("M5", "held")
def test_of_two_tabs_one_wins_and_one_is_told(proof):
    assert lost_updates(ROUNDS) == 0
    proof("M5").held(f"{ROUNDS} rounds of two tabs with the same version: 0 lost updates, the slower one is told each time")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.proof("M5", "removed")
def test_without_the_version_updates_are_lost(proof, monkeypatch):
    monkeypatch.setattr(admin_base.WorkflowAdmin, "perform_step", lambda self, request, obj, step, data, version: perform(
        obj, step.name, by=request.user, data=data))
    lost = lost_updates(20)
    assert lost
    proof("M5").removed("version of what was shown", f"{lost} of 20 rounds lose an update without a word")
