"""References to rows that never change: read once in a process, and never with something of another request on them."""

import pytest

from subsidies.models import Application, Scheme
from tests.factories import awards

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return awards.application(awards.house(), at="first_review")


def loaded(case):
    return Application.objects.get(pk=case.pk)


def test_read_once(case, django_assert_num_queries):
    assert loaded(case).scheme_version.number == loaded(case).scheme_version.number
    again = loaded(case)
    with django_assert_num_queries(0):
        assert again.scheme_version == case.scheme_version


def test_what_hangs_on_it_is_read_anew(case):
    assert loaded(case).scheme_version.scheme.is_open
    Scheme.objects.update(is_open=False)
    assert not loaded(case).scheme_version.scheme.is_open


def test_nobody_gets_the_row_of_another(case):
    loaded(case).scheme_version.summary_zh = "别人改的"
    assert loaded(case).scheme_version.summary_zh == case.scheme_version.summary_zh


def test_another_row_is_another(case):
    stage = loaded(case).stage
    following = stage.following()
    other = loaded(case)
    other.stage_id = following.pk
    assert (other.stage, loaded(case).stage) == (following, stage)
    other.stage_id = None
    assert other.stage is None
