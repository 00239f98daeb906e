"""Back-entries stand on the common base of two people: other names in code, the same table."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import bureau.common.clock

SANE = "Dates must lie between 2000 and 2100."

RENAMED_IN_CODE = [
    migrations.RemoveConstraint("backentry", "backentry_two_people"),
    migrations.RemoveConstraint("backentry", "backentry_imported_at_sane"),
    migrations.RenameField("backentry", "imported_by", "proposed_by"),
    migrations.RenameField("backentry", "imported_at", "proposed_at"),
    migrations.AlterField(
        "backentry", "proposed_by",
        models.ForeignKey(
            db_column="imported_by_id", on_delete=django.db.models.deletion.PROTECT, related_name="+",
            to=settings.AUTH_USER_MODEL, verbose_name="imported by",
        ),
    ),
    migrations.AlterField(
        "backentry", "proposed_at",
        models.DateTimeField(db_column="imported_at", default=bureau.common.clock.now, verbose_name="imported at"),
    ),
    migrations.AddConstraint("backentry", models.CheckConstraint(
        condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="backentry_two_people",
    )),
    migrations.AddConstraint("backentry", models.CheckConstraint(
        condition=Q(proposed_at__year__gte=2000, proposed_at__year__lte=2100), name="backentry_proposed_at_sane",
        violation_error_message=SANE,
    )),
]


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0003_placements"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(
                "alter table subsidies_backentry rename constraint backentry_imported_at_sane to backentry_proposed_at_sane",
                "alter table subsidies_backentry rename constraint backentry_proposed_at_sane to backentry_imported_at_sane",
            )],
            state_operations=RENAMED_IN_CODE,
        ),
    ]
