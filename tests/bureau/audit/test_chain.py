"""The chain: kept by the database, and honest about what was done to it."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from bureau import audit
from bureau.audit import chain
from bureau.audit.models import AuditEvent, AuditHead, AuditLink
from bureau.common.crypto import Secret
from bureau.regions.models import Region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def anchors(settings, tmp_path):
    settings.AUDIT_ANCHORS = tmp_path / "heads.txt"


def commit():
    """Fires what is deferred to the commit."""
    connection.check_constraints()


def write(count=3):
    for number in range(count):
        audit.record("test.event", number=number)
    commit()


def execute(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def as_owner(sql):
    """What somebody with the owner's rights can do: switch the triggers off."""
    tables = ("audit_auditevent", "audit_auditlink", "audit_audithead")
    for table in tables:
        execute(f"alter table {table} disable trigger user")
    execute(sql)
    for table in tables:
        execute(f"alter table {table} enable trigger user")


def test_every_event_is_linked_to_the_one_before():
    write(3)
    links = list(AuditLink.objects.all())
    hashes = [bytes(link.hash) for link in links]
    assert [bytes(link.prev) for link in links] == [b"", *hashes[:2]]
    assert chain.head() == str(links[2])
    assert chain.problems() == []


def test_bulk_inserts_and_raw_sql_are_in_the_chain():
    AuditEvent.objects.bulk_create(AuditEvent(event="test.bulk", data={"n": n}) for n in range(5))
    execute(
        "insert into audit_auditevent (at, event, actor_label, object_type, object_id, object_label, data, request_id)"
        " values ('2001-01-01', 'test.raw', '', '', '', '', '{}', '')"
    )
    commit()
    assert AuditLink.objects.count() == AuditEvent.objects.count() == 6
    assert AuditEvent.objects.get(event="test.raw").at.year > 2020, "a back-dated time is overwritten"
    assert chain.problems() == []


def test_what_is_recorded_names_its_object_and_hides_secrets():
    region = Region.objects.by_code("630200")
    audit.record("test.event", region, account=Secret("6217000010001234567", mask="account"), bad="a\x00\ud800b")
    event = AuditEvent.objects.get()
    assert (event.object_type, event.object_id) == ("regions.region", str(region.pk))
    assert event.data == {"account": "**** 4567", "bad": "a\ufffd?b"}


def test_a_refused_transaction_leaves_no_event():
    with transaction.atomic():
        audit.record("test.event")
        transaction.set_rollback(True)
    commit()
    assert not AuditEvent.objects.exists()
    assert AuditHead.objects.get().seq == 0


@pytest.mark.parametrize(
    "sql",
    [
        "update audit_auditevent set event = 'x'",
        "delete from audit_auditevent",
        "truncate audit_auditevent",
        "update audit_auditlink set hash = ''",
        "delete from audit_auditlink",
        "truncate audit_auditlink",
        "insert into audit_auditlink values (99, 99, '', '')",
        "update audit_audithead set seq = 9",
        "delete from audit_audithead",
        "insert into audit_audithead values (1, 0, '')",
        "set local session_replication_role = replica; delete from audit_auditevent",
    ],
)
def test_tampering_is_refused(sql):
    write()
    with pytest.raises((DatabaseError, IntegrityError)):
        execute(sql)
    assert chain.problems() == []


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        (
            "update audit_auditevent set event = 'x' where id = (select min(id) from audit_auditevent)",
            "altered",
        ),
        ("update audit_auditevent set at = at - interval '1 day'", "altered"),
        ("update audit_auditevent set actor_id = 7", "altered"),
        (
            "delete from audit_auditevent where id = (select max(id) from audit_auditevent)",
            "event is missing",
        ),
        ("delete from audit_auditlink where seq = 2", "links before it are missing"),
        ("delete from audit_auditlink where seq = 3", "is not linked"),
        ("update audit_audithead set seq = 2", "head is not the last link"),
    ],
)
def test_what_the_owner_alters_is_found(sql, says):
    write(3)
    as_owner(sql)
    assert says in " ".join(problem.what for problem in chain.problems())
    with pytest.raises(CommandError):
        call_command("audit_verify")


def test_a_deleted_tail_is_found_by_the_head_noted_outside():
    write(3)
    chain.note_head()
    as_owner("delete from audit_auditlink where seq = 3")
    as_owner("delete from audit_auditevent where id = (select max(id) from audit_auditevent)")
    as_owner("update audit_audithead set seq = 2, hash = (select hash from audit_auditlink where seq = 2)")
    assert [problem.what for problem in chain.problems()] == ["noted head is missing"]


def test_a_rehashed_chain_is_found_by_the_head_noted_outside():
    write(2)
    chain.note_head()
    as_owner("update audit_auditevent set event = 'x'")
    as_owner(
        "update audit_auditlink l set hash = audit_hash(l.prev, e) from audit_auditevent e "
        "where e.id = l.event_id and l.seq = 1"
    )
    as_owner("update audit_auditlink set prev = (select hash from audit_auditlink where seq = 1) where seq = 2")
    as_owner(
        "update audit_auditlink l set hash = audit_hash(l.prev, e) from audit_auditevent e "
        "where e.id = l.event_id and l.seq = 2"
    )
    as_owner("update audit_audithead set hash = (select hash from audit_auditlink where seq = 2)")
    assert [problem.what for problem in chain.problems()] == ["noted head is missing"]


def test_after_a_restore_the_lost_head_is_named(capsys):
    write(2)
    lost = chain.note_head()
    as_owner("delete from audit_auditlink where seq = 2")
    as_owner("delete from audit_auditevent where id = (select max(id) from audit_auditevent)")
    as_owner("update audit_audithead set seq = 1, hash = (select hash from audit_auditlink where seq = 1)")
    assert chain.problems()
    chain.open_after_restore("backup of Sunday")
    commit()
    assert AuditEvent.objects.latest("id").data["lost_head"] == lost
    call_command("audit_verify", note=True)
    assert "2 events, chain whole" in capsys.readouterr().out


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_writers_in_mixed_lock_order_do_not_deadlock():
    regions = list(Region.objects.filter(code__in=["630202", "630203"]))
    start = threading.Barrier(8)
    failed = []

    def client(number):
        try:
            start.wait()
            for turn in range(25):
                with transaction.atomic():
                    if number % 2:
                        audit.record("test.race", number=number)
                    Region.objects.filter(pk=regions[turn % 2].pk).update(name_en="x")
                    audit.record("test.race", number=number)
        except Exception as error:  # noqa: BLE001 - any failure is what this test is about
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=client, args=[number]) for number in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failed == []
    assert AuditEvent.objects.count() == AuditLink.objects.count() == 300
    assert chain.problems() == []
