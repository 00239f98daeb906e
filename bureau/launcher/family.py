"""Child processes that end when this process ends, whatever ends it.

Every child leads a session of its own, so a Ctrl-C in the terminal reaches only the launcher, which then stops
them in order. A watchdog process reads a pipe that we hold open: when we are killed before we could stop the
children, the pipe closes, and the watchdog ends them.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .interruption import held
from .trouble import Trouble


@dataclass
class Child:
    name: str
    process: subprocess.Popen
    stop_signal: int
    log: Path

    @property
    def pid(self):
        return self.process.pid

    def exited(self):
        return self.process.poll() is not None

    def tail(self, lines=6):
        """The last lines of its log, as one string."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


def signal_group(pid, number):
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


class Family:
    """The children of this process, in the order of their start."""

    def __init__(self, logs):
        self.logs = Path(logs)
        self.logs.mkdir(parents=True, exist_ok=True)
        self.children = []
        self.watchdog = subprocess.Popen(
            [sys.executable, "-IS", str(Path(__file__).with_name("watchdog.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True,
        )

    def start(self, name, argv, *, env=None, cwd=None, stop_signal=signal.SIGTERM):
        """Start a child; its output goes to `<logs>/<name>.log`, begun anew."""
        log = self.logs / f"{name}.log"
        with held(), log.open("wb") as out:
            try:
                process = subprocess.Popen(
                    [str(part) for part in argv], env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out,
                    stderr=subprocess.STDOUT, start_new_session=True,
                )
            except OSError as error:
                raise Trouble(f"Cannot start {name}: {error}") from None
            child = Child(name, process, stop_signal, log)
            self._tell(f"+{child.pid} {int(stop_signal)}")
            self.children.append(child)
        return child

    def run(self, name, argv, *, env=None, cwd=None):
        """Run a child to its end; Trouble with the end of its log when it fails."""
        child = self.start(name, argv, env=env, cwd=cwd)
        code = child.process.wait()
        self.forget(child)
        if code:
            raise Trouble(f"{name} failed (exit code {code}, all of it in {child.log}):\n{child.tail()}")
        return child.log.read_text(errors="replace").strip()

    def wait_until(self, child, answers, *, seconds=60):
        """Wait until `answers()` is true; a child that exits before its first answer is an error."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if child.exited():
                raise Trouble(f"{child.name} ended at its start (all of it in {child.log}):\n{child.tail()}")
            if answers():
                return
            time.sleep(0.05)
        raise Trouble(f"{child.name} gave no answer within {seconds} seconds (see {child.log}).")

    def stop(self, child, *, seconds=10):
        """Ask the child to stop, then make sure of it and of what it started."""
        if not child.exited():
            signal_group(child.pid, child.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(seconds)
        signal_group(child.pid, signal.SIGKILL)
        child.process.wait()
        self.forget(child)

    def kill(self, child):
        """End the child as a power cut would, with everything it started."""
        signal_group(child.pid, signal.SIGKILL)
        child.process.wait()
        self.forget(child)

    def forget(self, child):
        if child in self.children:
            self.children.remove(child)
            self._tell(f"-{child.pid}")

    def stop_all(self):
        """Stop the children, the last one started first, and the watchdog after them."""
        while self.children:
            self.stop(self.children[-1])
        if self.watchdog.poll() is None:
            self.watchdog.stdin.close()
            self.watchdog.wait()

    def _tell(self, line):
        try:
            self.watchdog.stdin.write(line.encode() + b"\n")
            self.watchdog.stdin.flush()
        except (BrokenPipeError, ValueError):
            pass  # the watchdog is gone; we still stop our children ourselves
