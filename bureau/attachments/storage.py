"""Where the bytes lie: a private folder, under random keys, never under a name that somebody chose."""

import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

BLOCK = 1 << 20


def root() -> Path:
    return Path(settings.PRIVATE_ROOT)


def path_of(key: str) -> Path:
    """The file of a key; keys are our own ("ab/cd/<hex>"), so they cannot lead outside."""
    return root() / "files" / key


def new_key() -> str:
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name[2:4]}/{name}"


@contextmanager
def quarantine() -> Iterator[Path]:
    """A folder for one upload, gone afterwards whatever happens."""
    place = root() / "quarantine"
    place.mkdir(parents=True, exist_ok=True, mode=0o750)
    with TemporaryDirectory(dir=place) as folder:
        yield Path(folder)


def write(path: Path, chunks: Iterable[bytes], limit: int | None = None) -> int:
    """Write and return the size; stops with a size above `limit` as soon as it is passed."""
    size = 0
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if limit is not None and size > limit:
                return size
            file.write(chunk)
    return size


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(path: Path) -> str:
    """Move a file into the store, whole or not at all; returns its key."""
    key = new_key()
    target = path_of(key)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    os.chmod(path, settings.FILE_UPLOAD_PERMISSIONS)
    os.replace(path, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return key


def remove(*keys: str) -> None:
    for key in keys:
        if key:
            path_of(key).unlink(missing_ok=True)


def all_keys() -> Iterator[str]:
    """Every key in the store."""
    base = root() / "files"
    for path in base.glob("??/??/*"):
        yield str(path.relative_to(base))
