import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("date", models.DateField(unique=True, verbose_name="date")),
                ("is_workday", models.BooleanField(verbose_name="working day")),
                ("name_zh", models.CharField(max_length=40, verbose_name="name in Chinese")),
                ("name_en", models.CharField(max_length=60, verbose_name="name in English")),
            ],
            options={
                "verbose_name": "calendar day",
                "verbose_name_plural": "calendar days",
                "ordering": ["-date"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("date__year__gte", 2000), ("date__year__lte", 2100)),
                        name="calendar_day_date_sane",
                        violation_error_message="Dates must lie between 2000 and 2100.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("offset", models.DurationField(default=datetime.timedelta, editable=False)),
                (
                    "started_at",
                    models.DateTimeField(editable=False, help_text="Real time of the first run.", null=True),
                ),
            ],
            options={
                "db_table": "common_clock",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="clock_one_row"),
                    models.CheckConstraint(
                        condition=models.Q(("started_at__year__gte", 2000), ("started_at__year__lte", 2100)),
                        name="clock_started_at_sane",
                        violation_error_message="Dates must lie between 2000 and 2100.",
                    ),
                ],
            },
        ),
    ]
