"""A new colleague in Hualong finds a claim and a list of each kind to decide; deciding them leaves 2021 as published."""

import json

import pytest
from django.core.management import call_command

from bureau.accounts.models import User
from enterprises import queries as register
from subsidies.actions import backentry
from subsidies.inbox import lists_to_confirm
from subsidies.loans.actions import earlier
from subsidies.loans.inbox import to_confirm
from subsidies.models import Payment

pytestmark = [pytest.mark.django_db, pytest.mark.demo]


def figures(capsys):
    call_command("figures", "--as-of", "2021-05-20", "--json")
    return {row["key"]: row for row in json.loads(capsys.readouterr().out)}


def test_the_desks_of_hualong_have_one_of_each_to_practice_on():
    intake, review = (User.objects.get(username=f"hualong.{duty}") for duty in ("intake", "review"))
    claims = register.open_claims(intake)
    assert sorted(claim.user.phone == claim.enterprise.phone for claim in claims) == [False, True]
    assert lists_to_confirm(review).count() == 1
    assert to_confirm(review).count() == 1


def test_the_lists_can_be_confirmed_and_count_in_their_own_year(capsys):
    review, before, paid = User.objects.get(username="hualong.review"), figures(capsys), Payment.objects.count()
    awards, loans = lists_to_confirm(review).get(), to_confirm(review).get()
    assert backentry.confirm(back_entry=awards, by=review) == Payment.objects.count() - paid > 0
    assert earlier.confirm(back_entry=loans, by=review) > 0
    after = figures(capsys)
    assert [key for key, row in after.items() if row != before[key]] == []
