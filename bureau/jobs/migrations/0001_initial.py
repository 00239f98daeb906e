import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("attachments", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=80, verbose_name="kind")),
                ("key", models.CharField(editable=False, max_length=200, null=True, unique=True)),
                ("params", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("subject_type", models.CharField(blank=True, max_length=60)),
                ("subject_id", models.CharField(blank=True, max_length=40)),
                ("asked_at", models.DateTimeField(verbose_name="requested at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Completed"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("started_at", models.DateTimeField(null=True, verbose_name="started at")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
                ("cancel_asked", models.BooleanField(default=False)),
                ("done", models.PositiveIntegerField(default=0, verbose_name="done")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="total")),
                ("message", models.CharField(blank=True, max_length=200)),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("fence", models.PositiveIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("delivery", models.CharField(blank=True, max_length=50)),
                ("next_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("sent_at", models.DateTimeField(null=True)),
                ("published", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("result", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                ("error", models.CharField(blank=True, max_length=500, verbose_name="error")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="requested by",
                    ),
                ),
                (
                    "result_file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="attachments.attachment",
                        verbose_name="result",
                    ),
                ),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "ordering": ["-asked_at"],
            },
        ),
        migrations.CreateModel(
            name="Fault",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField(null=True, verbose_name="row")),
                ("column", models.CharField(blank=True, max_length=100, verbose_name="column")),
                ("value", models.CharField(blank=True, max_length=200, verbose_name="found")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("fence", models.PositiveIntegerField()),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="faults", to="jobs.job"
                    ),
                ),
            ],
            options={
                "verbose_name": "fault",
                "verbose_name_plural": "faults",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Tick",
            fields=[
                ("name", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_at__year__gte", 2000), ("last_at__year__lte", 2100)),
                        name="tick_last_at_sane",
                        violation_error_message="Dates must lie between 2000 and 2100.",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["next_at"], name="job_waiting"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(condition=models.Q(("state", "running")), fields=["lease_until"], name="job_running"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["asked_by", "-asked_at"], name="job_asked_by"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["subject_type", "subject_id"], name="job_subject"),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["cancelled", "done", "failed", "running", "waiting"])),
                name="job_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["running"]), ("lease_until__isnull", False)),
                    models.Q(
                        models.Q(("state__in", ["running"]), _negated=True),
                        models.Q(("lease_until__isnull", False), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="job_lease_until_iff_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["done", "running"]), _negated=True),
                    ("started_at__isnull", False),
                    _connector="OR",
                ),
                name="job_started_at_needed",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["cancelled", "done", "failed"]), ("finished_at__isnull", False)),
                    models.Q(
                        models.Q(("state__in", ["cancelled", "done", "failed"]), _negated=True),
                        models.Q(("finished_at__isnull", False), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="job_finished_at_iff_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("started_at__gte", models.F("asked_at"))), name="job_asked_at_started_at_ordered"
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("finished_at__gte", models.F("started_at"))),
                name="job_started_at_finished_at_ordered",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked_at__year__gte", 2000), ("asked_at__year__lte", 2100)),
                name="job_asked_at_sane",
                violation_error_message="Dates must lie between 2000 and 2100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("started_at__year__gte", 2000), ("started_at__year__lte", 2100)),
                name="job_started_at_sane",
                violation_error_message="Dates must lie between 2000 and 2100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("finished_at__year__gte", 2000), ("finished_at__year__lte", 2100)),
                name="job_finished_at_sane",
                violation_error_message="Dates must lie between 2000 and 2100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("lease_until__year__gte", 2000), ("lease_until__year__lte", 2100)),
                name="job_lease_until_sane",
                violation_error_message="Dates must lie between 2000 and 2100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_at__year__gte", 2000), ("next_at__year__lte", 2100)),
                name="job_next_at_sane",
                violation_error_message="Dates must lie between 2000 and 2100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("sent_at__year__gte", 2000), ("sent_at__year__lte", 2100)),
                name="job_sent_at_sane",
                violation_error_message="Dates must lie between 2000 and 2100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("total", 0), ("done__lte", models.F("total")), _connector="OR"),
                name="job_done_of_total",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("error", ""), models.Q(("state", "done"), _negated=True), _connector="OR"),
                name="job_done_without_error",
            ),
        ),
    ]
