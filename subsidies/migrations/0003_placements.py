"""Applications for placements name their agreement; payee lines their placement, and whether the claim stands."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).parents[1] / "placements" / "sql" / "placements.sql"
GIVEN_UP = ("refused", "withdrawn")
PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("subsidies", "0002_sql"),
        ("training", "0002_placements"),
        ("enterprises", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint("application", "application_one_open_or_granted_per_shop"),
        migrations.AddField(
            "application", "agreement",
            models.ForeignKey(
                blank=True, help_text="Of a scheme that pays for placements: which agreement it pays for.", null=True,
                on_delete=PROTECT, related_name="applications", to="training.agreement", verbose_name="agreement",
            ),
        ),
        migrations.AddField("payeeline", "live", models.BooleanField(default=False, editable=False)),
        migrations.AddField(
            "payeeline", "months",
            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="months confirmed"),
        ),
        migrations.AddField(
            "payeeline", "person",
            models.ForeignKey(
                blank=True, editable=False, null=True, on_delete=PROTECT, related_name="allowances",
                to="enterprises.person",
            ),
        ),
        migrations.AddField(
            "payeeline", "placement",
            models.ForeignKey(
                blank=True, null=True, on_delete=PROTECT, related_name="payee_lines", to="training.placement",
                verbose_name="placement",
            ),
        ),
        migrations.AddField(
            "payeeline", "role",
            models.CharField(
                choices=[("shop", "The shop"), ("trainee", "Trainee"), ("host", "Host shop")], default="shop",
                max_length=8, verbose_name="role",
            ),
        ),
        migrations.AddConstraint("application", models.UniqueConstraint(
            condition=~Q(state__in=GIVEN_UP) & Q(agreement=None), fields=("scheme", "enterprise"),
            name="application_one_open_or_granted_per_shop",
        )),
        migrations.AddConstraint("application", models.UniqueConstraint(
            condition=~Q(state__in=GIVEN_UP) & Q(agreement__isnull=False), fields=("scheme", "agreement"),
            name="application_one_open_or_granted_per_agreement",
        )),
        migrations.AddConstraint("payeeline", models.UniqueConstraint(
            condition=Q(placement__isnull=False), fields=("application", "placement"), name="payeeline_trainee_once",
        )),
        migrations.AddConstraint("payeeline", models.UniqueConstraint(
            condition=Q(role="host"), fields=("application",), name="payeeline_one_host",
        )),
        migrations.AddConstraint("payeeline", models.UniqueConstraint(
            condition=Q(live=True), fields=("person",), name="payeeline_one_live_allowance_per_person",
        )),
        migrations.AddConstraint("payeeline", models.CheckConstraint(
            condition=Q(role="trainee", placement__isnull=False, person__isnull=False, months__isnull=False)
            | ~Q(role="trainee") & Q(placement=None, person=None, months=None, live=False),
            name="payeeline_trainee_iff_placement",
        )),
        migrations.AddConstraint("payeeline", models.CheckConstraint(
            condition=Q(role__in=["host", "shop", "trainee"]), name="payeeline_role_known",
        )),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
