"""File names are text to be shown, nothing more."""

import re
import unicodedata
from pathlib import PurePosixPath

from bureau.attachments.checks.limits import KINDS, Refused

LONGEST = 120
HIDDEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ud800-\udfff]")


def clean_name(raw: str | None) -> str:
    """The last part of the name, normalized and cut to length; refuses what would hide its true ending."""
    name = unicodedata.normalize("NFC", (raw or "").replace("\\", "/").rsplit("/", 1)[-1]).strip()
    if HIDDEN.search(name):
        raise Refused("bad_name")
    name = name.lstrip(".") or "file"
    ending = PurePosixPath(name).suffix[:10]
    return name if len(name) <= LONGEST else name[: LONGEST - len(ending)] + ending


def kind_of(name: str, allowed: frozenset[str]) -> str:
    """The kind by the ending of the name; refuses one that is not allowed here."""
    ending = PurePosixPath(name).suffix.lower()
    if ending in (".heic", ".heif", ".hif"):
        raise Refused("heic" if "image" in allowed else "not_listed")
    for kind in allowed:
        if ending in KINDS[kind]:
            return kind
    raise Refused("not_listed")
