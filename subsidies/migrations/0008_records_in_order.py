"""The records behind a figure of applications come from the index in their order, and are counted in it."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0007_days_of_back_entries")]

    operations = [
        migrations.RemoveIndex("application", "application_effective"),
        migrations.AddIndex("application", models.Index(
            fields=["scheme", "effective_date", "id"], condition=Q(submitted_at__isnull=False),
            name="application_effective",
        )),
    ]
