import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=80, verbose_name="kind")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                ("context", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("url", models.CharField(blank=True, max_length=200)),
                ("subject_type", models.CharField(blank=True, max_length=60)),
                ("subject_id", models.CharField(blank=True, max_length=40)),
                ("dedupe", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(verbose_name="time")),
                ("read_at", models.DateTimeField(null=True, verbose_name="read at")),
                (
                    "sms_state",
                    models.CharField(
                        choices=[
                            ("none", "Not by SMS"),
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("capped", "Over the daily limit"),
                            ("failed", "Failed"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="SMS",
                    ),
                ),
                ("sms_text", models.CharField(blank=True, max_length=200, verbose_name="SMS text")),
                ("sms_sent_at", models.DateTimeField(null=True, verbose_name="sent at")),
                ("sms_receipt", models.CharField(blank=True, max_length=100, verbose_name="receipt of the gateway")),
                (
                    "to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recipient",
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["to", "-id"], name="notification_to"),
                    models.Index(condition=models.Q(("read_at", None)), fields=["to"], name="notification_unread"),
                    models.Index(fields=["phone", "sms_sent_at"], name="notification_phone"),
                    models.Index(fields=["subject_type", "subject_id"], name="notification_subject"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("dedupe", ""), _negated=True), fields=("dedupe",), name="notification_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to__isnull", False), models.Q(("phone", ""), _negated=True), _connector="OR"
                        ),
                        name="notification_to_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sms_state", "none"), models.Q(("phone", ""), _negated=True), _connector="OR"
                        ),
                        name="notification_sms_needs_phone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sms_state__in", ["capped", "failed", "none", "sent", "waiting"])),
                        name="notification_sms_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sms_state__in", ["sent"]), ("sms_sent_at__isnull", False)),
                            models.Q(
                                models.Q(("sms_state__in", ["sent"]), _negated=True),
                                models.Q(("sms_sent_at__isnull", False), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="notification_sms_sent_at_iff_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("read_at__gte", models.F("created_at"))),
                        name="notification_created_at_read_at_ordered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sms_sent_at__gte", models.F("created_at"))),
                        name="notification_created_at_sms_sent_at_ordered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("created_at__year__gte", 2000), ("created_at__year__lte", 2100)),
                        name="notification_created_at_sane",
                        violation_error_message="Dates must lie between 2000 and 2100.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("read_at__year__gte", 2000), ("read_at__year__lte", 2100)),
                        name="notification_read_at_sane",
                        violation_error_message="Dates must lie between 2000 and 2100.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sms_sent_at__year__gte", 2000), ("sms_sent_at__year__lte", 2100)),
                        name="notification_sms_sent_at_sane",
                        violation_error_message="Dates must lie between 2000 and 2100.",
                    ),
                ],
            },
        ),
    ]
