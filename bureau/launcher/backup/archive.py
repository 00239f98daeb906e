"""A backup on disk: a folder with the dump, the files and a manifest that says what must be in them.

The secrets are not in it: together with the dump they open every identity number. The manifest holds
fingerprints of the keys, so that a restore with other keys is refused before anything is touched.
"""

import hashlib
import json
import os
import tarfile
from pathlib import Path

from ..trouble import Trouble

DUMP, FILES, MANIFEST = "database.dump", "files.tar", "manifest.json"
#: Uploads that were not checked yet when the backup was made; nobody refers to them.
PASSING = "quarantine"
KEYS = ("FIELD_KEYS", "INDEX_KEY")


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprints(secrets):
    """{key id: fingerprint} of every key that opens something, from NAME=value pairs."""
    pairs = [part.strip().partition(":") for part in secrets.get("FIELD_KEYS", "").split(",") if part.strip()]
    found = {f"field {name}": value for name, _colon, value in pairs}
    found["index"] = secrets.get("INDEX_KEY", "")
    return {name: hashlib.sha256(f"portal key {value}".encode()).hexdigest()[:16] for name, value in found.items()}


def pack_files(private, target):
    """Everything under the private folder; returns how many files. Files are never changed, only added."""
    count = 0
    with tarfile.open(target, "w") as tar:
        for path in sorted(Path(private).rglob("*")):
            name = path.relative_to(private)
            if path.is_file() and not path.is_symlink() and name.parts[0] != PASSING:
                tar.add(path, arcname=str(name), recursive=False)
                count += 1
    return count


def unpack_files(source, private):
    """Put the files into a new folder; returns how many."""
    with tarfile.open(source) as tar:
        members = tar.getmembers()
        tar.extractall(private, members, filter="data")
    for folder in (private, *(path for path in private.rglob("*") if path.is_dir())):
        os.chmod(folder, 0o750)  # noqa: S103 - the group reads, as for every file of the portal
    return len(members)


def write_manifest(folder, tables, sequences, files, made_at, secrets):
    manifest = {
        "made_at": made_at, "files": files, "keys": fingerprints(secrets),
        "tables": tables, "sequences": sequences,
        "sha256": {name: digest(folder / name) for name in (DUMP, FILES)},
    }
    with open(folder / MANIFEST, "w") as out:
        json.dump(manifest, out, indent=1)
        out.flush()
        os.fsync(out.fileno())


def read_manifest(folder):
    """What the backup says of itself, once its parts are whole. Trouble names the part that is not."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        wanted = manifest["sha256"]
    except (OSError, ValueError, KeyError):
        raise Trouble(f"{folder} is no whole backup: its {MANIFEST} cannot be read.") from None
    for name in (DUMP, FILES):
        if not (folder / name).is_file() or digest(folder / name) != wanted.get(name):
            raise Trouble(f"{folder / name} is not as it was written; this backup cannot be used.")
    return manifest


def check_keys(manifest, secrets, place):
    """Trouble when a key that the backup was written with is not at hand."""
    have = fingerprints(secrets)
    if missing := [name for name, value in manifest["keys"].items() if have.get(name) != value]:
        raise Trouble(
            f"The keys of this installation are not those of the backup ({', '.join(missing)}), so its identity and "
            f"account numbers could not be read. Put the secrets that were kept apart into {place} and try again."
        )
