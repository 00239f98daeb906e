"""Storing, binding and discarding files."""

from __future__ import annotations

import mimetypes
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import ProtectedError

from bureau import audit
from bureau.accounts.enums import UserKind
from bureau.accounts.models import User
from bureau.attachments import scanner, storage
from bureau.attachments.checks.limits import MEGABYTE, Limits, Refused
from bureau.attachments.checks.runner import run_child
from bureau.attachments.enums import State
from bureau.attachments.messages import refusal
from bureau.attachments.models import Attachment
from bureau.attachments.names import clean_name, kind_of
from bureau.attachments.registry import PURPOSES, Purpose
from bureau.common import clock
from bureau.common.i18n import is_chinese

#: Files that belong to no case yet, per person; and how long they are kept.
UNCLAIMED = {UserKind.OWNER: 60, UserKind.STAFF: 500, UserKind.MACHINE: 10_000}
UNCLAIMED_DAYS = 7
RESULT_DAYS = 30


def store(upload: UploadedFile, *, purpose: str, by: User) -> Attachment:
    """Check an upload and keep it, or raise ValidationError with what to do. Nothing of a refused file stays."""
    rules = PURPOSES[purpose]
    try:
        return _store(upload, rules, by)
    except Refused as refused:
        values = {"limit": rules.max_bytes // MEGABYTE, "kinds": _listed(rules), **refused.values}
        reason, size = refused.code, upload.size or 0
        audit.record("attachments.refused", None, by=by, purpose=purpose, reason=reason, size=size)
        raise refusal(refused.code, **values) from None


def _store(upload: UploadedFile, rules: Purpose, by: User) -> Attachment:
    if Attachment.objects.unclaimed().filter(uploaded_by=by, expires_at=None).count() >= UNCLAIMED[UserKind(by.kind)]:
        raise Refused("too_many_unclaimed")
    name = clean_name(upload.name)
    if not upload.size:
        raise Refused("empty")
    if upload.size > rules.max_bytes:
        raise Refused("too_large")
    kind = kind_of(name, rules.kinds)
    with storage.quarantine() as folder:
        source, out, thumbnail = folder / "in", folder / "out", folder / "thumbnail"
        if storage.write(source, upload.chunks(), rules.max_bytes) > rules.max_bytes:
            raise Refused("too_large")
        scanned_by = _scan(source)
        found = run_child(source, kind, Limits(tuple(rules.kinds), rules.inflated, rules.pages), out, thumbnail)
        return _keep(
            out if out.exists() else source, thumbnail if thumbnail.exists() else None,
            purpose=rules.key, uploaded_by=by, scanned_by=scanned_by,
            name=_with_ending(name, found["extension"]), content_type=found["content_type"],
        )


def _scan(path: Path) -> str:
    try:
        return scanner.scan(path)
    except scanner.Infected:
        raise Refused("virus") from None
    except scanner.ScannerDown:
        raise Refused("scanner_down") from None


def _with_ending(name: str, extension: str) -> str:
    """A re-encoded picture carries the ending of what it is now."""
    stem, dot, ending = name.rpartition(".")
    same = {".jpg": ("jpg", "jpeg")}.get(extension, (extension[1:],))
    return name if dot and ending.lower() in same else f"{stem}{extension}"


def _listed(rules: Purpose) -> str:
    return ("、" if is_chinese() else ", ").join(str(label) for label in rules.kind_labels)


def _keep(path: Path, thumbnail: Path | None, **fields: Any) -> Attachment:
    """Move the bytes first, then write the row: a crash between the two leaves a file that is swept, not a lie."""
    attachment = Attachment(size=path.stat().st_size, sha256=storage.digest(path), created_at=clock.now(), **fields)
    attachment.key = storage.keep(path)
    attachment.thumbnail_key = storage.keep(thumbnail) if thumbnail else ""
    attachment.save(force_insert=True)
    return attachment


def make_private_file(
    content: bytes | Path, name: str, purpose: str, by: User, *, subject: models.Model | None = None,
    days: int | None = RESULT_DAYS,
) -> Attachment:
    """Keep a file that the portal made itself (a result, a report); `days=None` keeps it for good."""
    if purpose not in PURPOSES:
        raise KeyError(purpose)
    with storage.quarantine() as folder:
        path = folder / "made"
        storage.write(path, [content] if isinstance(content, bytes) else _blocks(content))
        attachment = _keep(
            path, None, purpose=purpose, uploaded_by=by, name=clean_name(name), scanned_by="",
            content_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
            expires_at=clock.now() + timedelta(days=days) if days is not None else None,
        )
    if subject is not None:
        claim(attachment, subject)
    return attachment


def _blocks(path: Path) -> Any:
    with path.open("rb") as file:
        while block := file.read(storage.BLOCK):
            yield block


def claim(attachment: Attachment, subject: models.Model) -> Attachment:
    """Bind the file to `subject`, for good. The same again is fine; another subject is refused."""
    subject_type, subject_id = subject._meta.label_lower, str(subject.pk)
    bound = Attachment.objects.filter(pk=attachment.pk, subject_type="", state=State.CLEAN).update(
        subject_type=subject_type, subject_id=subject_id
    )
    attachment.refresh_from_db()
    if not bound and (attachment.subject_type, attachment.subject_id) != (subject_type, subject_id):
        raise refusal("claimed")
    return attachment


def discard(attachment: Attachment, *, by: User) -> None:
    """Take back one's own upload that belongs to nothing yet; raises ValidationError otherwise."""
    with transaction.atomic():
        rows = Attachment.objects.unclaimed().filter(pk=attachment.pk, uploaded_by=by)
        if not rows.delete()[0]:
            raise refusal("claimed")
        transaction.on_commit(lambda: storage.remove(attachment.key, attachment.thumbnail_key))


def purge() -> dict[str, int]:
    """Discard uploads that nobody used, the bytes of results past their time, and files without a row."""
    return {"unclaimed": _purge_unclaimed(), "expired": _purge_expired(), "stray": _purge_strays()}


def _purge_unclaimed() -> int:
    gone = 0
    before = clock.now() - timedelta(days=UNCLAIMED_DAYS)
    for attachment in Attachment.objects.unclaimed().filter(created_at__lt=before, expires_at=None).iterator():
        try:
            with transaction.atomic():
                attachment.delete()
        except ProtectedError:  # a record names it as its source
            continue
        storage.remove(attachment.key, attachment.thumbnail_key)
        gone += 1
    return gone


def _purge_expired() -> int:
    """The row stays and says that there was a file; its bytes go."""
    gone = 0
    for attachment in Attachment.objects.filter(state=State.CLEAN, expires_at__lt=clock.now()).iterator():
        Attachment.objects.filter(pk=attachment.pk).update(state=State.EXPIRED)
        storage.remove(attachment.key, attachment.thumbnail_key)
        gone += 1
    return gone


def _purge_strays() -> int:
    """Files whose row was never written; young ones may belong to an upload that is under way."""
    gone = 0
    before = clock.real_now().timestamp() - 86_400
    for key in storage.all_keys():
        if storage.path_of(key).stat().st_mtime < before and not Attachment.objects.filter(
            models.Q(key=key) | models.Q(thumbnail_key=key)
        ).exists():
            storage.remove(key)
            gone += 1
    return gone

