"""How much may be said: 1,000 posts from one address, parallel ones, a phone in a hurry; with Redis away."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from bureau.common import clock
from programs import actions, limits
from programs.models import Feedback
from tests.factories import pledges as make
from tests.harness.caller import Caller
from tests.harness.pages import browser

POSTS = 1000
AT_MOST = limits.PER_ADDRESS[0][1]


def rate(client, pledge, rating="5", **more):
    return client.post(reverse("programs:rate", args=[pledge.number]), {"rating": rating, "comment": "好"}, **more)


def posted(pledge, phones: int) -> dict[int, int]:
    """Each post by another citizen with a phone of his own, all from one address. How many got which answer."""
    answers: dict[int, int] = {}
    for number in range(phones):
        caller = Caller(make.citizen(f"137{number:08}"), known=False)
        request = caller.factory.post(
            reverse("programs:rate", args=[pledge.number]), {"rating": "1", "comment": "刷"}, REMOTE_ADDR="203.0.113.9"
        )
        status = keeping(caller, request)
        answers[status] = answers.get(status, 0) + 1
    return answers


def keeping(caller, request) -> int:
    """As Caller.call, but what is written stays, as with real requests."""
    request._dont_enforce_csrf_checks = True
    request.META["HTTP_COOKIE"] = caller.cookie
    answer = caller.handler.get_response(request)
    if answer.status_code == 429:
        assert 0 < int(answer.headers["Retry-After"]) <= 3600
    return answer.status_code


@pytest.mark.sweep
@pytest.mark.django_db
@pytest.mark.proof("W5", "held")
def test_a_thousand_posts_from_one_address(proof, monkeypatch):
    monkeypatch.setattr(settings, "SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies")
    pledge = make.published(make.desk())
    moment = clock.real_now()
    monkeypatch.setattr(clock, "real_now", lambda: moment)  # all within one minute, however slow the machine
    answers = posted(pledge, POSTS)
    stored = Feedback.objects.count()
    assert set(answers) == {302, 429} and stored == answers[302] == AT_MOST
    proof("W5").held(f"{POSTS} posts from one address: {stored} stored, {answers[429]} answered 429 with Retry-After")


@pytest.mark.django_db
@pytest.mark.proof("W5", "removed")
def test_without_the_count_all_of_them_are_stored(proof, monkeypatch):
    monkeypatch.setattr(settings, "SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies")
    monkeypatch.setattr(limits, "_waits", lambda *args: [])
    answers = posted(make.published(make.desk()), 50)
    assert answers == {302: 50} and Feedback.objects.count() == 50
    proof("W5").removed("the count in the database", "50 of 50 posts from one address stored")


@pytest.mark.django_db(transaction=True)
def test_parallel_posts_wait_in_line():
    """Sixteen at once from one address, each with a connection of its own."""
    pledge, citizens, done = make.published(make.desk()), [make.citizen() for _n in range(16)], []
    gate = threading.Barrier(16)

    def post(citizen):
        gate.wait()
        try:
            actions.give_feedback(by=citizen, pledge=pledge, rating=1, comment="", address="203.0.113.8")
            done.append(True)
        except limits.TooMany:
            done.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=(citizen,)) for citizen in citizens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), sum(done), Feedback.objects.count()) == (16, AT_MOST, AT_MOST)


def test_a_phone_in_a_hurry_is_told_how_long(desk):
    own = browser(make.citizen())
    pledges = [make.published(desk) for _n in range(4)]
    answers = [rate(own, pledge, REMOTE_ADDR=f"203.0.113.{n + 20}") for n, pledge in enumerate(pledges)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert 0 < int(answers[3].headers["Retry-After"]) <= 60
    assert "1分钟" in answers[3].content.decode()


def test_what_was_taken_back_counts_too(desk):
    """Saying and taking back again and again is no way around."""
    pledge, citizen = make.published(desk), make.citizen()
    for _n in range(3):
        actions.take_back(feedback=make.said(pledge, by=citizen), by=citizen)
    with pytest.raises(limits.TooMany):
        make.said(pledge, by=citizen)


def test_limits_open_again_with_time(desk):
    pledge = make.published(desk)
    for _n in range(AT_MOST):
        make.said(pledge, address="203.0.113.5")
    with pytest.raises(limits.TooMany) as refusal:
        make.said(pledge, address="203.0.113.5")
    assert refusal.value.seconds <= 60
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        Feedback.objects.update(sent_at=clock.real_now() - timedelta(minutes=2))
        cursor.execute("set local session_replication_role = origin")
    assert make.said(pledge, address="203.0.113.5").pk


@pytest.mark.django_db
def test_redis_away_nothing_is_let_through(monkeypatch):
    """Neither rating nor limit asks Redis for anything: with an address where nobody listens all is as before."""
    monkeypatch.setattr(settings, "SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies")
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setattr("redis.connection.AbstractConnection.connect", refused)
    answers = posted(make.published(make.desk()), AT_MOST + 5)
    assert answers == {302: AT_MOST, 429: 5}


def refused(*args, **kwargs):
    raise ConnectionError("Redis is away")
