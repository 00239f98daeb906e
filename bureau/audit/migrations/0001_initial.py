from django.db import migrations, models

import bureau.audit.models
import bureau.common.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.BigIntegerField(unique=True)),
                ("prev", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "ordering": ["seq"],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(default=bureau.common.clock.real_now, verbose_name="time"),
                ),
                ("event", models.CharField(max_length=80, verbose_name="event")),
                ("actor_id", models.BigIntegerField(null=True, verbose_name="user id")),
                (
                    "actor_label",
                    models.CharField(blank=True, max_length=80, verbose_name="user"),
                ),
                (
                    "object_type",
                    models.CharField(blank=True, max_length=60, verbose_name="kind of object"),
                ),
                (
                    "object_id",
                    models.CharField(blank=True, max_length=40, verbose_name="object id"),
                ),
                (
                    "object_label",
                    models.CharField(blank=True, max_length=200, verbose_name="object"),
                ),
                (
                    "data",
                    models.JSONField(
                        default=dict,
                        encoder=bureau.audit.models.AuditEncoder,
                        verbose_name="details",
                    ),
                ),
                (
                    "request_id",
                    models.CharField(blank=True, max_length=20, verbose_name="request"),
                ),
            ],
            options={
                "verbose_name": "audit event",
                "verbose_name_plural": "audit events",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["object_type", "object_id"], name="audit_event_object"),
                    models.Index(fields=["actor_id", "id"], name="audit_event_actor"),
                    models.Index(fields=["event", "id"], name="audit_event_event"),
                    models.Index(fields=["at"], name="audit_event_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("seq", models.BigIntegerField(default=0)),
                ("hash", models.BinaryField(default=b"")),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="audit_one_head")],
            },
        ),
    ]
