"""Limits hold when everybody asks at once, and a code of the authenticator is used by one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pyotp
import pytest
from django.db import connection

from bureau.accounts import codes, totp
from bureau.accounts.models import LoginCode
from bureau.accounts.roles import Role
from bureau.common import clock
from tests.factories import accounts

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CLIENTS = 16


def all_at_once(work):
    """Run `work` in every thread at the same moment; returns what each returned or raised."""
    barrier = Barrier(CLIENTS)

    def one(_number):
        barrier.wait()
        try:
            return work()
        except codes.TooMany as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(one, range(CLIENTS)))


def test_one_code_for_one_number(sent):
    answers = all_at_once(lambda: codes.send_code("13897001234", "10.0.0.1"))
    assert answers.count(None) == 1
    assert len(sent) == 1
    assert LoginCode.objects.count() == 1


def test_one_login_for_one_code(sent):
    codes.send_code("13897001234", "10.0.0.1")
    users = all_at_once(lambda: codes.user_for(*sent[0]))
    assert sum(user is not None for user in users) == 1


def test_at_most_five_tries_however_fast(sent):
    codes.send_code("13897001234", "10.0.0.1")
    wrong = "000000" if sent[0][1] != "000000" else "111111"
    all_at_once(lambda: codes.user_for("13897001234", wrong))
    assert LoginCode.objects.get().tries == 5
    assert codes.user_for(*sent[0]) is None


def test_one_login_for_one_step_of_the_authenticator():
    user = accounts.staff(Role.CLERK)
    secret = pyotp.random_base32()
    code = pyotp.TOTP(secret).at(clock.real_now())
    assert sum(all_at_once(lambda: totp.verify(user, secret, code))) == 1
