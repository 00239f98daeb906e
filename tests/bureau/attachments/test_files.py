"""Storing, reading, binding and discarding files through the real addresses."""

import socket
import threading
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bureau.attachments import actions, storage
from bureau.attachments.forms import AttachmentField
from bureau.attachments.models import Attachment
from bureau.attachments.registry import PURPOSES, register_purpose
from bureau.audit.models import AuditEvent
from bureau.common import clock
from tests.bureau.attachments.hostile import HEIC, HOSTILE, pdf, picture
from tests.factories import accounts

OWNER = "bureau.accounts.backends.OwnerBackend"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def purposes(monkeypatch, tmp_path, settings):
    """Two purposes of their own: what is bound to a unit is read by whoever is in `readers`."""
    settings.PRIVATE_ROOT = tmp_path / "private"
    monkeypatch.setattr("bureau.attachments.registry.PURPOSES", PURPOSES)
    before = dict(PURPOSES)
    readers = set()
    register_purpose("test.papers", kinds={"image", "pdf"}, may_read=lambda user, file: user.pk in readers)
    register_purpose(
        "test.lists", kinds={"xlsx", "csv"}, may_read=lambda user, file: False, max_bytes=3 << 20,
        may_upload=lambda user: user.is_staff,
    )
    yield readers
    PURPOSES.clear()
    PURPOSES.update(before)


@pytest.fixture
def site():
    return accounts.site()


@pytest.fixture
def owner(client, site):
    user = accounts.owner()
    client.force_login(user, backend=OWNER)
    return user


def send(client, name="照片.jpg", content=None, purpose="test.papers", **more):
    file = SimpleUploadedFile(name, picture("JPEG", (400, 300)) if content is None else content)
    return client.post(reverse("attachments:upload", args=[purpose]), {"upload": file, "field": "photos", **more})


def stored(user, purpose="test.papers", content=None, name="a.jpg") -> Attachment:
    file = SimpleUploadedFile(name, picture("JPEG") if content is None else content)
    return actions.store(file, purpose=purpose, by=user)


