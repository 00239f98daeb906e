"""Sixteen people hand in the same trainee from two shops at one moment: one allowance is claimed, whoever wins."""

import threading
import uuid

import pytest
from django.db import connection, connections

from bureau.workflow import NotDone
from subsidies.actions import application as applications
from subsidies.models import Application, PayeeLine
from tests.factories import placements as make
from tests.factories import subsidies
from training.placements import actions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
CLIENTS = 16


def two_claims():
    """Two shops of one owner in which the same person was trained, one after the other; both ready to be handed in."""
    ground = make.ground(people=1)
    person = ground.placements[0].person
    shop = subsidies.shop(ground.owner, name="第二家店")
    agreement = make.draft(shop, ground.clerk, ground.world.county, ago=3)
    again = make.trainee(agreement, name=person.name, number=person.id_number.reveal())
    actions.place(agreement=agreement, trainees=[again], by=ground.clerk)
    from bureau.workflow import perform

    agreement = perform(make.signed(agreement, ground.clerk), "begin", by=ground.clerk)
    make.confirmed(agreement, ground.owner, ground.clerk)
    return ground, person, [make.filled(make.begun(ground, one), ground.owner) for one in (ground.agreement, agreement)]


def hand_in_at_once(ground, cases):
    """Each client has loaded the page of one of the two; all press the button together."""
    barrier, done = threading.Barrier(CLIENTS), []

    def client(number):
        try:
            case = Application.objects.get(pk=cases[number % 2].pk)
            barrier.wait()
            applications.submit(application=case, by=ground.owner, key=uuid.uuid4(), rev=case.rev)
            done.append("in")
        except (NotDone, applications.Stale) as refusal:
            done.append(str(refusal))
        except Exception as error:  # counted, so that a surprise fails the test
            done.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=client, args=[number]) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def test_one_winner():
    ground, person, cases = two_claims()
    done = hand_in_at_once(ground, cases)
    assert [error for error in done if isinstance(error, Exception)] == []
    assert done.count("in") == 1
    assert PayeeLine.objects.filter(person=person, live=True).count() == 1
    assert sorted(Application.objects.values_list("state", flat=True)) == ["draft", "submitted"]


def test_without_the_index_both_would_win(monkeypatch):
    """What the guard is needed for: with the unique index gone, both claims stand."""
    ground, person, cases = two_claims()
    with connection.cursor() as cursor:
        cursor.execute("drop index payeeline_one_live_allowance_per_person")
    monkeypatch.setattr("subsidies.placements.lines.claims", lambda people, apart_from=None: {})
    hand_in_at_once(ground, cases)
    assert PayeeLine.objects.filter(person=person, live=True).count() == 2
