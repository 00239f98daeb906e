import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.common import constraints
from bureau.jobs.enums import FINISHED, TONES, State


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> "JobQuerySet":
        """One's own, and at the bureau those of kinds that one holds the right to start: their rows may name people,
        so a kind without a right is nobody's but the asker's."""
        from bureau.jobs.registry import KINDS

        own = Q(asked_by=user.pk)
        if not any(unit.parent_id is None for unit in user.granted_units(Permission.JOB_VIEW)):
            return self.filter(own)
        allowed = [key for key, kind in KINDS.items() if kind.permission and user.can(kind.permission)]
        return self.filter(own | Q(kind__in=allowed))

    def due(self) -> "JobQuerySet":
        return self.filter(state=State.WAITING, next_at__lte=models.functions.Now())


class Job(models.Model):
    """Long work, written as a row in the transaction that asks for it. Celery carries its id only.

    `lease_until`, `next_at` and `sent_at` are real time of the database: they say which worker holds the job.
    The other times are business time, as people read them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=80)
    key = models.CharField(max_length=200, unique=True, null=True, editable=False)
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    language = models.CharField(max_length=10, default="zh-hans")
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("requested by"))
    asked_at = models.DateTimeField(_("requested at"))

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    cancel_asked = models.BooleanField(default=False)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    message = models.CharField(max_length=200, blank=True)

    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    delivery = models.CharField(max_length=50, blank=True)
    next_at = models.DateTimeField(db_default=models.functions.Now())
    sent_at = models.DateTimeField(null=True, db_default=models.functions.Now())

    published = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    result = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    result_file = models.ForeignKey(
        "attachments.Attachment", models.PROTECT, null=True, related_name="+", verbose_name=_("result")
    )
    error = models.CharField(_("error"), max_length=500, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state=State.WAITING), name="job_waiting"),
            models.Index(fields=["lease_until"], condition=Q(state=State.RUNNING), name="job_running"),
            models.Index(fields=["asked_by", "-asked_at"], name="job_asked_by"),
            models.Index(fields=["subject_type", "subject_id"], name="job_subject"),
        ]
        constraints = [
            *constraints.choices("state", State.values, prefix="job"),
            *constraints.iff_state("state", [State.RUNNING], "lease_until", prefix="job"),
            *constraints.needs_in_state("state", [State.RUNNING, State.DONE], "started_at", prefix="job"),
            *constraints.iff_state("state", FINISHED, "finished_at", prefix="job"),
            *constraints.ordered("asked_at", "started_at", "finished_at", prefix="job"),
            *constraints.sane_dates(
                "asked_at", "started_at", "finished_at", "lease_until", "next_at", "sent_at", prefix="job"
            ),
            models.CheckConstraint(condition=Q(total=0) | Q(done__lte=models.F("total")), name="job_done_of_total"),
            models.CheckConstraint(condition=Q(error="") | ~Q(state=State.DONE), name="job_done_without_error"),
        ]

    def __str__(self):
        return str(self.label)

    @property
    def label(self):
        from bureau.jobs.registry import KINDS

        return KINDS[self.kind].label if self.kind in KINDS else self.kind

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]


class Fault(models.Model):
    """One wrong place of the rows a job worked on."""

    job = models.ForeignKey(Job, models.PROTECT, related_name="faults")
    row = models.PositiveIntegerField(_("row"), null=True)
    column = models.CharField(_("column"), max_length=100, blank=True)
    value = models.CharField(_("found"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    fence = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]
        verbose_name = _("fault")
        verbose_name_plural = _("faults")

    def __str__(self):
        return f"{self.row}: {self.reason}"


class Tick(models.Model):
    """When a periodic function last ran (real time); whoever moves the row runs it."""

    name = models.CharField(max_length=120, primary_key=True)
    last_at = models.DateTimeField()

    class Meta:
        constraints = constraints.sane_dates("last_at", prefix="tick")

    def __str__(self):
        return self.name
