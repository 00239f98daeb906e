"""Every hostile file is refused by the reason written beside it, quickly, and none harms the server."""

import time

import pytest

from bureau.attachments.checks.limits import CHILD_WALL_SECONDS, Limits, Refused
from bureau.attachments.checks.runner import run_child
from bureau.attachments.names import clean_name, kind_of
from tests.bureau.attachments.hostile import HOSTILE, Hostile

KINDS = frozenset({"image", "pdf", "xlsx", "xls", "csv"})


def judge(name: str, content: bytes, folder) -> dict:
    """The way of an upload up to the store."""
    kind = kind_of(clean_name(name), KINDS)
    if not content:
        raise Refused("empty")
    path = folder / "in"
    path.write_bytes(content)
    return run_child(path, kind, Limits(tuple(KINDS), 50 << 20, 200), folder / "out", folder / "thumbnail")


@pytest.mark.parametrize("hostile", [one for one in HOSTILE if one.reason and not one.beyond], ids=str)
def test_refused(hostile: Hostile, tmp_path):
    content = hostile.make()
    begun = time.monotonic()
    with pytest.raises(Refused) as refused:
        judge(hostile.name, content, tmp_path)
    assert refused.value.code == hostile.reason
    assert time.monotonic() - begun < CHILD_WALL_SECONDS / 4