def body(answer) -> bytes:
    """The bytes of a streamed answer; the test client closes it at the end."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_an_upload_answers_with_a_tile(client, owner):
    answer = send(client)
    kept = Attachment.objects.get()
    assert answer.status_code == 200
    page = answer.content.decode()
    assert f'name="photos" value="{kept.pk}"' in page
    assert reverse("attachments:thumb", args=[kept.pk]) in page
    assert (kept.uploaded_by, kept.name, kept.content_type) == (owner, "照片.jpg", "image/jpeg")
    path = storage.path_of(kept.key)
    assert storage.digest(path) == kept.sha256
    assert path.stat().st_size == kept.size
    assert path.stat().st_mode & 0o777 == 0o640


def test_several_at_once_and_one_refused(client, owner):
    files = [SimpleUploadedFile("a.jpg", picture("JPEG")), SimpleUploadedFile("b.heic", HEIC)]
    answer = client.post(reverse("attachments:upload", args=["test.papers"]), {"upload": files, "field": "f"})
    assert answer.status_code == 200
    assert Attachment.objects.count() == 1
    assert "HEIC" in answer.content.decode()


@pytest.mark.parametrize("hostile", [h for h in HOSTILE if h.number in (1, 29, 38, 40, 44, 47, 48, 49)], ids=str)
def test_a_refused_file_leaves_nothing_but_an_audit_event(client, owner, hostile, settings):
    answer = send(client, hostile.name, hostile.make())
    assert answer.status_code == 422
    assert "data-remove-tile" in answer.content.decode()
    assert not Attachment.objects.exists()
    assert list(storage.all_keys()) == []
    assert list((Path(settings.PRIVATE_ROOT) / "quarantine").glob("*")) == []
    if hostile.number != 49:  # Django drops the name with the empty file's content, ours is kept
        assert AuditEvent.objects.filter(event="attachments.refused").exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("..\\..\\x.jpg", "x.jpg"), ("../../etc/passwd.jpg", "passwd.jpg"), ("CON.jpg", "CON.jpg"),
        ("x" * 300 + ".jpg", "x" * 116 + ".jpg"), ("😀.jpg", "😀.jpg"), ("<img src=x>.jpg", "<img src=x>.jpg"),
        ('a";filename=b.exe;.jpg', 'a";filename=b.exe;.jpg'), (".jpg.jpg", "jpg.jpg"),
    ],
)
def test_names_are_only_text(client, owner, name, kept):
    attachment = stored(owner, name=name)
    assert attachment.name == kept
    answer = client.get(reverse("attachments:download", args=[attachment.pk]))
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert disposition.isascii()
    assert disposition.count('"') == 2
    body(answer)
    assert storage.path_of(attachment.key).resolve().is_relative_to(storage.root().resolve())


def test_headers_of_a_download(client, owner):
    attachment = stored(owner, content=pdf(), name="证明.pdf")
    answer = client.get(reverse("attachments:download", args=[attachment.pk]))
    assert body(answer) == pdf()
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Disposition"].endswith("filename*=UTF-8''%E8%AF%81%E6%98%8E.pdf")
    assert client.get(reverse("attachments:view", args=[attachment.pk])).status_code == 404
    assert client.get(reverse("attachments:thumb", args=[attachment.pk])).status_code == 404


def test_nginx_serves_where_it_is_configured(client, owner, settings):
    settings.X_ACCEL_PREFIX = "/private/"
    attachment = stored(owner)
    answer = client.get(reverse("attachments:download", args=[attachment.pk]))
    assert answer.headers["X-Accel-Redirect"] == f"/private/{attachment.key}"
    assert answer.content == b""


def test_who_may_read(client, owner, purposes):
    attachment = stored(owner)
    addresses = [reverse(f"attachments:{name}", args=[attachment.pk]) for name in ("download", "view", "thumb")]

    def statuses(as_user=None):
        client.logout()
        if as_user:
            client.force_login(as_user, backend=OWNER)
        answers = [client.get(address) for address in addresses]
        for answer in answers:
            body(answer)
        return {answer.status_code for answer in answers}

    other = accounts.owner()
    assert statuses(owner) == {200}
    assert statuses(other) == {404}
    assert statuses() == {302}
    actions.claim(attachment, accounts.bureau())
    assert statuses(owner) == {404}, "once bound, only the purpose says who may read"
    purposes.add(other.pk)
    assert statuses(other) == {200}
    assert client.get(reverse("attachments:download", args=[uuid.uuid4()])).status_code == 404


def test_purposes_say_who_may_send_what(client, owner):
    assert send(client, "a.csv", b"a,b\n", purpose="test.lists").status_code == 404
    assert send(client, purpose="unknown").status_code == 404
    client.logout()
    assert send(client).status_code == 302
    staff = accounts.staff()
    client.force_login(staff, backend=OWNER)
    assert send(client, "a.csv", b"a,b\n", purpose="test.lists").status_code == 200


def test_a_body_far_too_large_is_refused_before_it_is_read(client, owner):
    answer = client.post(
        reverse("attachments:upload", args=["test.papers"]), b"x", content_type="multipart/form-data; boundary=x",
        headers={"Content-Length": str(25 << 20)},
    )
    assert answer.status_code == 413
    for address in ("/account/", "/login/", "/files/upload/unknown/"):
        assert client.post(address, b"x", content_type="text/plain", CONTENT_LENGTH=str(3 << 20)).status_code == 413


def test_one_byte_over_the_limit(client, site):
    client.force_login(accounts.staff(), backend=OWNER)
    content = b"a,b\n" * ((3 << 20) // 4)
    assert send(client, "a.csv", content, purpose="test.lists").status_code == 200
    refused = send(client, "a.csv", content + b"x", purpose="test.lists")
    assert refused.status_code == 422
    assert "3" in refused.content.decode()


def test_a_quota_of_files_that_belong_to_nothing(client, owner, monkeypatch):
    monkeypatch.setitem(actions.UNCLAIMED, "owner", 2)
    assert [send(client).status_code for _n in range(3)] == [200, 200, 422]
    actions.claim(Attachment.objects.first(), accounts.bureau())
    assert send(client).status_code == 200


def test_a_claim_is_for_good(owner):
    attachment = stored(owner)
    unit, other = accounts.bureau(), accounts.county()
    actions.claim(attachment, unit)
    actions.claim(attachment, unit)
    with pytest.raises(ValidationError):
        actions.claim(attachment, other)
    assert list(Attachment.objects.of(unit)) == [attachment]


def test_the_field_takes_only_ones_own(client, owner):
    mine, foreign = stored(owner), stored(accounts.owner())
    bound = actions.claim(stored(owner), accounts.bureau())
    field = AttachmentField(purpose="test.papers", max_files=2, user=owner)
    assert field.clean([str(mine.pk)]) == [mine]
    for wrong in ([str(foreign.pk)], [str(bound.pk)], ["abc"], [str(uuid.uuid4())], [str(mine.pk)] * 2, [], ["\x00"]):
        with pytest.raises(ValidationError):
            field.clean(wrong)
    of_unit = AttachmentField(purpose="test.papers", user=owner, subject=accounts.bureau())
    assert of_unit.clean([str(bound.pk)]) == [bound]
    page = of_unit.widget.render("files", [str(bound.pk)], {"id": "id_files"})
    assert f'value="{bound.pk}"' in page
    assert ".jpg" in page


def test_discarding_ones_own(client, owner):
    mine, foreign = stored(owner), stored(accounts.owner())
    for attachment in (mine, foreign):
        assert client.post(reverse("attachments:discard", args=[attachment.pk])).status_code == 200
    assert list(Attachment.objects.all()) == [foreign]


def test_retention(owner, django_capture_on_commit_callbacks):
    old, young, bound, result = stored(owner), stored(owner), stored(owner), None
    actions.claim(bound, accounts.bureau())
    result = actions.make_private_file(b"x", "result.csv", "test.lists", owner, subject=accounts.bureau(), days=30)
    storage.path_of("aa/bb").mkdir(parents=True)
    month_ago = clock.now() - timedelta(days=31)
    Attachment.objects.filter(pk__in=[old.pk, bound.pk]).update(created_at=month_ago)
    Attachment.objects.filter(pk=result.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    storage.path_of("aa/bb").rmdir()
    assert actions.purge() == {"unclaimed": 1, "expired": 1, "stray": 0}
    assert set(Attachment.objects.values_list("pk", flat=True)) == {young.pk, bound.pk, result.pk}
    result.refresh_from_db()
    assert result.state == "expired"
    assert not storage.path_of(result.key).exists()
    assert not storage.path_of(old.key).exists()
    assert storage.path_of(bound.key).exists()


class Clamd(threading.Thread):
    """Speaks INSTREAM and finds EICAR."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen()

    def run(self):
        for _n in range(2):
            connection, _address = self.server.accept()
            with connection:
                data = b""
                while not data.endswith(b"\0\0\0\0"):
                    data += connection.recv(65536)
                answer = b"stream: Eicar-Signature FOUND\0" if b"EICAR" in data else b"stream: OK\0"
                connection.sendall(answer)
        self.server.close()


def test_the_scanner_is_asked_and_fails_closed(client, owner, settings, tmp_path):
    settings.FILE_SCANNER = str(tmp_path / "clamd")
    down = send(client)
    assert down.status_code == 422
    assert not Attachment.objects.exists()
    clamd = Clamd(tmp_path / "clamd")
    clamd.start()
    assert send(client).status_code == 200
    assert Attachment.objects.get().scanned_by == "clamd"
    infected = send(client, content=picture("JPEG") + b"EICAR")
    assert infected.status_code == 422
    assert Attachment.objects.count() == 1
    clamd.join(5)
