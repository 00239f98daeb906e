"""A real Celery worker in a process of its own."""

import os
import uuid

from bureau.launcher.trouble import Trouble


class Worker:
    """`start()` returns when it takes work; `kill()` is SIGKILL for it and its pool."""

    def __init__(self, family, python, database_url, *, concurrency=1):
        self.family = family
        self.name = f"worker-{uuid.uuid4().hex[:6]}"
        self.argv = [
            python, "-m", "celery", "-A", "bureau.celery:app", "worker", "--loglevel", "info",
            "--concurrency", concurrency, "--without-gossip", "--without-mingle", "--without-heartbeat",
            "--hostname", f"{self.name}@test",
        ]
        self.env = {**os.environ, "DATABASE_URL": database_url}
        self.child = None

    def start(self):
        self.child = self.family.start(self.name, self.argv, env=self.env)
        self.family.wait_until(self.child, lambda: " ready." in self.child.tail(20))

    def kill(self):
        self.family.kill(self.child)
        self.child = None

    def stop(self):
        if self.child:
            self.family.stop(self.child)

    def log(self):
        if not self.child:
            raise Trouble("The worker is not running.")
        return self.child.tail(2000)
