"""`make backup`, `make restore`, `make drill`, on the portal that test_run.py has left stopped."""

import json
import shutil
import subprocess
import sys

import pytest

from bureau.launcher.paths import ROOT
from tests.launcher.launched import Launched, environment

pytestmark = pytest.mark.launcher


def launcher(var, *arguments, **environ):
    """(what it said, whether it did it); never a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "bureau.launcher", *arguments],
        cwd=ROOT, env=environment(var, **environ), capture_output=True, text=True, timeout=300,
    )
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr, done.returncode == 0


@pytest.fixture(scope="module")
def portal(var):
    """A `var` with the demo in it, stopped."""
    if not (var / "secrets.env").exists():
        started = Launched(var)
        started.wait_for("Ctrl-C stops everything")
        assert started.end() == []
    return var


@pytest.fixture(scope="module")
def saved(portal, tmp_path_factory):
    place = tmp_path_factory.mktemp("backups")
    said, done = launcher(portal, "backup", "--to", str(place))
    assert done, said
    (folder,) = place.iterdir()
    return folder


@pytest.fixture
def copy(saved, tmp_path):
    """A backup to spoil."""
    return shutil.copytree(saved, tmp_path / "copy")


def test_drill_while_the_portal_runs_finds_every_row(portal, capsys):
    running = Launched(portal)
    try:
        running.wait_for("Ctrl-C stops everything")
        said, done = launcher(portal, "drill")
        refused, restored = launcher(portal, "restore", "/nowhere")
        assert "no whole backup" in refused
    finally:
        running.end()
    assert done, said
    assert "0 differ" in said
    assert "chain whole" in said
    assert "all as they were stored" in said
    assert not restored
    with capsys.disabled():
        print("\n" + "\n".join(said.splitlines()[-4:]))


def test_restore_brings_it_back_and_opens_a_new_chain(portal, saved):
    said, done = launcher(portal, "restore", str(saved))
    assert done, said
    assert "New beginning after" in said
    assert "chain whole" in said
    assert list(portal.glob("private.before-*"))
    again = Launched(portal)
    again.wait_for("Ctrl-C stops everything")
    assert again.end() == []


def spoil(path, **changes):
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(manifest | changes))


def test_truncated_parts_are_refused(portal, copy):
    for name in ("database.dump", "files.tar", "manifest.json"):
        whole = (copy / name).read_bytes()
        (copy / name).write_bytes(whole[: len(whole) * 2 // 3])
        said, done = launcher(portal, "restore", str(copy))
        assert not done
        assert name in said
        (copy / name).write_bytes(whole)


def test_other_keys_are_refused(portal, saved):
    said, done = launcher(portal, "restore", str(saved), INDEX_KEY="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    assert not done
    assert "keys of this installation are not those of the backup (index)" in said


@pytest.mark.parametrize("change", ["one row more", "one row other"])
def test_a_row_that_differs_is_found(portal, copy, change):
    """The comparison is what finds it: dump and files are as they were written."""
    tables = json.loads((copy / "manifest.json").read_text())["tables"]
    rows, digest = tables["enterprises_enterprise"]
    tables["enterprises_enterprise"] = [rows + 1, digest] if change == "one row more" else [rows, digest[::-1]]
    spoil(copy / "manifest.json", tables=tables)
    said, done = launcher(portal, "restore", str(copy))
    assert not done
    assert "enterprises_enterprise:" in said
