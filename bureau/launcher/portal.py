"""`make run`: the servers, the data, then web server, worker and beat, kept together until someone stops them."""

import fcntl
import os
import socket
import subprocess
import time
import urllib.error

from . import installation, keys, stamps
from .family import Family
from .healthy import answers
from .interruption import Stop, ignore, listen
from .paths import LOCK, LOGS, PYTHON, ROOT, SECRETS, SERVERS, VAR
from .ports import can_bind
from .postgres import Postgres
from .progress import say, step
from .redis import Redis
from .trouble import Trouble


class Portal:
    """One running portal; `run()` returns when it was asked to stop."""

    def __init__(self, host, port, *, until_orphaned=False):
        self.host = host
        self.port = port
        self.parent = os.getppid() if until_orphaned else None
        self.begin = time.monotonic()
        self.env = dict(os.environ)

    def run(self):
        listen()
        if not can_bind(self.host, self.port):
            raise Trouble(f"Port {self.port} is in use; choose another one: make run PORT={self.port + 1}")
        with installation.writable_folder():
            lock = self._lock()
            self.family = Family(LOGS)
            try:
                installation.python_packages(self.family, "local")
                installation.front_end(self.family, "local")
            except BaseException:
                self._stop()
                raise
        try:
            self._start_servers()
            self._prepare()
            self._start_processes()
            self._greet()
            self._watch()
        except Stop:
            say("\nStopping …")
        finally:
            self._stop()
            lock.close()

    def _lock(self):
        """Held as long as we live; `manage.py` asks it whether the portal runs."""
        lock = open(LOCK, "w")  # noqa: SIM115 - open for as long as we live
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble("The portal already runs from this folder.") from None
        SERVERS.unlink(missing_ok=True)
        return lock

    def _start_servers(self):
        """What the environment names is used; what it does not name is started."""
        kept = keys.load(SECRETS)
        self.env = {**kept, **self.env}
        if not self.env.get("DATABASE_URL"):
            with step("PostgreSQL"):
                postgres = Postgres(VAR / "postgres", kept["POSTGRES_PASSWORD"])
                postgres.prepare()
                postgres.start(self.family)
                postgres.ensure_database("portal")
            self.env["DATABASE_URL"] = postgres.url("portal")
        if not self.env.get("REDIS_URL"):
            with step("Redis"):
                redis = Redis(VAR / "redis", kept["REDIS_PASSWORD"])
                redis.start(self.family)
            self.env["REDIS_URL"] = redis.url
        self.env.setdefault("DEMO", "1")
        self.env.setdefault("PORTAL_VAR", str(VAR))
        if self.host not in ("127.0.0.1", "localhost"):
            self.env.setdefault("ALLOWED_HOSTS", "*")
        self._probe()
        shared = ("DATABASE_URL", "REDIS_URL", "DEMO", "ALLOWED_HOSTS")
        keys.write_env(SERVERS, {name: self.env[name] for name in shared if name in self.env})

    def _probe(self):
        ask = [PYTHON, "-m", "bureau.launcher.probe"]
        done = subprocess.run(ask, env=self.env, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise Trouble(done.stderr.strip().splitlines()[-1])

    def _prepare(self):
        with step("Database"):
            self._manage("migrate", "--no-input")
        static = stamps.digest("static/**/*", "**/locale/**/*.po", "bureau/launcher/requirements/runtime.txt")
        if not stamps.holds(VAR / "static-stamp", static):
            with step("Translations and static files"):
                self._manage("catalogs", "compile")
                self._manage("collectstatic", "--no-input", "--clear")
            stamps.put(VAR / "static-stamp", static)
        if self._is_demo():
            with step("Demo data"):
                self._manage("load_demo")

    def _manage(self, *arguments):
        command = [PYTHON, ROOT / "manage.py", *arguments]
        return self.family.run(f"manage-{arguments[0]}", command, env=self.env, cwd=ROOT)

    def _is_demo(self):
        return self.env["DEMO"].lower() not in ("0", "false", "no", "off", "")

    def _start_processes(self):
        with step("Web server, worker and beat"):
            bind = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
            web = self.family.start("web", [
                PYTHON, "-m", "gunicorn", "bureau.wsgi:application", "--bind", bind, "--workers", "3",
                "--timeout", "60", "--graceful-timeout", "5", "--access-logfile", "-",
            ], env=self.env, cwd=ROOT)
            celery = [PYTHON, "-m", "celery", "-A", "bureau.celery:app"]
            self.family.start("worker", [
                *celery, "worker", "--loglevel", "info", "--concurrency", "2", "--without-gossip", "--without-mingle",
            ], env=self.env, cwd=ROOT)
            self.family.start("beat", [
                *celery, "beat", "--loglevel", "info", "--pidfile=", f"--schedule={VAR / 'beat-schedule'}",
            ], env=self.env, cwd=ROOT)
            self.family.wait_until(web, self._web_answers)

    def _web_answers(self):
        try:
            return answers(f"http://{self._own_name()}:{self.port}/healthz", self.env.get("ALLOWED_HOSTS", ""))
        except urllib.error.HTTPError as error:
            raise Trouble(f"The web server answers with an error ({error.code}; see {LOGS / 'web.log'}).") from None
        except OSError:
            return False

    def _own_name(self):
        if self.host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
            return "127.0.0.1"
        return f"[{self.host}]" if ":" in self.host else self.host

    def _greet(self):
        logins = self._manage("demo_logins") if self._is_demo() else ""
        say(f"\nReady after {time.monotonic() - self.begin:.0f} s:  http://{self._own_name()}:{self.port}/")
        if self.host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
            say(f"From a phone in the same network:  http://{_address_in_network()}:{self.port}/")
        say(f"\n{logins}\n" if logins else "")
        say(f"Logs are in {LOGS}. Ctrl-C stops everything; the data stay.")

    def _watch(self):
        """Until someone stops us, a child ends by itself, or whoever started us is gone."""
        while True:
            for child in self.family.children:
                if child.exited():
                    raise Trouble(f"{child.name} ended by itself (all of it in {child.log}):\n{child.tail()}")
            if self.parent and os.getppid() != self.parent:
                raise Stop
            time.sleep(0.5)

    def _stop(self):
        ignore()
        SERVERS.unlink(missing_ok=True)
        self.family.stop_all()


def _address_in_network():
    """This machine's address in the local network; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return socket.gethostname()
