"""Remembers what was made from which files, so that it is made again only when they change."""

import hashlib

from .paths import ROOT


def digest(*patterns, extra=""):
    """SHA-256 of the files that match these patterns under the project."""
    total = hashlib.sha256(extra.encode())
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def holds(path, value):
    try:
        return path.read_text().strip() == value
    except OSError:
        return False


def put(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value + "\n")
