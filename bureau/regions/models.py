from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from bureau.common import constraints
from bureau.common.i18n import localized
from bureau.regions.enums import LEVELS, Kind

STEP = 4  # a step of a path is three digits and a point


class RegionQuerySet(models.QuerySet["Region"]):
    def current(self) -> "RegionQuerySet":
        return self.filter(valid_to=None)

    def within(self, region: "Region") -> "RegionQuerySet":
        """The region and all below it."""
        return self.filter(path__startswith=region.path)

    def by_code(self, code: str) -> "Region":
        """The region that has this code today."""
        return self.current().get(code=code)

    def find(self, text: str, hint: "Region | None" = None) -> list["Region"]:
        """Regions that people mean by "630223", "化隆县", "湖北省武汉市洪山区…"; highest level first.

        With `hint` those within it come alone, if there are any. Abolished regions answer as what they became.
        """
        from bureau.regions.gazetteer import gazetteer

        found = self.in_bulk(gazetteer().find(text, hint.path if hint else ""))
        return sorted(found.values(), key=lambda region: (len(region.path), region.path))

    @transaction.atomic
    def add(
        self,
        *,
        parent: "Region",
        kind: Kind,
        code: str,
        name_zh: str,
        name_en: str,
        **fields,
    ) -> "Region":
        """A new node, such as a town, under `parent`."""
        parent = self.select_for_update(of=("self",), no_key=True).get(pk=parent.pk)
        last = self.filter(parent=parent).aggregate(last=models.Max("path"))["last"]
        serial = int(last[-STEP:-1]) + 1 if last else 1
        levels = {f"{level}_id": getattr(parent, f"{level}_id") for level in LEVELS}
        region = self.create(
            parent=parent, kind=kind, code=code, name_zh=name_zh, name_en=name_en,
            path=f"{parent.path}{serial:03}.", **levels, **fields,
        )  # fmt: skip
        if kind in LEVELS:
            setattr(region, f"{kind}_id", region.pk)
            region.save(update_fields=[kind])
        return region


class Region(models.Model):
    """A node of the tree: countries, and below China what GB/T 2260 lists, with room for towns and villages.

    Districts of Beijing, Tianjin, Shanghai and Chongqing, and counties directly under a province, hang below
    the province and have no prefecture: the standard's filling nodes (市辖区, 省直辖) are no places.
    """

    code = models.CharField(_("region code"), max_length=12)
    kind = models.CharField(_("administrative level"), max_length=10, choices=Kind)
    name_zh = models.CharField(_("name in Chinese"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=80)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    # Our own serials, never the code, which changes: "001.029.002." is below "001.029."
    path = models.CharField(max_length=40, unique=True, db_collation="C", editable=False)
    country = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", editable=False)
    province = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", editable=False)
    prefecture = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", editable=False)
    county = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", editable=False)
    # The sources know years only. Empty: since the first list of 1980, and until today.
    valid_from = models.PositiveSmallIntegerField(_("since the year"), null=True, blank=True)
    valid_to = models.PositiveSmallIntegerField(_("until the year"), null=True, blank=True)
    predecessor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("formerly"),
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        indexes = [models.Index(fields=["name_zh"], name="region_name_zh")]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(valid_to=None),
                name="region_code_once_today",
            ),
            models.CheckConstraint(
                condition=models.Q(path__regex=r"^([0-9]{3}\.)+$"),
                name="region_path_shape",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__range=(1949, 2100), valid_to__range=(1949, 2100)),
                name="region_years_sane",
            ),
            *constraints.ordered("valid_from", "valid_to", prefix="region"),
            *constraints.choices("kind", Kind.values, prefix="region"),
        ]

    def __str__(self):
        return localized(self, "name")

    def contains(self, other: "Region") -> bool:
        """True for itself and for all below it."""
        return other.path.startswith(self.path)

    @property
    def is_abroad(self) -> bool:
        return not self.path.startswith("001.")
