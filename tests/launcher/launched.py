"""Starts the launcher as `make run` does, in a `var` folder of the test's own."""

import os
import signal
import subprocess
import sys
import threading
import time

import psutil

from bureau.launcher.paths import ROOT
from bureau.launcher.ports import free_port

FROM_THE_TEST_RUN = {
    "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "DEMO", "POSTGRES_PASSWORD",
    "REDIS_PASSWORD", "DJANGO_SETTINGS_MODULE", "ALLOWED_HOSTS", "PORTAL_TEST_HOME",
}


def environment(var, **more):
    """The environment of a newcomer's terminal."""
    plain = {name: value for name, value in os.environ.items() if name not in FROM_THE_TEST_RUN}
    return {**plain, "PORTAL_VAR": str(var), **more}


def refused(var, *arguments, **environ):
    """What the launcher says when it cannot start: exactly one line, and no traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "bureau.launcher", "run", *arguments],
        cwd=ROOT, env=environment(var, **environ), capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


class Launched:
    """A launcher, what it printed so far, and every process below it."""

    def __init__(self, var, *arguments):
        self.port = free_port()
        self.lines = []
        self.begin = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bureau.launcher", "run", "--port", str(self.port), *arguments],
            cwd=ROOT, env=environment(var), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        with self.process.stdout as out:
            for line in out:
                self.lines.append(line.rstrip())

    def wait_for(self, words, seconds=300):
        """Seconds from the start until the launcher printed a line with these words."""
        while time.monotonic() - self.begin < seconds:
            if any(words in line for line in self.lines):
                return time.monotonic() - self.begin
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"not said: {words}\n" + "\n".join(self.lines))

    def family(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number=signal.SIGTERM, seconds=15):
        """Send a signal to the launcher alone; returns the processes that outlived it."""
        family = self.family()
        self.process.send_signal(number)
        self.process.wait(seconds)
        _, alive = psutil.wait_procs(family, timeout=seconds)
        self.reader.join(5)
        return [process for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
