"""The three commands. A backup may be made while the portal runs; a restore wants it stopped."""

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from .. import installation, keys
from ..family import Family
from ..interruption import ignore, listen
from ..paths import LOCK, LOGS, PYTHON, ROOT, SECRETS, SERVERS, VAR
from ..postgres import Postgres
from ..progress import say, step
from ..trouble import Trouble
from . import archive
from .database import Database, differences

PRIVATE = VAR / "private"
ANCHORS = "audit-heads.txt"


@contextmanager
def database_of_portal(*, stopped):
    """(family, the portal's database): that of the running portal, else our own server for as long as it takes.

    `stopped`: the portal must not run. Trouble when it does."""
    listen()
    with installation.writable_folder(), open(LOCK, "a") as lock:
        ours = _locked(lock)
        if not ours and stopped:
            raise Trouble("The portal runs from this folder: stop it first (Ctrl-C where it was started).")
        family = Family(LOGS)
        try:
            installation.python_packages(family, "local")
            yield family, Database(_address(family, ours))
        finally:
            ignore()
            family.stop_all()


def _locked(lock):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _address(family, ours):
    if os.environ.get("DATABASE_URL"):
        return os.environ["DATABASE_URL"]
    if not ours:
        return keys.read_env(SERVERS).get("DATABASE_URL") or _not_yet()
    if not (VAR / "postgres" / "data").exists() and not SECRETS.exists():
        raise Trouble(f"There is no {SECRETS}: put the secrets that were kept apart from the backup there first.")
    server = Postgres(VAR / "postgres", keys.load(SECRETS)["POSTGRES_PASSWORD"])
    server.prepare()
    server.start(family)
    server.ensure_database("portal")
    return server.url("portal")


def _not_yet():
    raise Trouble("The portal is just starting; try again when it is ready.")


def secrets():
    """The keys in use: those of the environment before those of the file."""
    kept = keys.read_env(SECRETS)
    return {name: os.environ.get(name) or kept.get(name, "") for name in archive.KEYS}


# --- the commands ----------------------------------------------------------------------------------


def backup(to):
    """Write a backup into a new folder under `to`; complete or not at all."""
    with database_of_portal(stopped=False) as (_family, database):
        folder = save(database, Path(to))
    say(f"\nThe backup is in {folder}.\nKeep {SECRETS} apart from it: together they open every identity number.")


def restore(source):
    """Put the portal back to what a backup holds; what stood before stays beside it, under another name."""
    source = Path(source).absolute()
    manifest = archive.read_manifest(source)
    archive.check_keys(manifest, secrets(), SECRETS)
    stamp = datetime.now().astimezone().strftime("%Y%m%d%H%M%S")
    with database_of_portal(stopped=True) as (family, database):
        fresh = database.named(f"{database.name}_restoring")
        private = VAR / "private.restoring"
        shutil.rmtree(private, ignore_errors=True)
        fill(fresh, private, source, manifest)
        with step("Putting it in place"):
            _swap(database, fresh, stamp)
            _swap_folders(private, stamp)
        with step("A new beginning of the audit chain"):
            said = manage(family, database.url, VAR, "audit_verify", "--restored", f"backup of {manifest['made_at']}")
    say(f"\n{said}\nThe portal holds what it held at {manifest['made_at']}; start it with `make run`.")
    say(f"What stood before is kept: database {database.name}_before_{stamp}, files {PRIVATE}.before-{stamp}.")


def drill(keep=None):
    """Back up, restore beside the portal, compare every row and every file, check the audit chain, clean up."""
    begin = time.monotonic()
    scratch = Path(tempfile.mkdtemp(prefix="drill-", dir=VAR))
    try:
        with database_of_portal(stopped=False) as (family, database):
            folder = save(database, Path(keep) if keep else scratch)
            saved = time.monotonic()
            copy = database.named(f"{database.name}_drill")
            try:
                manifest = archive.read_manifest(folder)
                archive.check_keys(manifest, secrets(), SECRETS)
                fill(copy, scratch / "private", folder, manifest)
                with step("Every file against its record, the whole audit chain"):
                    said = [manage(family, copy.url, scratch, "files_verify"), manage(family, copy.url, scratch, "audit_verify")]
            finally:
                copy.drop()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    rows = sum(rows for rows, _digest in manifest["tables"].values())
    say("\n" + "\n".join(said))
    say(f"{rows} rows in {len(manifest['tables'])} tables and {len(manifest['sequences'])} sequences: 0 differ.")
    say(f"Backup {saved - begin:.1f} s, restore and comparison {time.monotonic() - saved:.1f} s.")


# --- their parts -----------------------------------------------------------------------------------


def save(database, to):
    """A new backup under `to`; returns its folder."""
    now = datetime.now().astimezone()
    final = to.absolute() / f"portal-{now:%Y%m%d-%H%M%S}"
    folder = final.with_name(f"{final.name}.unfinished")
    try:
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise Trouble(f"Cannot write to {to}: {error.strerror}.") from None
    sequences = database.sequences()  # before the dump, which then holds them as they are or further on
    with database.moment() as moment:
        with step("Database"):
            database.dump(folder / archive.DUMP, moment)
        with step("Files"):
            files = archive.pack_files(PRIVATE, folder / archive.FILES)
        with step("What must be in it"):
            tables = database.tables(moment)
    archive.write_manifest(folder, tables, sequences, files, now.isoformat(timespec="seconds"), secrets())
    folder.rename(final)
    return final


def fill(database, private, source, manifest):
    """Restore into a database and a folder of their own, and compare. Trouble when anything differs."""
    database.drop()
    database.create()
    with step("Database"):
        database.restore(source / archive.DUMP)
    with step("Files"):
        private.mkdir(parents=True)
        files = archive.unpack_files(source / archive.FILES, private)
    with step("Comparing every row"):
        found = differences(manifest, database.tables(), database.sequences())
    if files != manifest["files"]:
        found.append(f"{manifest['files']} files in the backup, {files} restored")
    if found:
        raise Trouble("The restored database is not what was backed up:\n" + "\n".join(found))


def manage(family, url, var, *arguments):
    env = {
        "REDIS_URL": "redis://127.0.0.1:1/0", "DEMO": "1", **keys.read_env(SECRETS), **os.environ,
        "DATABASE_URL": url, "PORTAL_VAR": str(var),
    }
    return family.run(f"manage-{arguments[0]}", [PYTHON, ROOT / "manage.py", *arguments], env=env, cwd=ROOT)


def _swap(database, fresh, stamp):
    """Both renames in one transaction: there is never no database of this name."""
    database.named("postgres").ask(
        f'begin; alter database "{database.name}" rename to "{database.name}_before_{stamp}"; '
        f'alter database "{fresh.name}" rename to "{database.name}"; commit'
    )


def _swap_folders(private, stamp):
    """The heads noted last stay known: the new beginning of the audit chain names the one that was lost."""
    if PRIVATE.exists():
        if (PRIVATE / ANCHORS).exists():
            shutil.copy2(PRIVATE / ANCHORS, private / ANCHORS)
        PRIVATE.rename(PRIVATE.with_name(f"private.before-{stamp}"))
    private.rename(PRIVATE)
