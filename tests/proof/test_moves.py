"""M5: every state × step × role of every life cycle, every jump by SQL, and two tabs at once."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from bureau.accounts.roles import Role
from bureau.common import clock
from bureau.workflow import admin_base, engine, perform
from bureau.workflow.engine import NotDone
from bureau.workflow.table import all_workflows
from tests.factories import pledges
from tests.factories import world as worlds
from tests.harness.caller import Caller
from tests.harness.pages import browser
from tests.proof.at_once import at_once
from tests.proof.moves import Moves, addresses, by_the_table, cells

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


# --- by the browser --------------------------------------------------------------------------------------------------


@dataclass
class Posts:
    """What became of the posts. `tried`: {(step, why it was not theirs)}; `forged`, `broken`: those that went wrong."""

    count: int = 0
    tried: set = field(default_factory=set)
    forged: list = field(default_factory=list)
    broken: list = field(default_factory=list)
    taken: set = field(default_factory=set)


def posted(moves, people) -> Posts:
    """Every cell as a POST of the step's form, at each address that makes the step, by these people. Where the state does
    not give the step, by those whose step it would be elsewhere, and by owners: others are turned away before that."""
    found, callers = Posts(), {who: Caller(user if user.is_authenticated else None) for who, user in people.items()}
    for subject, step in cells(moves):
        with transaction.atomic():
            row = subject.reach(moves.given)
            for address in addresses(subject.workflow, step, row):
                for who in people:
                    if subject.state in map(str, step.sources) or may_elsewhere(people[who], step):
                        post(found, subject, step, row, address, moves.typed(row), callers[who], people[who])
            transaction.set_rollback(True)
    return found


def may_elsewhere(user, step) -> bool:
    return user.is_authenticated and (not step.permissions or bool(user.permissions.intersection(step.permissions)))


def post(found: Posts, subject, step, row, address, values, caller, user) -> None:
    before, name = state_of(row), (subject.workflow.model_label, step.name)
    answer = caller.post(address, values, look=lambda: state_of(row))
    moved, cell = answer.seen != before, (*name, subject.state, str(user), address, answer.status)
    found.count += 1
    if answer.status >= 500 or answer.error:
        found.broken.append((*cell, answer.error))
    if by_the_table(subject.workflow, step, row, user):
        found.taken |= {name} if moved else set()
    else:
        found.tried.add((*name, "role" if subject.state in map(str, step.sources) else "state"))
        found.forged += [cell] if moved else []


@pytest.mark.race
@pytest.mark.proof("M5", "held")
def test_no_post_makes_a_step_that_is_not_offered(moves, plain_refusals, proof):
    people = moves.people | {"all roles": moves.bosses[0]}
    found = posted(moves, people)
    assert found.forged == []
    assert found.broken == []
    steps = {(workflow.model_label, step.name) for workflow in all_workflows() for step in workflow.transitions}
    assert {(*step, why) for step in steps for why in ("role", "state")} == found.tried
    assert len(found.taken) > 40, "posts that move nothing would be refused for their values"
    proof("M5").held(f"{found.count} posts of the forms of {len(steps)} steps, each by wrong roles and in wrong states, by "
                     f"{len(people)} kinds of people: 0 taken against the table, 0 answers of 5xx; {len(found.taken)} steps "
                     "taken where it gives them")


@pytest.mark.race
@pytest.mark.proof("M5", "removed")
def test_without_the_question_whose_step_it_is_posts_are_taken(moves, plain_refusals, proof, monkeypatch):
    monkeypatch.setattr(engine, "may", lambda workflow, step, obj, by: True)
    few = {role.value: moves.people[role.value] for role in (Role.CLERK, Role.VERIFIER, Role.EDITOR, Role.FINANCE)}
    found = posted(moves, few)
    taken = {cell[:2] for cell in found.forged}
    assert len(taken) > 3
    proof("M5").removed("the question whose step it is", f"{len(found.forged)} of {found.count} posts take {len(taken)} steps of others")


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
