"""What a running job uses to say how far it is, what is wrong, and to write its effects once."""

import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections, transaction
from django.db.models import F
from django.db.models.functions import Now

from bureau.jobs.enums import State
from bureau.jobs.errors import Cancelled, LostLease
from bureau.jobs.models import Fault, Job
from bureau.jobs.registry import KINDS

PAUSE = 0.5  # seconds between two writes of progress
FAULTS = 10_000


class Report:
    """Bound to one run of one job; every write is refused once another worker has the job."""

    def __init__(self, job: Job, *, inline: bool = False):
        self.job = job
        self._inline = inline
        self._last = 0.0
        self._faults: list[Fault] = []
        self._names: set[str] = set()
        self.fault_count = 0

    def step(self, done: int, total: int = 0, message: Any = "", *, force: bool = False) -> None:
        """Progress, and a new lease. Raises Cancelled or LostLease; both must be let through."""
        now = time.monotonic()
        complete = bool(total) and done >= total
        if now - self._last < PAUSE and not (force or complete):
            return
        self._last = now
        values = {"done": min(done, total) if total else done, "total": total, "message": str(message)[:200]}
        with self._outside_of_transactions():
            self._renew(values)

    def _renew(self, values: dict[str, Any]) -> None:
        lease = KINDS[self.job.kind].lease
        ours = Job.objects.filter(pk=self.job.pk, fence=self.job.fence, state=State.RUNNING)
        if not ours.update(lease_until=Now() + lease, **values):
            raise LostLease
        if ours.filter(cancel_asked=True).exists():
            raise Cancelled

    @contextmanager
    def _outside_of_transactions(self):
        """A lease written inside the run's own transaction would be seen by nobody until its end."""
        if self._inline or not connection.in_atomic_block:
            yield
            return
        alias = connection.alias
        mine, other = connections[alias], connections.create_connection(alias)
        connections[alias] = other
        try:
            yield
        finally:
            connections[alias] = mine
            other.close()

    def fault(self, row: int | None, column: Any, value: Any, reason: Any) -> None:
        """A wrong place of row `row`; shown on the job's page and kept whatever becomes of the run."""
        self.fault_count += 1
        if self.fault_count > FAULTS:
            return
        self._faults.append(
            Fault(
                job=self.job, row=row, column=str(column)[:100], value=_shown(value), reason=str(reason)[:300],
                fence=self.job.fence,
            )
        )  # fmt: skip
        if len(self._faults) >= 500:
            self.flush()

    def flush(self) -> None:
        """Write the faults collected so far."""
        if self._faults:
            with self._outside_of_transactions():
                Fault.objects.bulk_create(self._faults)
        self._faults = []

    def publish(self, fn: Callable[[], Any], name: str = "result") -> Any:
        """Run `fn` in a transaction that commits only while the job is ours, and once only for each name.

        A later attempt that comes to the same name gets what `fn` returned then (JSON), without running it.
        """
        if name in self._names:
            raise ValueError(f"{name!r} was published in this run already.")
        self._names.add(name)
        with transaction.atomic():
            before = Job.objects.values_list("published", flat=True).get(pk=self.job.pk)
            if name in before:
                return before[name]
            answer = fn()
            self._seal(name, answer)
        return answer

    def _seal(self, name: str, answer: Any) -> None:
        """The lock on the job is the last one taken; a stale worker finds another fence and is rolled back."""
        ours = Job.objects.select_for_update(of=("self",), no_key=True).filter(pk=self.job.pk)
        job = ours.get()
        if (job.fence, job.state) != (self.job.fence, State.RUNNING):
            raise LostLease
        job.published[name] = answer
        ours.update(published=job.published)

    def attach(self, attachment: Any) -> None:
        """The file people get when the job is done."""
        if not Job.objects.filter(pk=self.job.pk, fence=self.job.fence).update(result_file=attachment):
            raise LostLease


def _shown(value: Any) -> str:
    text = "" if value is None else str(value)
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()[:200]


def forget_faults_of_earlier_runs(job: Job) -> None:
    """A second attempt finds its own faults."""
    Fault.objects.filter(job=job, fence__lt=F("job__fence")).delete()
