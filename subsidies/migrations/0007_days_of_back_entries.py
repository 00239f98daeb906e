"""Each award of a back-entry has a day and a voucher of its own: a list may be of a whole year."""

from pathlib import Path

from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).parents[1] / "sql" / "backentry.sql"
COPY = """
alter table subsidies_backentryrow disable trigger backentryrow_fixed;
update subsidies_backentryrow r set paid_on = b.paid_on, voucher = b.voucher
  from subsidies_backentry b where b.id = r.back_entry_id;
drop trigger backentryrow_fixed on subsidies_backentryrow;
drop trigger backentry_fixed on subsidies_backentry;
"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0006_window")]

    operations = [
        migrations.AddField("backentryrow", "paid_on", models.DateField(null=True, verbose_name="paid on")),
        migrations.AddField(
            "backentryrow", "voucher", models.CharField(default="", max_length=60, verbose_name="voucher number"),
            preserve_default=False,
        ),
        migrations.RunSQL(COPY),
        migrations.AlterField("backentryrow", "paid_on", models.DateField(verbose_name="paid on")),
        migrations.RemoveConstraint("backentry", "backentry_has_voucher"),
        migrations.RemoveConstraint("backentry", "backentry_paid_on_sane"),
        migrations.RemoveField("backentry", "paid_on"),
        migrations.RemoveField("backentry", "voucher"),
        migrations.RunSQL(SQL.read_text("utf-8")),
        migrations.AddConstraint("backentryrow", models.CheckConstraint(
            condition=~Q(voucher=""), name="backentryrow_has_voucher",
        )),
        migrations.AddConstraint("backentryrow", models.CheckConstraint(
            condition=Q(paid_on__year__gte=2000, paid_on__year__lte=2100), name="backentryrow_paid_on_sane",
            violation_error_message="Dates must lie between 2000 and 2100.",
        )),
    ]
