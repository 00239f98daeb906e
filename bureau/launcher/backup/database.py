"""One database through PostgreSQL's own programs: dump, restore, and what its rows are."""

import hashlib
import os
import shutil
import subprocess
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit, urlunsplit

from ..postgres import binaries
from ..trouble import Trouble

TABLES = """select quote_ident(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'r' and n.nspname = 'public' order by 1"""
#: Sorted as bytes: two servers may sort texts in different ways.
ROWS = 'select md5(t::text) from {} t order by md5(t::text) collate "C"'
SEQUENCES = "select sequencename || ' ' || coalesce(last_value, 0) from pg_sequences order by 1"


class Database:
    """A database by its address, a postgres:// URL."""

    def __init__(self, url):
        self.url = url
        parts = urlsplit(url)
        self.name = parts.path.lstrip("/")
        self.env = {
            **os.environ, "PGHOST": parts.hostname or "", "PGPORT": str(parts.port or 5432),
            "PGUSER": unquote(parts.username or ""), "PGPASSWORD": unquote(parts.password or ""),
            # The same row must give the same text here and on the machine it is restored on.
            "PGTZ": "UTC", "PGDATESTYLE": "ISO", "PGCLIENTENCODING": "UTF8",
        }

    def named(self, name):
        """The database of another name on the same server."""
        return Database(urlunsplit(urlsplit(self.url)._replace(path=f"/{name}")))

    def ask(self, *statements):
        """The answer as lines, all statements in one session. Trouble when one fails."""
        commands = [part for statement in statements for part in ("-c", statement)]
        return self._run("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.name, *commands).splitlines()

    @contextmanager
    def moment(self):
        """Keeps one moment of the database readable; yields its name for `dump` and `contents`."""
        process = subprocess.Popen(
            self._argv("psql", "-XqAt", "-d", self.name), env=self.env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        try:
            process.stdin.write("begin isolation level repeatable read read only;\nselect pg_export_snapshot();\n")
            process.stdin.flush()
            name = process.stdout.readline().strip()
            if not name:
                raise Trouble(f"The database does not answer: {process.stderr.read().strip()}")
            yield name
        finally:
            process.stdin.close()
            process.stdout.close()
            process.stderr.close()
            process.wait()

    def dump(self, target, moment):
        self._run("pg_dump", "-Fc", "--no-owner", "--no-privileges", f"--snapshot={moment}", "-f", target, "-d", self.name)

    def restore(self, source):
        """Fill this database, which is empty, from a dump."""
        self._run("pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", "-j", "2", "-d", self.name, source)

    def create(self):
        self.named("postgres").ask(f'create database "{self.name}" template template0')

    def drop(self):
        self.named("postgres").ask(f'drop database if exists "{self.name}" with (force)')

    def sequences(self):
        """{name: last value}. They belong to no moment: they only grow."""
        return {name: int(value) for name, value in (line.split() for line in self.ask(SEQUENCES))}

    def tables(self, moment=""):
        """{name: [rows, SHA-256 over the MD5 of each row]}, of this moment."""
        begin = "begin isolation level repeatable read read only"
        first = [begin, f"set transaction snapshot '{moment}'"] if moment else [begin]
        return {table: self._rows(table, first) for table in self.ask(*first, TABLES)}

    def _rows(self, table, first):
        statements = [part for statement in (*first, ROWS.format(table)) for part in ("-c", statement)]
        total, rows = hashlib.sha256(), 0
        argv = self._argv("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-v", "FETCH_COUNT=20000", "-d", self.name)
        with subprocess.Popen([*argv, *statements], env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            for line in process.stdout:
                total.update(line)
                rows += 1
            error = process.stderr.read().decode(errors="replace").strip()
        if process.returncode:
            raise Trouble(f"{table} could not be read: {error}")
        return [rows, total.hexdigest()]

    def _run(self, program, *arguments):
        done = subprocess.run(self._argv(program, *arguments), env=self.env, capture_output=True, text=True)
        if done.returncode:
            raise Trouble(f"{program}: {done.stderr.strip()}")
        return done.stdout

    def _argv(self, program, *arguments):
        return [str(part) for part in (client(program), *arguments)]


def client(program):
    """Where the program lies: beside our server, else wherever the machine has it."""
    try:
        ours = binaries() / program
    except Trouble:
        ours = None
    found = ours if ours and ours.exists() else shutil.which(program)
    if not found:
        raise Trouble(f"{program} was not found; install Debian's postgresql-client.")
    return found


def differences(wanted, tables, sequences):
    """What differs from the manifest, as sentences; [] when every row is there and no sequence lies behind."""
    said = []
    for table in sorted({*wanted["tables"], *tables}):
        was, has = wanted["tables"].get(table), tables.get(table)
        if was != has:
            rows = [f"{part[0]} rows" if part else "no such table" for part in (was, has)]
            same = " (as many, but not the same)" if was and has and was[0] == has[0] else ""
            said.append(f"{table}: {rows[0]} in the backup, {rows[1]} restored{same}")
    behind = [name for name, value in wanted["sequences"].items() if sequences.get(name, -1) < value]
    return said + [f"{name}: the sequence lies behind" for name in behind]
