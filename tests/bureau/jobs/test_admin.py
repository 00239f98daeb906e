from datetime import timedelta

import pytest
from django.urls import reverse

from bureau import jobs
from bureau.accounts.roles import Permission, Role
from bureau.jobs.registry import KINDS, Kind
from bureau.notifications import notify
from tests.factories.accounts import staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    spec = Kind("test.import", "import", lambda job, report: None, Permission.ENTERPRISE_IMPORT, timedelta(minutes=2))
    monkeypatch.setitem(KINDS, spec.key, spec)


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_lists_of_jobs_and_messages_have_few_queries(client, rows, django_assert_max_num_queries):
    for number in range(rows):
        notify("accounts.login_code", phone=f"1389700{number:04}", context={"code": "123456", "minutes": 5})
    client.force_login(staff(Role.SYSTEM))
    for name in ("jobs_job", "notifications_notification"):
        with django_assert_max_num_queries(15):
            page = client.get(reverse(f"admin:{name}_changelist"))
        assert page.status_code == 200
        assert "123456" not in page.content.decode()
        assert "13897000000" not in page.content.decode()


def test_the_system_administrator_sees_that_a_job_runs_but_not_its_page(client):
    clerk = staff(Role.CLERK)
    job = jobs.ask("test.import", by=clerk)
    page, change = reverse("jobs:detail", args=[job.pk]), reverse("admin:jobs_job_change", args=[job.pk])
    for role, sees, opens in ((Role.SYSTEM, True, False), (Role.CLERK, True, True), (Role.OFFICIAL, False, False)):
        client.force_login(staff(role))
        answer = client.get(change)
        assert (answer.status_code == 200) == sees
        assert (page in answer.content.decode()) == opens
        assert (client.get(page).status_code == 200) == opens
