"""A row that may be there already is written in one statement, or left alone in one."""

import pytest

from bureau.common import clock
from bureau.common.insertion import insert_once
from bureau.notifications.enums import SmsState
from bureau.notifications.models import Notification


def message() -> Notification:
    return Notification(
        kind="test", phone="13900000001", dedupe="once", created_at=clock.now(), sms_state=SmsState.NONE
    )


@pytest.mark.django_db
def test_a_taken_key_writes_nothing_and_breaks_nothing(django_assert_num_queries):
    first = message()
    with django_assert_num_queries(1):
        assert insert_once(first)
    assert first == Notification.objects.get(dedupe="once")
    with django_assert_num_queries(1):
        assert not insert_once(message())
    assert Notification.objects.filter(dedupe="once").count() == 1
