import pytest

from bureau import audit
from bureau.accounts.roles import Role
from bureau.audit.models import AuditEvent
from bureau.common import clock
from tests.factories import accounts


@pytest.fixture
def auditor(site):
    return accounts.staff(Role.AUDITOR)


def test_the_auditor_reads_events_newest_first(enter, auditor):
    for number in range(3):
        audit.record(f"test.happened{number}", auditor, by=auditor, reason="看一看")
    page = enter(auditor).get("/audit/").content.decode()
    assert page.index("test.happened2") < page.index("test.happened0")
    assert '<span lang="zh">看一看</span>' in page


def test_events_are_found_by_kind_user_object_and_day(enter, auditor, clerk):
    audit.record("test.wanted", clerk, by=auditor)
    audit.record("other.event", auditor, by=clerk)
    today = clock.real_now().date().isoformat()
    asked = {"event": "test.", "actor": auditor.name, "object": clerk.name, "first": today, "last": today}
    page = enter(auditor).get("/audit/", asked).content.decode()
    assert "test.wanted" in page
    assert "other.event" not in page


def test_the_log_is_paged_by_number(enter, auditor, django_assert_max_num_queries):
    AuditEvent.objects.bulk_create(AuditEvent(event=f"test.e{n:03}") for n in range(70))
    client = enter(auditor)
    with django_assert_max_num_queries(15):
        page = client.get("/audit/", {"event": "test."}).content.decode()
    assert "test.e069" in page
    assert "test.e019" not in page
    before = AuditEvent.objects.get(event="test.e020").pk
    assert f"before={before}" in page
    assert "test.e019" in client.get("/audit/", {"event": "test.", "before": before}).content.decode()


@pytest.mark.parametrize(
    "asked",
    [{"first": "2021-02-30"}, {"last": "1999-01-01x"}, {"before": "1E3"}, {"event": "\x00"},
     {"first": "2021-05-21", "last": "2021-05-20"}],
)
def test_bad_filters_are_named(enter, auditor, asked):
    response = enter(auditor).get("/audit/", asked)
    assert response.status_code in (400, 422)


@pytest.mark.django_db(transaction=True)
def test_the_whole_chain_is_checked_on_request(enter, client, settings, tmp_path):
    settings.AUDIT_ANCHORS = tmp_path / "heads.txt"
    accounts.site()
    auditor = accounts.staff(Role.AUDITOR)
    audit.record("test.happened", auditor, by=auditor)
    response = enter(auditor).post("/audit/")
    assert "The chain is whole" in response.content.decode()
    assert AuditEvent.objects.filter(event="audit.chain_checked", actor_id=auditor.pk).exists()


@pytest.mark.parametrize("path", ["/audit/", "/system/"])
def test_clerks_see_neither_log_nor_system(enter, clerk, path):
    assert enter(clerk).get(path).status_code == 403


def test_the_state_of_the_system_in_words(enter, site):
    page = enter(accounts.staff(Role.SYSTEM)).get("/system/").content.decode()
    for words in ("Beat and worker", "Jobs waiting", "Virus scanner", "PostgreSQL", "Working days of"):
        assert words in page


def test_the_gallery_is_for_the_demo_and_for_staff(enter, client, clerk, settings):
    assert client.get("/gallery/").status_code == 200
    settings.DEMO = False
    assert client.get("/gallery/").status_code == 404
    assert enter(clerk).get("/gallery/").status_code == 200
