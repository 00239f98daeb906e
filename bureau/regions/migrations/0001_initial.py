import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Region",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("code", models.CharField(max_length=12, verbose_name="region code")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("country", "country"),
                            ("province", "province"),
                            ("prefecture", "prefecture"),
                            ("county", "county"),
                            ("town", "town"),
                            ("village", "village"),
                        ],
                        max_length=10,
                        verbose_name="administrative level",
                    ),
                ),
                ("name_zh", models.CharField(max_length=40, verbose_name="name in Chinese")),
                ("name_en", models.CharField(max_length=80, verbose_name="name in English")),
                ("path", models.CharField(db_collation="C", editable=False, max_length=40, unique=True)),
                (
                    "valid_from",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="since the year"),
                ),
                (
                    "valid_to",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="until the year"),
                ),
                (
                    "country",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="regions.region",
                        verbose_name="part of",
                    ),
                ),
                (
                    "predecessor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successors",
                        to="regions.region",
                        verbose_name="formerly",
                    ),
                ),
                (
                    "prefecture",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                    ),
                ),
            ],
            options={
                "verbose_name": "region",
                "verbose_name_plural": "regions",
                "ordering": ["path"],
                "indexes": [models.Index(fields=["name_zh"], name="region_name_zh")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to", None)),
                        fields=("code",),
                        name="region_code_once_today",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("path__regex", "^([0-9]{3}\\.)+$")), name="region_path_shape"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_from__range", (1949, 2100)), ("valid_to__range", (1949, 2100))),
                        name="region_years_sane",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gte", models.F("valid_from"))),
                        name="region_valid_from_valid_to_ordered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["country", "county", "prefecture", "province", "town", "village"])
                        ),
                        name="region_kind_known",
                    ),
                ],
            },
        ),
    ]
